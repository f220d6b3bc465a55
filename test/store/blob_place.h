// Where a test has its blobs: a place that outlives the stores which are opened there, one after the other.
#pragma once

#include "host/store/file_blob_store.h"
#include "test/temporary_folder.h"

namespace caduceus::store {

class BlobPlace {
 public:
  BlobPlace() = default;
  BlobPlace(const BlobPlace&) = delete;
  BlobPlace& operator=(const BlobPlace&) = delete;
  virtual ~BlobPlace() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<BlobStore>> open() const = 0;
  // What one long blob may take at most, in and out, in bytes.
  [[nodiscard]] virtual std::size_t stream_memory() const = 0;
};

// Tests that hold for every store of blobs take one of these as their parameter. A new place each time.
using MakeBlobPlace = std::unique_ptr<BlobPlace> (*)();

class FolderOfBlobs final : public BlobPlace {
 public:
  static std::unique_ptr<BlobPlace> make() { return std::make_unique<FolderOfBlobs>(); }
  [[nodiscard]] Result<std::unique_ptr<BlobStore>> open() const override { return open_file_blob_store(folder()); }
  [[nodiscard]] std::size_t stream_memory() const override { return 4U << 20; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace caduceus::store
