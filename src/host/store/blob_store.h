// Long byte strings under 32-byte ids: put once, as a whole, read from the beginning, erased. In files (file_blob_store.h), or as
// objects of an S3 service (s3_blob_store.h). What is in them is their owner's affair: blobs are neither encrypted nor checked here.
//
// Ids are random or hashes, so that they spread evenly. Any thread may call a store; a writer and a reader are used by one thread at a
// time, and must not outlive their store.
#pragma once

#include <functional>
#include <memory>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace caduceus::store {

using BlobId = Bytes32;

// A blob that is being written. It is not there before commit() returns; without commit(), or after a Failure, nothing of it stays.
// After a Failure it is not called again.
class BlobWriter {
 public:
  BlobWriter() = default;
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter(BlobWriter&&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;
  BlobWriter& operator=(BlobWriter&&) = delete;
  virtual ~BlobWriter() = default;

  [[nodiscard]] virtual Result<void> append(ByteView piece) = 0;
  // The last call: the blob is there, whole, and on disk when it returns. Fails where there is one of this id. Whether a blob is there
  // whose commit failed is known after opening the store again, and then it is there whole or not at all.
  [[nodiscard]] virtual Result<void> commit() = 0;
};

// A blob from its beginning. When it is erased meanwhile, read() goes on to its end or fails.
class BlobReader {
 public:
  BlobReader() = default;
  BlobReader(const BlobReader&) = delete;
  BlobReader(BlobReader&&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;
  BlobReader& operator=(BlobReader&&) = delete;
  virtual ~BlobReader() = default;

  // Of the whole blob, in bytes.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // The next out.size() bytes; fails where there are fewer.
  [[nodiscard]] virtual Result<void> read(ByteSpan out) = 0;
};

class BlobStore {
 public:
  BlobStore() = default;
  BlobStore(const BlobStore&) = delete;
  BlobStore(BlobStore&&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;
  BlobStore& operator=(BlobStore&&) = delete;
  virtual ~BlobStore() = default;

  [[nodiscard]] virtual Result<std::unique_ptr<BlobWriter>> create(const BlobId& id) = 0;
  // Null where there is no such blob.
  [[nodiscard]] virtual Result<std::unique_ptr<BlobReader>> open(const BlobId& id) const = 0;
  // It is gone, on disk, when it returns; also when it was not there.
  [[nodiscard]] virtual Result<void> erase(const BlobId& id) = 0;
  // The ids of all blobs, ascending, for as long as visit() says true. It must not call the store.
  [[nodiscard]] virtual Result<void> for_each(const std::function<bool(const BlobId&)>& visit) const = 0;
};

}  // namespace caduceus::store
