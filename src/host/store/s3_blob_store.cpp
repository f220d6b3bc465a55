#include "host/store/s3_blob_store.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "core/base/check.h"
#include "host/store/s3_answer.h"
#include "host/store/s3_client.h"

namespace caduceus::store {
namespace {

constexpr std::size_t part_size = 5U << 20U;  // of an upload, but its last: the least that S3 takes
constexpr std::uint64_t first_piece = 256U << 10U, longest_piece = 4U << 20U;  // of what is read

// Of the blob that this object is, or nothing.
std::optional<BlobId> id_of(const std::string& key) {
  const auto bytes = from_hex(key);
  if (!bytes || bytes->size() != sizeof(BlobId) || to_hex(*bytes) != key) return std::nullopt;
  BlobId id{};
  std::ranges::copy(*bytes, id.begin());
  return id;
}

tl::unexpected<Failure> bad_blob(const S3Client& client, const std::string& key, const std::string& why) {
  return failure("blobs: s3://" + client.service().bucket + "/" + key + " " + why);
}

// The answer, where it is well.
Result<S3Answer> must_be_well(const S3Client& client, const std::string& key, Result<S3Answer> answer) {
  if (answer && !answer->is_well()) return bad_blob(client, key, "failed with HTTP status " + std::to_string(answer->status));
  return answer;
}

// The uploads whose writers were given up: what gives them up may be an event loop, so that others remove them.
class GivenUp {
 public:
  void add(S3Upload upload) {
    const std::lock_guard lock(mutex_);
    uploads_.push_back(std::move(upload));
  }
  [[nodiscard]] std::vector<S3Upload> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(uploads_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<S3Upload> uploads_;
};

S3Request removal(const S3Upload& upload) {
  return {.method = S3Method::remove, .key = upload.key, .query = "uploadId=" + s3_encoded(upload.id)};
}

class S3BlobWriter final : public BlobWriter {
 public:
  S3BlobWriter(const S3Client& client, GivenUp& given_up, const BlobId& id)
      : client_(client), given_up_(given_up), upload_{to_hex(id), {}} {}
  ~S3BlobWriter() override {
    if (!upload_.id.empty()) given_up_.add(std::move(upload_));
  }

  [[nodiscard]] Result<void> append(ByteView piece) override {
    while (!piece.empty()) {
      if (part_.size() == part_size) TRY_VOID(send_part());
      if (part_.size() + piece.size() > part_size / 8) part_.reserve(part_size);  // a long one: no more than that
      const ByteView fits = piece.first(std::min(piece.size(), part_size - part_.size()));
      part_.insert(part_.end(), fits.begin(), fits.end());
      piece = piece.subspan(fits.size());
    }
    return {};
  }

  [[nodiscard]] Result<void> commit() override {
    TRY(const S3Answer there, client_.ask({.method = S3Method::head, .key = upload_.key}));
    if (there.is_well()) return bad_blob(client_, upload_.key, "is there already");
    if (!etags_.empty()) return complete();
    return without_value(client_.ask({.method = S3Method::put, .key = upload_.key, .body = part_}));
  }

 private:
  [[nodiscard]] Result<void> without_value(Result<S3Answer> answer) const {
    TRY(const S3Answer well, must_be_well(client_, upload_.key, std::move(answer)));
    return {};
  }

  [[nodiscard]] Result<void> send_part() {
    if (upload_.id.empty()) {
      TRY(const S3Answer begun,
          must_be_well(client_, upload_.key, client_.ask({.method = S3Method::post, .key = upload_.key, .query = "uploads="})));
      auto id = parse_s3_upload_id(begun.body);
      if (!id) return bad_blob(client_, upload_.key, "cannot be uploaded: the service gives no upload id");
      upload_.id = *std::move(id);
    }
    const std::string query = "partNumber=" + std::to_string(etags_.size() + 1) + "&uploadId=" + s3_encoded(upload_.id);
    TRY(S3Answer sent,
        must_be_well(client_, upload_.key, client_.ask({.method = S3Method::put, .key = upload_.key, .query = query, .body = part_})));
    if (sent.etag.empty()) return bad_blob(client_, upload_.key, "cannot be uploaded: the service gives no etag");
    etags_.push_back(std::move(sent.etag));
    size_ += part_.size();
    part_.clear();
    return {};
  }

  [[nodiscard]] Result<void> complete() {
    if (!part_.empty()) TRY_VOID(send_part());
    std::string parts = "<CompleteMultipartUpload>";
    for (std::size_t i = 0; i < etags_.size(); ++i) {
      parts += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + etags_[i] + "</ETag></Part>";
    }
    parts += "</CompleteMultipartUpload>";
    const std::string query = "uploadId=" + s3_encoded(upload_.id);
    TRY(const S3Answer done, client_.ask({.method = S3Method::post, .key = upload_.key, .query = query, .body = as_bytes(parts)}));
    if (done.status == 404) {  // or it was done before, and the answer did not arrive: nobody else has such a blob
      TRY(const S3Answer there, client_.ask({.method = S3Method::head, .key = upload_.key}));
      if (!there.is_well() || there.size != size_) return bad_blob(client_, upload_.key, "cannot be completed: its upload is gone");
    } else if (!done.is_well() || !is_s3_upload_complete(done.body)) {
      const S3Error error = parse_s3_error(done.body);
      return bad_blob(client_, upload_.key, "cannot be completed: " + error.code + " " + error.message);
    }
    upload_.id.clear();
    return {};
  }

  const S3Client& client_;
  GivenUp& given_up_;
  S3Upload upload_;  // its id is empty while there is none, and when it is complete
  Bytes part_;
  std::vector<std::string> etags_;  // of the parts before
  std::uint64_t size_ = 0;          // of all of them
};

class S3BlobReader final : public BlobReader {
 public:
  // With its first piece.
  S3BlobReader(const S3Client& client, std::string key, S3Answer first)
      : client_(client), key_(std::move(key)), etag_(std::move(first.etag)), size_(first.size), piece_(std::move(first.body)) {
    received_ = piece_.size();
  }

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  [[nodiscard]] Result<void> read(ByteSpan out) override {
    while (!out.empty()) {
      if (used_ == piece_.size()) TRY_VOID(get_piece());
      const std::size_t count = std::min(out.size(), piece_.size() - used_);
      std::ranges::copy(ByteView(piece_).subspan(used_, count), out.begin());
      used_ += count;
      out = out.subspan(count);
    }
    return {};
  }

 private:
  [[nodiscard]] Result<void> get_piece() {
    if (received_ == size_) return bad_blob(client_, key_, "ends too early");
    next_size_ = std::min(4 * next_size_, longest_piece);
    const std::uint64_t size = std::min(next_size_, size_ - received_);
    TRY(S3Answer answer, client_.ask({.key = key_, .range = S3Range{received_, size}, .if_match = etag_}));
    if (answer.status == 404) return bad_blob(client_, key_, "was erased while it was read");
    if (answer.status == 412) return bad_blob(client_, key_, "was changed while it was read");
    if (!answer.is_well() || answer.body.size() != size) return bad_blob(client_, key_, "ends too early");
    piece_ = std::move(answer.body);
    received_ += size;
    used_ = 0;
    return {};
  }

  const S3Client& client_;
  std::string key_, etag_;
  std::uint64_t size_;
  std::uint64_t received_ = 0;  // up to the end of piece_
  std::uint64_t next_size_ = first_piece;
  Bytes piece_;
  std::size_t used_ = 0;  // of it
};

class S3BlobStore final : public BlobStore {
 public:
  explicit S3BlobStore(std::unique_ptr<S3Client> client) : client_(std::move(client)) {}

  [[nodiscard]] Result<void> remove_unfinished() {
    std::optional<S3Upload> from;
    do {
      const std::string where = from ? "key-marker=" + s3_encoded(from->key) + "&upload-id-marker=" + s3_encoded(from->id) + "&" : "";
      TRY(const S3Answer answer, client_->ask({.query = where + "uploads="}));
      auto found = parse_s3_uploads(answer.body);
      if (!found) return failure("blobs: " + client_->service().endpoint + " answers with no list of uploads: is it an S3 service?");
      for (const S3Upload& upload : found->uploads) {
        if (id_of(upload.key)) TRY_VOID(client_->ask(removal(upload)));
      }
      from = std::move(found->next);
    } while (from);
    return {};
  }

  [[nodiscard]] Result<std::unique_ptr<BlobWriter>> create(const BlobId& id) override {
    for (S3Upload& upload : given_up_.take()) {
      if (!client_->ask_once(removal(upload))) given_up_.add(std::move(upload));
    }
    return std::make_unique<S3BlobWriter>(*client_, given_up_, id);
  }

  [[nodiscard]] Result<std::unique_ptr<BlobReader>> open(const BlobId& id) const override {
    std::string key = to_hex(id);
    TRY(S3Answer first, client_->ask({.key = key, .range = S3Range{0, first_piece}}));
    if (first.status == 404) return nullptr;
    if (first.status == 416) {  // it is empty
      first = {};
    } else if (!first.is_well() || first.body.size() != std::min(first.size, first_piece)) {
      return bad_blob(*client_, key, "ends too early");
    }
    return std::make_unique<S3BlobReader>(*client_, std::move(key), std::move(first));
  }

  [[nodiscard]] Result<void> erase(const BlobId& id) override {
    const std::string key = to_hex(id);
    TRY(const S3Answer answer, client_->ask({.method = S3Method::remove, .key = key}));
    if (answer.is_well() || answer.status == 404) return {};
    return bad_blob(*client_, key, "cannot be erased: HTTP status " + std::to_string(answer.status));
  }

  [[nodiscard]] Result<void> for_each(const std::function<bool(const BlobId&)>& visit) const override {
    std::string from;
    do {
      const std::string where = from.empty() ? "" : "continuation-token=" + s3_encoded(from) + "&";
      TRY(const S3Answer answer, client_->ask({.query = where + "encoding-type=url&list-type=2"}));
      auto objects = parse_s3_objects(answer.body);
      if (!objects) return failure("blobs: " + client_->service().endpoint + " answers with no list of objects");
      for (const std::string& key : objects->keys) {
        const auto id = id_of(key);  // or it is no blob
        if (id && !visit(*id)) return {};
      }
      from = std::move(objects->next);
    } while (!from.empty());
    return {};
  }

 private:
  std::unique_ptr<S3Client> client_;
  GivenUp given_up_;
};

}  // namespace

Result<std::unique_ptr<BlobStore>> open_s3_blob_store(const S3Service& service) {
  TRY(auto client, S3Client::make(service));
  auto opened = std::make_unique<S3BlobStore>(std::move(client));
  TRY_VOID(opened->remove_unfinished());
  return opened;
}

}  // namespace caduceus::store
