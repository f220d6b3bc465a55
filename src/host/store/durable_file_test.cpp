#include "host/store/durable_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "test/temporary_folder.h"

namespace caduceus {
namespace {

TEST(durable_file, writes_whole_and_readable_by_its_owner_only) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  ASSERT_TRUE(write_durably(path, as_bytes("one"), IfExists::fail));
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(as_text(read_whole(path, 3)->expose()), "one");
  ASSERT_TRUE(write_durably(path, as_bytes("two"), IfExists::replace));
  EXPECT_EQ(as_text(read_whole(path, 3)->expose()), "two");
}

TEST(durable_file, does_not_overwrite_unless_told_to) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  ASSERT_TRUE(write_durably(path, as_bytes("one"), IfExists::fail));
  const auto again = write_durably(path, as_bytes("two"), IfExists::fail);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "cannot create " + path.string() + ": File exists");
  EXPECT_EQ(as_text(read_whole(path, 3)->expose()), "one");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "something was left beside it";
}

TEST(durable_file, a_full_disk_leaves_the_old_file_and_nothing_else) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  ASSERT_TRUE(write_durably(path, as_bytes("one"), IfExists::fail));
  // A limit on file sizes fails a write as a full disk does.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto result = write_durably(path, Bytes(100), IfExists::replace);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(result);
  EXPECT_EQ(as_text(read_whole(path, 3)->expose()), "one");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(durable_file, says_what_is_wrong_with_a_place) {
  const TemporaryFolder folder;
  EXPECT_FALSE(write_durably(folder.path() / "no" / "file", as_bytes("x"), IfExists::fail));
  EXPECT_EQ(read_whole(folder.path() / "none", 9).error().message,
            "cannot open " + (folder.path() / "none").string() + ": No such file or directory");
  EXPECT_EQ(read_whole(folder.path(), 9).error().message, folder.path().string() + " is not a file");
  std::ofstream(folder.path() / "large") << "0123456789";
  EXPECT_EQ(read_whole(folder.path() / "large", 9).error().message,
            (folder.path() / "large").string() + " is larger than the 9 bytes that such a file can have");
}

}  // namespace
}  // namespace caduceus
