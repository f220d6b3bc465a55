// Blobs as objects of an S3 service (docs/FORMATS.md, "Blobs"), each named by its id in hexadecimal. Long ones go up in parts and come down in
// pieces, so that a writer or reader takes a few MiB, however long the blob is. "On disk" is what the service says so of.
//
// Every call waits for the service: none is for an event loop. What the service cannot do just now is tried again for as long as its
// patience lasts, and fails then. Nothing of that sort is lost by a later try.
#pragma once

#include "host/store/blob_store.h"
#include "host/store/s3_service.h"

namespace caduceus::store {

// The blobs in this bucket, which is no other store's; objects of other names are left alone. Uploads that a crash left unfinished are
// removed; those of writers that were given up go with the next create(), or when the store is opened again. Fails, and says what to do,
// where the service, the bucket or the credentials are not as they should be.
[[nodiscard]] Result<std::unique_ptr<BlobStore>> open_s3_blob_store(const S3Service& service);

}  // namespace caduceus::store
