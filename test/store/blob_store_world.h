// Blobs in a store, put and read in pieces, by tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "core/base/rng.h"
#include "test/store/blob_place.h"

namespace caduceus::store {

using BlobIds = std::set<BlobId>;

inline Bytes content(std::size_t size) {
  Bytes bytes(size);
  SeededRng(size).fill(bytes);
  return bytes;
}

inline Result<void> put(BlobStore& blobs, const BlobId& id, ByteView bytes) {
  TRY(const auto writer, blobs.create(id));
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), 10'000));
    bytes = bytes.subspan(piece.size());
    TRY_VOID(writer->append(piece));
  }
  return writer->commit();
}

// Nothing where there is no such blob.
inline std::optional<Bytes> get(const BlobStore& blobs, const BlobId& id) {
  const auto reader = blobs.open(id);
  EXPECT_TRUE(reader) << reader.error().message;
  if (!reader || !*reader) return std::nullopt;
  Bytes bytes((*reader)->size());
  for (ByteSpan left = bytes; !left.empty();) {
    const ByteSpan piece = left.first(std::min<std::size_t>(left.size(), 7'000));
    left = left.subspan(piece.size());
    const auto read = (*reader)->read(piece);
    EXPECT_TRUE(read) << read.error().message;
  }
  Byte more = 0;
  EXPECT_FALSE((*reader)->read({&more, 1})) << "nothing behind the end";
  return bytes;
}

inline BlobIds ids_of(const BlobStore& blobs) {
  BlobIds found;
  const auto listed = blobs.for_each([&](const BlobId& id) { return found.insert(id).second; });
  EXPECT_TRUE(listed) << listed.error().message;
  return found;
}

// What holds wherever blobs are: test/store/blob_store_cases.cpp.
class blob_store : public testing::TestWithParam<MakeBlobPlace> {
 protected:
  void open() {
    blobs.reset();
    auto opened = place->open();
    ASSERT_TRUE(opened) << opened.error().message;
    blobs = *std::move(opened);
  }
  void SetUp() override {
    place = GetParam()();
    open();
  }

  std::unique_ptr<BlobPlace> place;
  std::unique_ptr<BlobStore> blobs;
};

}  // namespace caduceus::store
