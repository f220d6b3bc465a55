// Where an S3 service keeps a hospital's blobs (s3_blob_store.h): AWS, Ceph's object gateway, MinIO and many more speak it.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace caduceus::store {

struct S3Service {
  std::string endpoint;  // "https://HOST", "https://HOST:PORT"; buckets are in its path
  std::string bucket;
  std::string region = "us-east-1";   // what signatures name; Ceph takes any
  std::filesystem::path credentials{};  // of load_s3_credentials()
  std::filesystem::path ca{};           // PEM, of who signed the endpoint's certificate; empty: whom this system trusts
  // For how long what the service could not do is tried again; a call takes no longer.
  std::chrono::milliseconds patience{60'000};

  // Of a form that a service can have. Failure: which is not, and what it should be.
  [[nodiscard]] Result<void> check() const;
};

// What signs requests: it never leaves this machine.
struct S3Credentials {
  SecretBytes access_key, secret_key;  // each ends with a zero, as libcurl takes it
};

// Of a file as other programs for S3 have it: lines "aws_access_key_id = …" and "aws_secret_access_key = …"; of several profiles the first.
// Failure: others than its owner can read it, or it has no such lines.
[[nodiscard]] Result<S3Credentials> load_s3_credentials(const std::filesystem::path& path);

}  // namespace caduceus::store
