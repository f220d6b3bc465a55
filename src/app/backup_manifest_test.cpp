#include "app/backup_manifest.h"

#include <gtest/gtest.h>

namespace caduceus {
namespace {

const std::string first = "# caduceus hospital backup 1\n";
const Identity hospital{Role::hospital, {"h1"}, 1};

std::string lines() {
  return "# hospital " + to_hex(encode(hospital)) + " " + to_string(hospital) + "\n# network " + to_hex(NetworkId{1}) +
         "\n# time 7\n# state state/1\n" + to_hex(Bytes32{2}) + "  state/1/member\n";
}

void expect_bad(const std::string& text, std::string_view why) {
  const auto read = parse_manifest(text);
  ASSERT_FALSE(read.has_value()) << text;
  EXPECT_NE(read.error().message.find(why), std::string::npos) << read.error().message;
}

TEST(backup_manifest, is_read_as_it_was_written) {
  const auto read = parse_manifest(first + lines() + "# signature 00ff\n");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->manifest.hospital, hospital);
  EXPECT_EQ(read->manifest.net, NetworkId{1});
  EXPECT_EQ(read->manifest.time, Time(7));
  EXPECT_EQ(read->manifest.state, "state/1");
  EXPECT_EQ(read->manifest.files, (std::map<std::string, Bytes32>{{"state/1/member", {2}}}));
  EXPECT_EQ(read->text, first + lines());
  EXPECT_EQ(read->signature, "00ff");
}

// Whoever made the file: nothing is signed yet when it is read.
TEST(backup_manifest, of_another_form_is_refused) {
  expect_bad("# caduceus hospital backup 1# signature 00\n", "# caduceus hospital backup 1# signature");
  expect_bad("# caduceus hospital backup 1", "# caduceus hospital backup 1");
  expect_bad(first, "no signature");
  expect_bad(first + "# signature 00\n", "no state");
  expect_bad(first + lines() + "# signature 00", "# caduceus hospital backup 1");
  expect_bad(first + "# state state/1# signature 00\n", "no signature");
  expect_bad(first + lines() + to_hex(Bytes32{3}) + "  ../outside\n# signature 00\n", "../outside");
  expect_bad(first + lines() + "# time 7 or so\n# signature 00\n", "7 or so");
}

}  // namespace
}  // namespace caduceus
