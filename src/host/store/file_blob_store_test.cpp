#include "host/store/file_blob_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "test/store/blob_store_world.h"

namespace caduceus::store {
namespace {

INSTANTIATE_TEST_SUITE_P(files, blob_store, testing::Values(&FolderOfBlobs::make));

class file_blob_store : public testing::Test {
 protected:
  void open() {
    blobs.reset();
    auto opened = open_file_blob_store(folder);
    ASSERT_TRUE(opened) << opened.error().message;
    blobs = *std::move(opened);
  }
  void SetUp() override { open(); }

  std::size_t files() const {
    const std::filesystem::recursive_directory_iterator first(folder), end;
    return static_cast<std::size_t>(std::count_if(first, end, [](const auto& entry) { return entry.is_regular_file(); }));
  }

  TemporaryFolder temporary;
  std::filesystem::path folder = temporary.path() / "a" / "records";
  std::unique_ptr<BlobStore> blobs;
};

constexpr BlobId one{0x3f, 1}, other{0x3f, 2}, third{0x40};

TEST_F(file_blob_store, a_blob_is_there_when_it_is_whole) {
  auto writer = blobs->create(one).value();
  ASSERT_TRUE(writer->append(content(1000)));
  EXPECT_FALSE(get(*blobs, one));
  EXPECT_EQ(ids_of(*blobs), BlobIds());
  writer.reset();
  EXPECT_EQ(files(), 0U) << "given up: nothing stays";
  ASSERT_TRUE(put(*blobs, one, content(1000)));
  EXPECT_EQ(std::filesystem::status(folder / "3f" / to_hex(one)).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(file_blob_store, a_blob_is_put_once) {
  ASSERT_TRUE(put(*blobs, one, content(10)));
  const auto again = put(*blobs, one, content(20));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "blobs: cannot create " + (folder / "3f" / to_hex(one)).string() + ": File exists");
  EXPECT_EQ(get(*blobs, one), content(10));
  EXPECT_EQ(files(), 1U);
}

TEST_F(file_blob_store, who_reads_reads_on_while_it_is_erased) {
  ASSERT_TRUE(put(*blobs, one, content(10)));
  const auto reader = blobs->open(one).value();
  ASSERT_TRUE(blobs->erase(one));
  Bytes bytes(10);
  EXPECT_TRUE(reader->read(bytes));
  EXPECT_EQ(bytes, content(10));
}

TEST_F(file_blob_store, leaves_other_files_alone) {
  ASSERT_TRUE(put(*blobs, one, content(1)));
  ASSERT_TRUE(put(*blobs, third, content(2)));
  std::ofstream(folder / "note") << "by hand";
  EXPECT_EQ(ids_of(*blobs), (BlobIds{one, third}));
  open();
  EXPECT_TRUE(std::filesystem::exists(folder / "note"));
}

TEST_F(file_blob_store, a_full_disk_leaves_nothing) {
  ASSERT_TRUE(put(*blobs, one, content(10)));
  // A limit on file sizes fails a write as a full disk does.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{50'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto failed = put(*blobs, other, content(60'000));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "blobs: cannot write " + (folder / "3f" / to_hex(other)).string() + ": File too large");
  EXPECT_EQ(ids_of(*blobs), (BlobIds{one}));
  EXPECT_EQ(files(), 1U);
  EXPECT_TRUE(put(*blobs, other, content(60'000))) << "when there is room again";
}

TEST_F(file_blob_store, says_when_a_blob_became_shorter) {
  ASSERT_TRUE(put(*blobs, one, content(1000)));
  const auto reader = blobs->open(one).value();
  const auto place = folder / "3f" / to_hex(one);
  std::filesystem::resize_file(place, 500);
  Bytes bytes(1000);
  EXPECT_EQ(reader->read(bytes).error().message, "blobs: " + place.string() + " ends too early");
}

TEST_F(file_blob_store, is_open_once) {
  const auto again = open_file_blob_store(folder);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "blobs: " + folder.string() + " is in use, by another process or by this one");
  std::ofstream(temporary.path() / "file") << "x";
  EXPECT_FALSE(open_file_blob_store(temporary.path() / "file"));
}

// A process that is killed while it writes as fast as it can: what it said is there, whole, and nothing torn.
TEST_F(file_blob_store, what_a_killed_process_said_is_there) {
  blobs.reset();
  std::array<int, 2> said{};
  ASSERT_EQ(::pipe(said.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    blobs = open_file_blob_store(folder).value();
    for (Byte n = 1; put(*blobs, {n}, content(200'000)) && ::write(said[1], &n, 1) == 1;) ++n;
    ::_exit(1);
  }
  ::close(said[1]);
  Byte newest = 0;
  while (newest < 20 && ::read(said[0], &newest, 1) == 1) {
  }
  ::kill(child, SIGKILL);
  while (::read(said[0], &newest, 1) == 1) {
  }
  ::close(said[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  open();
  EXPECT_TRUE(std::filesystem::is_empty(folder / "unfinished"));
  const BlobIds found = ids_of(*blobs);
  for (Byte n = 1; n <= newest; ++n) EXPECT_TRUE(found.contains({n})) << int{n};
  for (const BlobId& id : found) EXPECT_EQ(get(*blobs, id), content(200'000));
  EXPECT_LE(found.size(), newest + 1U);
}

}  // namespace
}  // namespace caduceus::store
