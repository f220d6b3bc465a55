#include "host/node/record_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "test/node/record_store_world.h"

namespace caduceus {
namespace {

INSTANTIATE_TEST_SUITE_P(files, records_in, testing::Values(&store::FolderOfBlobs::make));

class record_store : public testing::Test, protected RecordStoreWorld {
 protected:
  record_store() : RecordStoreWorld(std::make_unique<store::FolderOfBlobs>()) {}
  void SetUp() override { open(); }

  const std::filesystem::path& folder() const { return dynamic_cast<const store::FolderOfBlobs&>(*place).folder(); }
  std::filesystem::path file_of(const RecordId& id) const { return folder() / to_hex(id).substr(0, 2) / to_hex(id); }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator(file), {}};
  }
};

TEST_F(record_store, the_same_record_has_another_key_each_time) {
  const auto one = put(record(1000)).value(), other = put(record(1000)).value();
  EXPECT_NE(content(file_of(one)), content(file_of(other)));
  const std::string clear(as_text(record(1000).expose()));
  EXPECT_EQ(content(file_of(one)).find(clear.substr(100, 16)), std::string::npos);
}

TEST_F(record_store, a_changed_or_missing_byte_is_named_and_nothing_of_its_chunk_given_out) {
  const auto id = put(record(200'000)).value();
  const std::string before = content(file_of(id));
  const auto found_with = [&](const std::string& bytes) {
    std::ofstream(file_of(id), std::ios::binary) << bytes;
    const auto found = get(id);
    EXPECT_FALSE(found);
    return found ? "" : found.error().message.substr(("record " + to_hex(id) + ": ").size());
  };
  for (const std::size_t at : {0UL, 7UL, 7UL + 65'552, before.size() - 1}) {
    std::string changed = before;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(found_with(changed), "its body is damaged: " + std::string(explain(Reject::sealed_invalid))) << at;
  }
  EXPECT_EQ(found_with(before.substr(0, before.size() - 1)), "its body has 200070 bytes, not 200071");
  EXPECT_EQ(found_with(before.substr(0, 7 + 65'552)), "its body has 65559 bytes, not 200071");
  // Chunks in another order.
  std::string swapped = before;
  std::swap_ranges(swapped.begin() + 7, swapped.begin() + 7 + 65'552, swapped.begin() + 7 + 65'552);
  EXPECT_EQ(found_with(swapped), "its body is damaged: " + std::string(explain(Reject::sealed_invalid)));
  std::filesystem::remove(file_of(id));
  EXPECT_EQ(get(id).error().message, "record " + to_hex(id) + ": its body is gone");
}

TEST_F(record_store, one_record_s_blob_or_key_is_not_taken_for_another_s) {
  const auto one = put(record(1000)).value(), other = put(record(1000)).value();
  const TemporaryFolder aside;
  std::filesystem::rename(file_of(one), aside.path() / "record");
  std::filesystem::rename(file_of(other), file_of(one));
  std::filesystem::rename(aside.path() / "record", file_of(other));
  const std::string damaged = ": its body is damaged: " + std::string(explain(Reject::sealed_invalid));
  EXPECT_EQ(get(one).error().message, "record " + to_hex(one) + damaged);
  EXPECT_EQ(get(other).error().message, "record " + to_hex(other) + damaged);

  // With its key as well: the record of one id in the place of another.
  store::Batch batch;
  batch.put(RecordStore::Columns::records, one, *store->get(RecordStore::Columns::records, other).value());
  ASSERT_TRUE(store->write(batch));
  EXPECT_EQ(get(one).error().message,
            "record " + to_hex(one) + ": its key in the store is damaged: " + std::string(explain(Reject::sealed_invalid)));
}

TEST_F(record_store, what_was_erased_cannot_be_read_though_its_blob_is_put_back) {
  const auto id = put(record(1000)).value(), kept = put(record(2000)).value();
  const std::string backup = content(file_of(id));
  ASSERT_TRUE(records->erase(id));
  EXPECT_FALSE(std::filesystem::exists(file_of(id)));
  EXPECT_EQ(get(id).error().message, "no such record");
  std::ofstream(file_of(id), std::ios::binary) << backup;
  EXPECT_EQ(get(id).error().message, "no such record");
  open();
  EXPECT_FALSE(std::filesystem::exists(file_of(id))) << "a blob without a key goes";
  expect_whole(kept, record(2000));
  EXPECT_TRUE(records->erase(id)) << "it is gone already";
}

TEST_F(record_store, who_reads_a_record_reads_on_while_it_is_erased) {
  const auto id = put(record(200'000)).value();
  auto reader = records->read(id).value();
  ASSERT_EQ(reader->next()->size(), stream_chunk_size);
  ASSERT_TRUE(records->erase(id));
  std::size_t rest = 0;
  for (auto chunk = reader->next().value(); !chunk.empty(); chunk = reader->next().value()) rest += chunk.size();
  EXPECT_EQ(rest, 200'000 - stream_chunk_size);
}

TEST_F(record_store, a_full_disk_refuses_the_record_and_keeps_the_others) {
  const auto id = put(record(1000)).value();
  // A limit on file sizes fails a write as a full disk does.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto failed = put(record(200'000));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().message.ends_with(": File too large")) << failed.error().message;
  expect_whole(id, record(1000));
  disk.refuse_at_write(1, "No space left on device");
  EXPECT_EQ(put(record(1000)).error().message, "No space left on device") << "of the store";
  open();
  EXPECT_EQ(blob_count(), 1U);
  expect_whole(put(record(200'000)).value(), record(200'000));
}

TEST(media_type, is_visible_ascii) {
  EXPECT_TRUE(MediaType{{"text/plain; charset=utf-8"}}.check());
  for (const auto* text : {"text/plain\r\nSet-Cookie: a", "\x7f", "t\xc3\xa9xt"}) {
    EXPECT_EQ(MediaType{{text}}.check().error(), Reject::media_type);
    EXPECT_EQ(decode<MediaType>(encode(MediaType{{text}})).error(), Reject::media_type);
  }
  EXPECT_EQ(decode<MediaType>(encode(MediaType{{""}})).error(), Reject::too_short);
}

}  // namespace
}  // namespace caduceus
