// Records at rest, put and read by tests: blobs in some place, keys in memory, on a disk that can fail.
#pragma once

#include <gtest/gtest.h>

#include "host/node/record_store.h"
#include "host/node/system_random.h"
#include "test/store/blob_place.h"
#include "test/store/faulty_disk.h"

namespace caduceus {

inline const MediaType jpeg{{"image/jpeg"}};
inline const Bytes32 salt_of_records{0x5a};

inline SecretKey record_key(Byte n = 1) { return SecretKey(Bytes32{n}); }

inline SecretBytes record(std::size_t size) {
  SecretBytes bytes(size);
  SeededRng(size).fill(bytes.expose());
  return bytes;
}

class RecordStoreWorld {
 protected:
  explicit RecordStoreWorld(std::unique_ptr<store::BlobPlace> place_of_blobs) : place(std::move(place_of_blobs)) {}

  // As after a restart.
  Result<void> try_open(Byte key = 1, const std::set<RecordId>& in_doubt = {}) {
    records.reset();
    blobs.reset();
    store = disk.open();
    TRY(blobs, place->open());
    TRY(auto opened, RecordStore::open(*store, *blobs, record_key(key), rng, in_doubt));
    records = std::make_unique<RecordStore>(std::move(opened));
    return {};
  }
  void open() {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().message;
  }

  Result<RecordId> put(const SecretBytes& bytes, std::size_t piece_size = 10'000) {
    TRY(auto writer, records->create(Secret<Bytes32>(salt_of_records), static_cast<std::uint32_t>(bytes.size()), jpeg));
    for (ByteView left = bytes.expose(); !left.empty();) {
      const ByteView piece = left.first(std::min(left.size(), piece_size));
      left = left.subspan(piece.size());
      TRY_VOID(writer.append(piece));
    }
    EXPECT_EQ(writer.hash(), record_hash(salt_of_records, bytes.expose()));
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
    EXPECT_EQ(reader->hash(), record_hash(salt_of_records, bytes.expose()));
    EXPECT_EQ(reader->salt(), salt_of_records);
    EXPECT_EQ(reader->media_type().text, jpeg.text);
  }
  bool has_blob(const RecordId& id) const { return blobs->open(id).value() != nullptr; }
  std::size_t blob_count() const {
    std::size_t count = 0;
    EXPECT_TRUE(blobs->for_each([&](const store::BlobId&) { return ++count > 0; }));
    return count - 1;  // the mark
  }

  std::unique_ptr<store::BlobPlace> place;
  SystemRandom rng;
  store::FaultyDisk disk{RecordStore::columns.size(), 1};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::BlobStore> blobs;
  std::unique_ptr<RecordStore> records;
};

// What holds wherever the blobs are: test/node/record_store_cases.cpp.
class records_in : public testing::TestWithParam<store::MakeBlobPlace>, protected RecordStoreWorld {
 protected:
  records_in() : RecordStoreWorld(GetParam()()) {}
  void SetUp() override { open(); }
};

}  // namespace caduceus
