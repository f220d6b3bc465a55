#include "host/node/record_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "host/node/answer_body.h"
#include "host/node/system_random.h"
#include "host/store/file_blob_store.h"
#include "test/memory_in_use.h"
#include "test/store/faulty_disk.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

const MediaType jpeg{{"image/jpeg"}};
const Bytes32 salt{0x5a};

SecretKey record_key(Byte n = 1) { return SecretKey(Bytes32{n}); }

SecretBytes record(std::size_t size) {
  SecretBytes bytes(size);
  SeededRng(size).fill(bytes.expose());
  return bytes;
}

class record_store : public testing::Test {
 protected:
  // As after a restart. Blobs are files; keys are in memory, on a disk that can fail.
  Result<void> try_open(Byte key = 1) {
    records.reset();
    blobs.reset();
    store = disk.open();
    blobs = store::open_file_blob_store(folder.path() / "records").value();
    TRY(auto opened, RecordStore::open(*store, *blobs, record_key(key), rng));
    records = std::make_unique<RecordStore>(std::move(opened));
    return {};
  }
  void open() {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().message;
  }
  void SetUp() override { open(); }

  Result<RecordId> put(const SecretBytes& bytes, std::size_t piece_size = 10'000) {
    TRY(auto writer, records->create(Secret<Bytes32>(salt), static_cast<std::uint32_t>(bytes.size()), jpeg));
    for (ByteView left = bytes.expose(); !left.empty();) {
      const ByteView piece = left.first(std::min(left.size(), piece_size));
      left = left.subspan(piece.size());
      TRY_VOID(writer.append(piece));
    }
    EXPECT_EQ(writer.hash(), record_hash(salt, bytes.expose()));
    TRY_VOID(writer.commit());
    return writer.id();
  }
  // What is read of it, and why no more.
  Result<SecretBytes> get(const RecordId& id) {
    TRY(auto reader, records->read(id));
    if (!reader) return failure("no such record");
    SecretBytes all;
    while (true) {
      TRY(const ByteView chunk, reader->next());
      if (chunk.empty()) return all;
      all.append(chunk);
    }
  }
  void expect_whole(const RecordId& id, const SecretBytes& bytes) {
    const auto found = get(id);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(std::ranges::equal(found->expose(), bytes.expose()));
    const auto reader = records->read(id).value();
    EXPECT_EQ(reader->size(), bytes.size());
    EXPECT_EQ(reader->hash(), record_hash(salt, bytes.expose()));
    EXPECT_EQ(reader->salt(), salt);
    EXPECT_EQ(reader->media_type().text, jpeg.text);
  }
  std::filesystem::path file_of(const RecordId& id) const { return folder.path() / "records" / to_hex(id).substr(0, 2) / to_hex(id); }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator(file), {}};
  }
  std::size_t blob_count() const {
    std::size_t count = 0;
    EXPECT_TRUE(blobs->for_each([&](const store::BlobId&) { return ++count > 0; }));
    return count - 1;  // the mark
  }

  TemporaryFolder folder;
  SystemRandom rng;
  store::FaultyDisk disk{RecordStore::columns.size(), 1};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::BlobStore> blobs;
  std::unique_ptr<RecordStore> records;
};

TEST_F(record_store, gives_back_what_was_put_also_after_a_restart) {
  const std::vector<std::size_t> sizes{0, 1, 65'535, 65'536, 65'537, 131'072, 1'000'000};
  std::vector<RecordId> ids;
  for (const std::size_t size : sizes) {
    for (const std::size_t piece : {size + 1, std::size_t{65'536}, std::size_t{999}}) ids.push_back(put(record(size), piece).value());
  }
  for (int opened = 0; opened < 2; ++opened) {
    for (std::size_t i = 0; i < ids.size(); ++i) expect_whole(ids[i], record(sizes[i / 3]));
    open();
  }
  EXPECT_EQ(blob_count(), ids.size());
  EXPECT_FALSE(records->read(RecordId{9}).value().has_value());
}

TEST_F(record_store, a_record_is_there_when_it_was_committed) {
  {
    auto writer = records->create(Secret<Bytes32>(salt), 100'000, jpeg).value();
    ASSERT_TRUE(writer.append(Bytes(70'000)));
    EXPECT_EQ(writer.left(), 30'000U);
    EXPECT_FALSE(records->read(writer.id()).value().has_value());
  }
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "records" / "unfinished"));
}

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
  for (const std::size_t place : {0UL, 7UL, 7UL + 65'552, before.size() - 1}) {
    std::string changed = before;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    EXPECT_EQ(found_with(changed), "its body is damaged: " + std::string(explain(Reject::sealed_invalid))) << place;
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
  std::filesystem::rename(file_of(one), folder.path() / "aside");
  std::filesystem::rename(file_of(other), file_of(one));
  std::filesystem::rename(folder.path() / "aside", file_of(other));
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

TEST_F(record_store, power_that_goes_between_blob_and_key_leaves_the_record_whole_or_not_at_all) {
  const auto before = put(record(500)).value();
  int whole = 0, none = 0;
  for (int i = 0; i < 40; ++i) {
    disk.cut_power_at_write(1);
    auto writer = records->create(Secret<Bytes32>(salt), 70'000, jpeg).value();
    const SecretBytes bytes = record(70'000);
    ASSERT_TRUE(writer.append(bytes.expose()));
    EXPECT_EQ(writer.commit().error().message, "the power was cut");
    EXPECT_TRUE(std::filesystem::exists(file_of(writer.id()))) << "the blob comes first";
    open();
    const bool is_there = records->read(writer.id()).value().has_value();
    ++(is_there ? whole : none);
    if (is_there) expect_whole(writer.id(), bytes);
    EXPECT_EQ(std::filesystem::exists(file_of(writer.id())), is_there);
    EXPECT_EQ(blob_count(), static_cast<std::size_t>(1 + whole));
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(none, 0);
  expect_whole(before, record(500));
}

TEST_F(record_store, power_that_goes_while_a_record_is_erased_leaves_it_whole_or_none) {
  int whole = 0, none = 0;
  for (int i = 0; i < 40; ++i) {
    const auto id = put(record(500)).value();
    disk.cut_power_at_write(1);
    EXPECT_FALSE(records->erase(id));
    open();
    const bool is_there = records->read(id).value().has_value();
    ++(is_there ? whole : none);
    if (is_there) expect_whole(id, record(500));
    EXPECT_EQ(std::filesystem::exists(file_of(id)), is_there);
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(none, 0);
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

TEST_F(record_store, another_key_other_blobs_or_a_new_store_erase_nothing) {
  const auto id = put(record(1000)).value();
  EXPECT_EQ(try_open(2).error().message, "records: the record key is not the one that this store was made with");
  const auto with = [&](store::Store& other_store, store::BlobStore& other_blobs) {
    const auto opened = RecordStore::open(other_store, other_blobs, record_key(), rng);
    return opened ? "" : opened.error().message;
  };
  open();
  store::MemoryStore fresh(RecordStore::columns.size());
  EXPECT_EQ(with(fresh, *blobs), "records: there are blobs, but the store with their keys is new: it was lost, or is another one");
  const TemporaryFolder elsewhere;
  const auto no_blobs = store::open_file_blob_store(elsewhere.path()).value();
  EXPECT_EQ(with(*store, *no_blobs), "records: the blobs are not those of this store") << "they are gone";
  EXPECT_EQ(with(fresh, *no_blobs), "");
  EXPECT_EQ(with(fresh, *blobs), "records: the blobs are not those of this store");
  open();
  expect_whole(id, record(1000));
}

TEST_F(record_store, more_blobs_without_a_key_than_a_crash_leaves_are_kept) {
  for (Byte n = 0; n < 101; ++n) ASSERT_TRUE(blobs->create({1, n}).value()->commit());
  EXPECT_EQ(try_open().error().message, "records: 101 blobs have no key, more than a crash leaves: is the store an older copy?");
  EXPECT_EQ(blob_count(), 101U);
  ASSERT_TRUE(blobs->erase({1, 0}));
  open();
  EXPECT_EQ(blob_count(), 0U);
}

TEST_F(record_store, opens_after_a_crash_before_its_first_record) {
  const TemporaryFolder elsewhere;
  const auto no_blobs = store::open_file_blob_store(elsewhere.path()).value();
  EXPECT_TRUE(RecordStore::open(*store, *no_blobs, record_key(), rng)) << "its mark is there, and not yet the blob of it";
  EXPECT_TRUE(RecordStore::open(*store, *no_blobs, record_key(), rng));
}

TEST(media_type, is_visible_ascii) {
  EXPECT_TRUE(MediaType{{"text/plain; charset=utf-8"}}.check());
  for (const auto* text : {"text/plain\r\nSet-Cookie: a", "\x7f", "t\xc3\xa9xt"}) {
    EXPECT_EQ(MediaType{{text}}.check().error(), Reject::media_type);
    EXPECT_EQ(decode<MediaType>(encode(MediaType{{text}})).error(), Reject::media_type);
  }
  EXPECT_EQ(decode<MediaType>(encode(MediaType{{""}})).error(), Reject::too_short);
}

TEST_F(record_store, an_answer_in_pieces_is_what_it_is_in_one) {
  const SecretKey key(Bytes32{7});
  const Bytes32 htxm{8};
  const Blob<0, 65'536> proof{Bytes(500, 9)};
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 300'000UL}) {
    const auto id = put(record(size)).value();
    const Bytes whole = seal_body(key, {{salt, htxm, proof}, record(size)});
    for (int asked = 0; asked < 2; ++asked) {
      AnswerBody body(key, *records->read(id).value(), htxm, proof);
      EXPECT_EQ(body.size(), whole.size());
      Bytes sealed;
      for (auto piece = body.next().value(); !piece.empty(); piece = body.next().value()) {
        EXPECT_LE(piece.size(), 2 * stream_sealed_chunk_size + stream_header_size);
        sealed.insert(sealed.end(), piece.begin(), piece.end());
      }
      EXPECT_EQ(sealed, whole) << size;
    }
  }
}

// In, out, and out again as an answer, while no memory is taken that grows with the record.
TEST_F(record_store, a_long_record_takes_constant_memory) {
  constexpr std::uint32_t size = 300U << 20;
  constexpr std::size_t allowed = 4U << 20;
  Bytes piece(1U << 20);
  SeededRng(5).fill(piece);
  ASSERT_TRUE(put(record(200'000))) << "what is allocated once, is";
  const std::size_t before = test::memory_in_use();
  std::size_t most = before;
  auto writer = records->create(Secret<Bytes32>(salt), size, {{"application/dicom"}}).value();
  while (writer.left() > 0) {
    ASSERT_TRUE(writer.append(piece));
    most = std::max(most, test::memory_in_use());
  }
  ASSERT_TRUE(writer.commit());
  const Bytes32 hash = writer.hash();

  const SecretKey key(Bytes32{7});
  AnswerBody body(key, *records->read(writer.id()).value(), {8}, {{9}});
  BodyOpener opener(key, body.size());
  SecretBytes opened;
  std::uint64_t arrived = 0;
  for (auto sealed = body.next().value(); !sealed.empty(); sealed = body.next().value()) {
    ASSERT_TRUE(opener.add(sealed, opened));
    arrived += opened.size();
    opened.resize(0);
    most = std::max(most, test::memory_in_use());
  }
  ASSERT_TRUE(opener.finished());
  EXPECT_EQ(arrived, size);
  EXPECT_EQ(opener.head()->salt, salt);
  EXPECT_EQ(opener.emr_hash(), hash);
  EXPECT_LE(most - before, allowed);
}

}  // namespace
}  // namespace caduceus
