// Records in RocksDB and in files, as a hospital has them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "host/node/record_store.h"
#include "host/node/system_random.h"
#include "host/store/file_blob_store.h"
#include "host/store/rocks_store.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

class record_store_on_disk : public testing::Test {
 protected:
  struct Open {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::BlobStore> blobs;
    std::optional<RecordStore> records;
  };
  Open open() {
    Open opened{store::open_rocks_store(folder.path() / "store", RecordStore::columns).value(),
                store::open_file_blob_store(folder.path() / "blobs").value(), std::nullopt};
    opened.records.emplace(RecordStore::open(*opened.store, *opened.blobs, SecretKey(Bytes32{1}), rng).value());
    return opened;
  }
  // The id of a record of this content, on disk; nothing when that failed.
  std::optional<RecordId> put(RecordStore& records, ByteView content) {
    auto writer = records.create(Secret<Bytes32>(salt), static_cast<std::uint32_t>(content.size()), {{"text/plain"}});
    if (!writer || !writer->append(content) || !writer->commit()) return std::nullopt;
    return writer->id();
  }

  TemporaryFolder folder;
  SystemRandom rng;
  const Bytes32 salt = rng.bytes<32>();
};

// A real process: killed while it stores records as fast as it can. What it said is there, whole; nothing else is.
TEST_F(record_store_on_disk, what_a_killed_process_said_is_there) {
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer lets a forked process start no threads";
#endif
#endif
  const Bytes content(100'000, 7);
  std::vector<RecordId> said;
  for (int kill = 0; kill < 3; ++kill) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto here = open();
      while (const auto id = put(*here.records, content)) {
        if (::write(pipe[1], id->data(), id->size()) != sizeof(RecordId)) break;
      }
      ::_exit(1);
    }
    ::close(pipe[1]);
    RecordId id;
    for (std::size_t count = 0; ::read(pipe[0], id.data(), sizeof id) == sizeof id;) {
      said.push_back(id);
      if (++count == 10) ::kill(child, SIGKILL);
    }
    ::close(pipe[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  ASSERT_GE(said.size(), 30U);
  const auto here = open();
  std::size_t there = 0;
  ASSERT_TRUE(here.blobs->for_each([&](const RecordId&) { return ++there > 0; }));
  EXPECT_GE(there, said.size() + 1) << "with the mark";
  EXPECT_LE(there, said.size() + 1 + 3) << "each kill may have hit after the commit and before it was said";
  for (const RecordId& id : said) {
    auto reader = here.records->read(id).value();
    ASSERT_TRUE(reader);
    RecordHasher hasher(reader->salt(), reader->size());
    for (auto chunk = reader->next().value(); !chunk.empty(); chunk = reader->next().value()) hasher.add(chunk);
    EXPECT_EQ(hasher.finish(), record_hash(salt, content));
  }
}

// R9: a record that is easy to guess. Its hash is on chain; who has its salt, too, sees which guess is right.
TEST_F(record_store_on_disk, after_an_erasure_no_file_helps_who_guesses) {
  const auto guess = [](int n) { return "blood group " + std::to_string(n); };
  auto here = open();
  const RecordId id = put(*here.records, as_bytes(guess(3))).value();
  const Bytes32 on_chain = here.records->read(id).value()->hash();
  const auto right_guesses = [&](const Bytes32& with_salt) {
    int right = 0;
    for (int n = 0; n < 8; ++n) right += record_hash(with_salt, as_bytes(guess(n))) == on_chain ? 1 : 0;
    return right;
  };
  const auto is_in_a_file = [&](ByteView bytes) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content{std::istreambuf_iterator(file), {}};
      if (content.find(as_text(bytes)) != std::string::npos) return true;
    }
    return false;
  };
  const Bytes kept = here.store->get(RecordStore::Columns::records, id).value().value();
  EXPECT_EQ(right_guesses(here.records->read(id).value()->salt()), 1);
  EXPECT_TRUE(is_in_a_file(kept)) << "whoever has this and the record key has the salt";
  EXPECT_FALSE(is_in_a_file(salt)) << "it is sealed";

  ASSERT_TRUE(here.records->erase(id));
  EXPECT_FALSE(is_in_a_file(kept));
  EXPECT_FALSE(here.records->read(id).value());
  EXPECT_EQ(right_guesses({}), 0) << "without the salt";
}

}  // namespace
}  // namespace caduceus
