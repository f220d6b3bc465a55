// What an S3 service answers, in XML: read with limits, whoever wrote it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"

namespace caduceus::store {

// A request that was refused: "NoSuchBucket", and words for people, at most 200 visible characters. Both are empty where it is no such answer.
struct S3Error {
  std::string code, message;
};
[[nodiscard]] S3Error parse_s3_error(ByteView xml);

// A part of a list (ListObjectsV2).
struct S3Objects {
  std::vector<std::string> keys;
  std::string next;  // where to go on; empty: this is the end
};
[[nodiscard]] std::optional<S3Objects> parse_s3_objects(ByteView xml);

// Uploads that were begun, and neither completed nor given up (ListMultipartUploads).
struct S3Upload {
  std::string key, id;
};
struct S3Uploads {
  std::vector<S3Upload> uploads;
  std::optional<S3Upload> next;  // where to go on
};
[[nodiscard]] std::optional<S3Uploads> parse_s3_uploads(ByteView xml);

// An upload that begins (CreateMultipartUpload): its id, 1 to 1024 bytes.
[[nodiscard]] std::optional<std::string> parse_s3_upload_id(ByteView xml);

// Whether an upload is complete (CompleteMultipartUpload): a service that answers 200 may say in the text that it is not.
[[nodiscard]] bool is_s3_upload_complete(ByteView xml);

}  // namespace caduceus::store
