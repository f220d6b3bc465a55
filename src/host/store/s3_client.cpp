#include "host/store/s3_client.h"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/check.h"
#include "host/store/s3_answer.h"

namespace caduceus::store {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds first_wait{100}, longest_wait{5'000};  // before it is tried again
constexpr long connect_ms = 5'000, stalled_s = 30;

struct EndConnection {
  void operator()(CURL* connection) const { curl_easy_cleanup(connection); }
};
using Connection = std::unique_ptr<CURL, EndConnection>;

struct FreeHeaders {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};

class Headers {
 public:
  void add(const std::string& line) {
    curl_slist* const more = curl_slist_append(list_.get(), line.c_str());
    CHECK(more != nullptr);  // no memory
    static_cast<void>(list_.release());
    list_.reset(more);
  }
  [[nodiscard]] curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, FreeHeaders> list_;
};

std::string sha256_hex(ByteView bytes) {
  Bytes32 hash;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return to_hex(hash);
}

const char* verb(S3Method method) {
  switch (method) {
    case S3Method::get: return "GET";
    case S3Method::head: return "HEAD";
    case S3Method::put: return "PUT";
    case S3Method::post: return "POST";
    case S3Method::remove: return "DELETE";
  }
  CHECK(false);
}

template <class T>
void set(CURL* connection, CURLoption option, T value) {
  CHECK(curl_easy_setopt(connection, option, value) == CURLE_OK);
}

struct Incoming {
  Bytes bytes;
  std::size_t most;
};

std::size_t take(char* bytes, std::size_t /*one*/, std::size_t count, void* to) {
  auto& incoming = *static_cast<Incoming*>(to);
  if (count > incoming.most - incoming.bytes.size()) return 0;  // CURLE_WRITE_ERROR
  incoming.bytes.insert(incoming.bytes.end(), bytes, bytes + count);
  return count;
}

std::string header(CURL* connection, const char* name) {
  curl_header* found = nullptr;
  return curl_easy_header(connection, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_etag(const std::string& text) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '"'; };
  return text.size() <= 128 && std::ranges::all_of(text, is_letter);
}

// "bytes 0-9/1234", "bytes */0", or else the length of all that came.
std::uint64_t whole_size(CURL* connection) {
  const std::string range = header(connection, "Content-Range");
  if (const auto slash = range.find('/'); slash != std::string::npos) return number(std::string_view(range).substr(slash + 1));
  return number(header(connection, "Content-Length"));
}

// What a certificate is missing does not come with time.
bool may_pass(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WRITE_ERROR: return false;
    default: return true;
  }
}

bool may_pass(long status) { return status == 408 || status == 429 || status >= 500; }

std::string place(const S3Service& service) { return "s3://" + service.bucket + " at " + service.endpoint; }

std::string explain_failed(const S3Service& service, CURLcode code, const char* details) {
  const std::string why = *details != '\0' ? details : curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the certificate of " + service.endpoint + " is of nobody whom " +
             (service.ca.empty() ? "this system trusts" : service.ca.string() + " vouches for") + ": " + why;
    case CURLE_SSL_CACERT_BADFILE: return service.ca.string() + " is no file of CA certificates (PEM): " + why;
    case CURLE_WRITE_ERROR: return service.endpoint + " answers with more than was asked for: is it an S3 service?";
    default: return "cannot reach " + service.endpoint + ": " + why;
  }
}

std::string explain_refused(const S3Service& service, long status, ByteView body) {
  const S3Error error = parse_s3_error(body);
  const std::string& code = error.code;
  if (code == "NoSuchBucket") {
    return "the bucket " + service.bucket + " does not exist at " + service.endpoint + ": create it, for example with: aws s3 mb s3://" +
           service.bucket + " --endpoint-url " + service.endpoint;
  }
  if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch") {
    return service.endpoint + " does not know the credentials of " + service.credentials.string() + " (" + code + ")";
  }
  if (code == "AccessDenied") {
    return "the user of " + service.credentials.string() + " may not use " + place(service) +
           ": allow it to read, write, list and delete objects there";
  }
  if (code == "RequestTimeTooSkewed") return "the clock of " + service.endpoint + " and this machine's differ too much: set them";
  if (code.empty()) return service.endpoint + " answered with HTTP status " + std::to_string(status);
  return place(service) + " refused: " + code + (error.message.empty() ? "" : ": " + error.message);
}

}  // namespace

std::string s3_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<Byte>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      encoded += {'%', digits[byte / 16U], digits[byte % 16U]};
    }
  }
  return encoded;
}

// Open connections that nobody uses just now.
class S3Client::Connections {
 public:
  Connection take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Connection(curl_easy_init());
    Connection last = std::move(idle_.back());
    idle_.pop_back();
    return last;
  }
  void give_back(Connection connection) {
    curl_easy_reset(connection.get());  // it forgets the credentials, too, and stays connected
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

 private:
  std::mutex mutex_;
  std::vector<Connection> idle_;
};

struct S3Client::Tried {
  Result<S3Answer> answer;
  bool may_pass = false;
};

Result<std::unique_ptr<S3Client>> S3Client::make(S3Service service) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK);
  TRY_VOID(service.check());
  TRY(S3Credentials credentials, load_s3_credentials(service.credentials));
  return std::unique_ptr<S3Client>(new S3Client(std::move(service), std::move(credentials)));
}

S3Client::S3Client(S3Service service, S3Credentials credentials)
    : service_(std::move(service)), credentials_(std::move(credentials)), connections_(std::make_unique<Connections>()) {}

S3Client::~S3Client() = default;

Result<S3Answer> S3Client::ask(const S3Request& request) const {
  const auto end = Clock::now() + service_.patience;
  for (Milliseconds wait = first_wait;; wait = std::min(2 * wait, longest_wait)) {
    const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now());
    Tried tried = try_it(request, left);
    const bool is_over = !tried.may_pass || is_down_ || Clock::now() + wait >= end;
    if (is_over) {
      is_down_ = tried.may_pass;
      return std::move(tried.answer);
    }
    std::this_thread::sleep_for(wait);
  }
}

Result<S3Answer> S3Client::ask_once(const S3Request& request) const { return try_it(request, service_.patience).answer; }

S3Client::Tried S3Client::try_it(const S3Request& request, Milliseconds left) const {
  Connection connection = connections_->take();
  CURL* const curl = connection.get();
  CHECK(curl != nullptr);  // no memory
  const std::string url = service_.endpoint + "/" + service_.bucket + (request.key.empty() ? "" : "/" + request.key) +
                          (request.query.empty() ? "" : "?" + request.query);
  const std::string signing = "aws:amz:" + service_.region + ":s3";
  Headers headers;  // all that stand here are signed; libcurl 7.88 gets that wrong of one that is empty, "Expect:"
  headers.add("x-amz-content-sha256: " + sha256_hex(request.body));
  if (!request.if_match.empty()) headers.add("If-Match: " + request.if_match);
  headers.add("Content-Type: application/octet-stream");
  Incoming incoming{{}, request.most};
  if (request.range) incoming.bytes.reserve(request.range->size);
  std::array<char, CURL_ERROR_SIZE> details{};

  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "https");
  set(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!service_.ca.empty()) set(curl, CURLOPT_CAINFO, service_.ca.c_str());
  set(curl, CURLOPT_AWS_SIGV4, signing.c_str());
  set(curl, CURLOPT_USERNAME, as_text(credentials_.access_key.expose()).data());
  set(curl, CURLOPT_PASSWORD, as_text(credentials_.secret_key.expose()).data());
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_ERRORBUFFER, details.data());
  set(curl, CURLOPT_WRITEFUNCTION, &take);
  set(curl, CURLOPT_WRITEDATA, &incoming);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(curl, CURLOPT_LOW_SPEED_TIME, stalled_s);
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max(left, Milliseconds(1)).count()));
  if (request.method == S3Method::head) {
    set(curl, CURLOPT_NOBODY, 1L);
  } else if (request.method == S3Method::put || request.method == S3Method::post) {
    set(curl, CURLOPT_POSTFIELDS, request.body.empty() ? "" : as_text(request.body).data());  // not copied
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method != S3Method::head) set(curl, CURLOPT_CUSTOMREQUEST, verb(request.method));
  if (request.range) {
    const auto [begin, size] = *request.range;
    set(curl, CURLOPT_RANGE, (std::to_string(begin) + "-" + std::to_string(begin + size - 1)).c_str());
  }

  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    connection.reset();  // it is not used again
    return {failure("blobs: " + explain_failed(service_, code, details.data())), may_pass(code)};
  }
  S3Answer answer;
  CHECK(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status) == CURLE_OK);
  answer.etag = header(curl, "ETag");
  if (!is_etag(answer.etag)) answer.etag.clear();
  answer.size = whole_size(curl);
  answer.body = std::move(incoming.bytes);
  connections_->give_back(std::move(connection));

  const bool is_about_object = !request.key.empty() && parse_s3_error(answer.body).code != "NoSuchBucket";
  if (answer.is_well() || (is_about_object && (answer.status == 404 || answer.status == 412 || answer.status == 416))) return {answer};
  return {failure("blobs: " + explain_refused(service_, answer.status, answer.body)), may_pass(answer.status)};
}

}  // namespace caduceus::store
