#include "core/crypto/record_body.h"

#include <openssl/evp.h>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {

void RecordHasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

RecordHasher::RecordHasher(const Bytes32& salt, std::uint32_t size) : context_(EVP_MD_CTX_new()), left_(size) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  // What hash() takes of the parts (salt, record), up to the record's first byte.
  SecretBytes before = sequence({as_bytes("CADUCEUS-V1-H"), salt});
  before.append(big_endian(size));
  const ByteView bytes = before.expose();
  CHECK(EVP_DigestInit_ex2(context_.get(), algorithm, nullptr) == 1);
  CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

void RecordHasher::add(ByteView piece) {
  CHECK(piece.size() <= left_);
  left_ -= static_cast<std::uint32_t>(piece.size());
  CHECK(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
}

Bytes32 RecordHasher::finish() {
  CHECK(left_ == 0);
  Bytes32 out;
  CHECK(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
  return out;
}

BodySealer::BodySealer(const SecretKey& key, const RecordHead& head, const Bytes32& emr_hash, std::uint32_t emr_size)
    : head_(encode(head)),
      sealed_size_(sealed_stream_size(head_.size() + std::uint64_t{emr_size})),
      sealer_(key, {}, body_header(key, head_, emr_hash), head_.size() + std::uint64_t{emr_size}) {}

void BodySealer::add(ByteView emr, Bytes& sealed) {
  if (!head_.empty()) sealer_.add(std::exchange(head_, {}), sealed);
  sealer_.add(emr, sealed);
}

Checked<void> BodyOpener::add(ByteView sealed, SecretBytes& emr) {
  TRY_VOID(opener_.add(sealed, opened_));
  if (!head_) TRY_VOID(take_head());
  if (!head_) return {};
  hasher_->add(std::as_const(opened_).expose());
  emr.append(std::as_const(opened_).expose());
  opened_.resize(0);
  return {};
}

Checked<void> BodyOpener::take_head() {
  // How long the proof is: what it proves stands on chain. Salt and EMR stay secret.
  constexpr std::size_t length_at = sizeof(RecordHead::salt) + sizeof(RecordHead::htxm);
  const ByteView plain = std::as_const(opened_).expose();
  if (plain.size() >= length_at + sizeof(std::uint32_t)) declassify(plain.subspan(length_at, sizeof(std::uint32_t)));
  Reader reader(plain);
  RecordHead head;
  const auto whole = read(reader, head);
  if (!whole && whole.error() == Reject::truncated && !finished()) return {};
  TRY_VOID(whole);
  const std::size_t head_size = plain.size() - reader.left();
  const std::uint64_t emr_size = plain_stream_size(sealed_size_) - head_size;
  if (emr_size > UINT32_MAX) return reject(Reject::too_long);
  head_ = std::move(head);
  hasher_.emplace(head_->salt, static_cast<std::uint32_t>(emr_size));
  opened_ = SecretBytes(plain.subspan(head_size));
  return {};
}

Bytes32 BodyOpener::emr_hash() {
  CHECK(finished());
  return hasher_->finish();
}

}  // namespace caduceus
