// Where a hospital's blobs are: files in its folder, or objects of an S3 service.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/store/blob_store.h"
#include "host/store/s3_service.h"

namespace caduceus {

// Nothing: in its folder.
using BlobService = std::optional<store::S3Service>;

struct BlobOptions {
  std::string place;  // "s3://BUCKET", or empty
  std::string endpoint, region = store::S3Service().region;
  std::filesystem::path credentials, ca;

  void declare(CLI::App& command);
  // Its files by their absolute paths. Failure: what is missing or of no such form.
  [[nodiscard]] Result<BlobService> service() const;
};

// As it stands in hospital.json: {"endpoint": "https://…", "bucket": …, "region": …, "credentials": PATH, "ca": PATH or ""}.
[[nodiscard]] nlohmann::json to_json(const store::S3Service& service);
// Nothing, where it is of no such form.
[[nodiscard]] BlobService blob_service_of(const nlohmann::json& json);

// The folder is that of the files, if they are files. Failure: as the stores'.
[[nodiscard]] Result<std::unique_ptr<store::BlobStore>> open_blobs(const BlobService& service, const std::filesystem::path& folder);

// "s3://BUCKET at https://…", or the folder.
[[nodiscard]] std::string to_string(const BlobService& service, const std::filesystem::path& folder);

}  // namespace caduceus
