#include "host/node/answer_body.h"
#include "test/memory_in_use.h"
#include "test/node/record_store_world.h"

namespace caduceus {
namespace {

TEST_P(records_in, gives_back_what_was_put_also_after_a_restart) {
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

TEST_P(records_in, a_record_is_there_when_it_was_committed) {
  {
    auto writer = records->create(Secret<Bytes32>(salt_of_records), 100'000, jpeg).value();
    ASSERT_TRUE(writer.append(Bytes(70'000)));
    EXPECT_EQ(writer.left(), 30'000U);
    EXPECT_FALSE(records->read(writer.id()).value().has_value());
  }
  EXPECT_EQ(blob_count(), 0U);
}

TEST_P(records_in, power_that_goes_between_blob_and_key_leaves_the_record_whole_or_not_at_all) {
  const auto before = put(record(500)).value();
  int whole = 0, none = 0;
  for (int i = 0; i < 40; ++i) {
    disk.cut_power_at_write(1);
    auto writer = records->create(Secret<Bytes32>(salt_of_records), 70'000, jpeg).value();
    const SecretBytes bytes = record(70'000);
    ASSERT_TRUE(writer.append(bytes.expose()));
    EXPECT_EQ(writer.commit().error().message, "the power was cut");
    EXPECT_TRUE(has_blob(writer.id())) << "the blob comes first";
    open();
    const bool is_there = records->read(writer.id()).value().has_value();
    ++(is_there ? whole : none);
    if (is_there) expect_whole(writer.id(), bytes);
    EXPECT_EQ(has_blob(writer.id()), is_there);
    EXPECT_EQ(blob_count(), static_cast<std::size_t>(1 + whole));
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(none, 0);
  expect_whole(before, record(500));
}

TEST_P(records_in, power_that_goes_while_a_record_is_erased_leaves_it_whole_or_none) {
  int whole = 0, none = 0;
  for (int i = 0; i < 40; ++i) {
    const auto id = put(record(500)).value();
    disk.cut_power_at_write(1);
    EXPECT_FALSE(records->erase(id));
    open();
    const bool is_there = records->read(id).value().has_value();
    ++(is_there ? whole : none);
    if (is_there) expect_whole(id, record(500));
    EXPECT_EQ(has_blob(id), is_there);
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(none, 0);
}

TEST_P(records_in, more_blobs_without_a_key_than_a_crash_leaves_are_kept) {
  for (Byte n = 0; n < 101; ++n) ASSERT_TRUE(blobs->create({1, n}).value()->commit());
  EXPECT_EQ(try_open().error().message, "records: 101 blobs have no key, more than a crash leaves: is the store an older copy?");
  EXPECT_EQ(blob_count(), 101U);
  ASSERT_TRUE(blobs->erase({1, 0}));
  open();
  EXPECT_EQ(blob_count(), 0U);
}

TEST_P(records_in, those_in_doubt_go_however_many_and_are_no_sign_of_an_older_copy) {
  const auto kept = put(record(500)).value(), keyed = put(record(600)).value();
  std::set<RecordId> in_doubt{keyed, RecordId{9}};  // of the last one nothing was stored
  for (Byte n = 0; n < 101; ++n) {
    const RecordId id{1, n};
    ASSERT_TRUE(blobs->create(id).value()->commit());
    in_doubt.insert(id);
  }
  for (Byte n = 0; n < 101; ++n) ASSERT_TRUE(blobs->create({2, n}).value()->commit());
  EXPECT_EQ(try_open(1, in_doubt).error().message, "records: 101 blobs have no key, more than a crash leaves: is the store an older copy?");
  EXPECT_EQ(blob_count(), 204U) << "nothing goes before it is known to be no older copy";
  ASSERT_TRUE(blobs->erase({2, 0}));
  const auto opened = try_open(1, in_doubt);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(get(keyed).error().message, "no such record");
  expect_whole(kept, record(500));
}

TEST_P(records_in, opens_after_a_crash_before_its_first_record) {
  const auto elsewhere = GetParam()();
  const auto no_blobs = elsewhere->open().value();
  EXPECT_TRUE(RecordStore::open(*store, *no_blobs, record_key(), rng)) << "its mark is there, and not yet the blob of it";
  EXPECT_TRUE(RecordStore::open(*store, *no_blobs, record_key(), rng));
}

TEST_P(records_in, an_answer_in_pieces_is_what_it_is_in_one) {
  const SecretKey key(Bytes32{7});
  const Bytes32 htxm{8};
  const Blob<0, 65'536> proof{Bytes(500, 9)};
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 300'000UL}) {
    const auto id = put(record(size)).value();
    const Bytes whole = seal_body(key, {{salt_of_records, htxm, proof}, record(size)});
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

TEST_P(records_in, another_key_other_blobs_or_a_new_store_erase_nothing) {
  const auto id = put(record(1000)).value();
  EXPECT_EQ(try_open(2).error().message, "records: the record key is not the one that this store was made with");
  const auto with = [&](store::Store& other_store, store::BlobStore& other_blobs) {
    const auto opened = RecordStore::open(other_store, other_blobs, record_key(), rng);
    return opened ? "" : opened.error().message;
  };
  open();
  store::MemoryStore fresh(RecordStore::columns.size());
  EXPECT_EQ(with(fresh, *blobs), "records: there are blobs, but the store with their keys is new: it was lost, or is another one");
  const auto elsewhere = GetParam()();
  const auto no_blobs = elsewhere->open().value();
  EXPECT_EQ(with(*store, *no_blobs), "records: the blobs are not those of this store") << "they are gone";
  EXPECT_EQ(with(fresh, *no_blobs), "");
  EXPECT_EQ(with(fresh, *blobs), "records: the blobs are not those of this store");
  open();
  expect_whole(id, record(1000));
}

// In, out, and out again as an answer, while no memory is taken that grows with the record.
TEST_P(records_in, a_long_record_takes_constant_memory) {
  constexpr std::uint32_t size = 300U << 20;
  Bytes piece(1U << 20);
  SeededRng(5).fill(piece);
  ASSERT_TRUE(put(record(200'000))) << "what is allocated once, is";
  const std::size_t before = test::memory_in_use();
  std::size_t most = before;
  auto writer = records->create(Secret<Bytes32>(salt_of_records), size, {{"application/dicom"}}).value();
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
  EXPECT_EQ(opener.head()->salt, salt_of_records);
  EXPECT_EQ(opener.emr_hash(), hash);
  EXPECT_LE(most - before, place->stream_memory());
}

}  // namespace
}  // namespace caduceus
