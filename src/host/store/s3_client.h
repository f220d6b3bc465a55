// Requests to one bucket of an S3 service: signed (SigV4), over TLS, and tried again, for a bounded time, where trying again may help.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "host/store/s3_service.h"

namespace caduceus::store {

enum class S3Method : std::uint8_t { get, head, put, post, remove };

// `size` bytes from `begin`, or fewer where the object ends.
struct S3Range {
  std::uint64_t begin;
  std::uint64_t size;
};

struct S3Request {
  S3Method method = S3Method::get;
  std::string key{};    // of the object, letters and digits; empty: the bucket itself
  std::string query{};  // "a=b&c=d", sorted by name, each percent-encoded (s3_encoded)
  ByteView body{};
  std::optional<S3Range> range{};
  std::string if_match{};  // the object's etag
  std::size_t most = 4U << 20U;  // bytes of the answer
};

// Of text, as it stands in a query.
[[nodiscard]] std::string s3_encoded(std::string_view text);

// What the service answered: well (200, 204, 206); or it is not there (404), has changed (412), or ends before the range begins (416).
struct S3Answer {
  long status = 0;
  Bytes body;
  std::string etag;        // with its quotes, of digits and letters; or empty
  std::uint64_t size = 0;  // of the whole object, of get and head

  [[nodiscard]] bool is_well() const { return status >= 200 && status < 300; }
};

// Any thread may call it; each call waits for the answer, at most as long as the service's patience. When that has run out once, calls are
// tried only once each, until one of them is answered: who waits for a service that is down waits for it in one place.
class S3Client {
 public:
  // Nothing is asked yet. Failure: the service is of no such form, or there are no credentials.
  [[nodiscard]] static Result<std::unique_ptr<S3Client>> make(S3Service service);
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;
  ~S3Client();

  [[nodiscard]] const S3Service& service() const { return service_; }

  // Failure: the service could not be reached or did not do it, within its patience, or refused it; what to do where that is known.
  [[nodiscard]] Result<S3Answer> ask(const S3Request& request) const;
  // Tried once only.
  [[nodiscard]] Result<S3Answer> ask_once(const S3Request& request) const;

 private:
  class Connections;
  struct Tried;
  S3Client(S3Service service, S3Credentials credentials);
  [[nodiscard]] Tried try_it(const S3Request& request, std::chrono::milliseconds left) const;

  S3Service service_;
  S3Credentials credentials_;
  std::unique_ptr<Connections> connections_;
  mutable std::atomic<bool> is_down_ = false;
};

}  // namespace caduceus::store
