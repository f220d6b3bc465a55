#include "host/store/keystore_file.h"

#include <gtest/gtest.h>

#include "test/temporary_folder.h"

namespace caduceus {
namespace {

class KeystoreFile : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "keys";

  void SetUp() override { ASSERT_TRUE(create_keystore_file(path, as_bytes("sealed keys"))); }
};

TEST_F(KeystoreFile, is_read_again) { EXPECT_EQ(as_text(load_keystore_file(path)->expose()), "sealed keys"); }

TEST_F(KeystoreFile, is_never_overwritten) {
  EXPECT_FALSE(create_keystore_file(path, as_bytes("others")));
  EXPECT_EQ(as_text(load_keystore_file(path)->expose()), "sealed keys");
}

TEST_F(KeystoreFile, one_that_others_can_read_is_refused) {
  std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  const auto refused = load_keystore_file(path);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(KeystoreFile, one_that_is_not_there_is_named) {
  EXPECT_EQ(load_keystore_file(folder.path() / "none").error().message,
            "cannot open " + (folder.path() / "none").string() + ": No such file or directory");
}

}  // namespace
}  // namespace caduceus
