#include "app/hospital_blobs.h"

#include "host/store/file_blob_store.h"
#include "host/store/s3_blob_store.h"

namespace caduceus {

void BlobOptions::declare(CLI::App& command) {
  auto* const blobs = command.add_option("--blobs", place, "where records' bytes are: s3://BUCKET; in the hospital's folder by default");
  command.add_option("--s3-endpoint", endpoint, "the S3 service: https://HOST:PORT")->needs(blobs);
  command.add_option("--s3-credentials", credentials, "a file of mode 0600: aws_access_key_id = …, aws_secret_access_key = …")
      ->needs(blobs);
  command.add_option("--s3-ca", ca, "PEM file of the CA that signed the service's certificate; those of this system by default")
      ->needs(blobs);
  command.add_option("--s3-region", region, "as the service calls it")->needs(blobs)->capture_default_str();
}

Result<BlobService> BlobOptions::service() const {
  if (place.empty()) return std::nullopt;
  constexpr std::string_view scheme = "s3://";
  if (!place.starts_with(scheme)) return failure("--blobs takes s3://BUCKET, not \"" + place + "\"");
  if (endpoint.empty() || credentials.empty()) return failure("--blobs needs --s3-endpoint and --s3-credentials");
  store::S3Service service{.endpoint = endpoint,
                           .bucket = place.substr(scheme.size()),
                           .region = region,
                           .credentials = std::filesystem::absolute(credentials),
                           .ca = ca.empty() ? ca : std::filesystem::absolute(ca)};
  TRY_VOID(service.check());
  return service;
}

nlohmann::json to_json(const store::S3Service& service) {
  return {{"endpoint", service.endpoint},
          {"bucket", service.bucket},
          {"region", service.region},
          {"credentials", service.credentials.string()},
          {"ca", service.ca.string()}};
}

BlobService blob_service_of(const nlohmann::json& json) {
  for (const char* const key : {"endpoint", "bucket", "region", "credentials", "ca"}) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) return std::nullopt;
  }
  return store::S3Service{.endpoint = json["endpoint"],
                          .bucket = json["bucket"],
                          .region = json["region"],
                          .credentials = json["credentials"].get<std::string>(),
                          .ca = json["ca"].get<std::string>()};
}

Result<std::unique_ptr<store::BlobStore>> open_blobs(const BlobService& service, const std::filesystem::path& folder) {
  return service ? store::open_s3_blob_store(*service) : store::open_file_blob_store(folder);
}

std::string to_string(const BlobService& service, const std::filesystem::path& folder) {
  return service ? "s3://" + service->bucket + " at " + service->endpoint : folder.string();
}

}  // namespace caduceus
