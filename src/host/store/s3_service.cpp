#include "host/store/s3_service.h"

#include <algorithm>
#include <string_view>

#include "host/store/durable_file.h"
#include "host/store/private_file.h"

namespace caduceus::store {
namespace {

bool is_one_of(char c, std::string_view more) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) { return is_one_of(c, more); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// With the zero that ends it.
SecretBytes zero_ended(std::string_view text) {
  SecretBytes bytes(as_bytes(text));
  bytes.resize(text.size() + 1);
  return bytes;
}

}  // namespace

Result<void> S3Service::check() const {
  constexpr std::string_view scheme = "https://";
  const std::string_view host = std::string_view(endpoint).substr(std::min(scheme.size(), endpoint.size()));
  if (!endpoint.starts_with(scheme) || host.empty() || !consists_of(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]")) {
    return failure("an S3 endpoint is \"https://HOST\" or \"https://HOST:PORT\", not \"" + endpoint + "\"");
  }
  if (bucket.size() < 3 || bucket.size() > 63 || !consists_of(bucket, ".-")) {
    return failure("a bucket's name has 3 to 63 small letters, digits, dots and hyphens; \"" + bucket + "\" is none");
  }
  if (region.empty() || region.size() > 63 || !consists_of(region, "-")) {
    return failure("a region's name has small letters, digits and hyphens; \"" + region + "\" is none");
  }
  return {};
}

Result<S3Credentials> load_s3_credentials(const std::filesystem::path& path) {
  TRY(const SecretBytes bytes, read_private_file(path, 1U << 16U));
  S3Credentials found;
  std::string_view rest = as_text(bytes.expose());
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, equals)), value = trimmed(line.substr(equals + 1));
    SecretBytes* const known =
        name == "aws_access_key_id" ? &found.access_key : (name == "aws_secret_access_key" ? &found.secret_key : nullptr);
    if (known != nullptr && known->size() == 0 && !value.empty()) *known = zero_ended(value);
  }
  if (found.access_key.size() == 0 || found.secret_key.size() == 0) {
    return failure(path.string() + " has no credentials for S3: write two lines, aws_access_key_id = … and aws_secret_access_key = …");
  }
  return found;
}

}  // namespace caduceus::store
