// The Ceph cluster that tools/ceph/cluster.sh started for these tests.
#pragma once

#include "host/store/s3_blob_store.h"
#include "test/store/blob_place.h"

namespace caduceus::ceph {

// What cluster.sh COMMAND prints; fails the test when it fails.
void cluster(const std::string& command);
// A bucket of its own.
[[nodiscard]] store::S3Service new_bucket();

class BucketOfBlobs final : public store::BlobPlace {
 public:
  static std::unique_ptr<store::BlobPlace> make() { return std::make_unique<BucketOfBlobs>(); }
  [[nodiscard]] Result<std::unique_ptr<store::BlobStore>> open() const override { return store::open_s3_blob_store(service); }
  // Parts of 5 MiB out, reads of 4 MiB in, each with what libcurl and TLS hold of it.
  [[nodiscard]] std::size_t stream_memory() const override { return 24U << 20; }

  store::S3Service service = new_bucket();
};

}  // namespace caduceus::ceph
