#include "core/crypto/aead.h"

#include <openssl/evp.h>

#include <algorithm>

#include "core/base/check.h"

namespace caduceus {
namespace {

const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  CHECK(cipher != nullptr);
  return cipher;
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

void begin(EVP_CIPHER_CTX* context, const SecretKey* key, ByteView nonce, ByteView associated, bool sealing) {
  const Byte* const key_bytes = key == nullptr ? nullptr : key->expose().data();
  CHECK(EVP_CipherInit_ex2(context, key == nullptr ? nullptr : aes_256_gcm(), key_bytes, nonce.data(), sealing ? 1 : 0, nullptr) == 1);
  int length = 0;
  CHECK(EVP_CipherUpdate(context, nullptr, &length, associated.data(), static_cast<int>(associated.size())) == 1);
}

// The ciphertext and tag of `plain`, to a context that begin() prepared.
void finish_sealing(EVP_CIPHER_CTX* context, ByteView plain, ByteSpan out) {
  int length = 0;
  CHECK(EVP_CipherUpdate(context, out.data(), &length, plain.data(), static_cast<int>(plain.size())) == 1);
  CHECK(EVP_CipherFinal_ex(context, out.data() + plain.size(), &length) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, aead_tag_size, out.data() + plain.size()) == 1);
}

bool finish_opening(EVP_CIPHER_CTX* context, ByteView sealed, ByteSpan out) {
  const ByteView cipher = sealed.first(sealed.size() - aead_tag_size);
  ByteArray<aead_tag_size> tag;
  std::ranges::copy(sealed.last(aead_tag_size), tag.begin());
  int length = 0;
  Byte nothing = 0;  // OpenSSL takes a null output for associated data
  Byte* const plain = out.empty() ? &nothing : out.data();
  CHECK(EVP_CipherUpdate(context, plain, &length, cipher.data(), static_cast<int>(cipher.size())) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, aead_tag_size, tag.data()) == 1);
  return EVP_CipherFinal_ex(context, plain + cipher.size(), &length) == 1;
}

}  // namespace

Bytes seal(const SecretKey& key, ByteView associated, ByteView plain, Rng& rng) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  Bytes sealed(aead_nonce_size + plain.size() + aead_tag_size);
  const ByteSpan nonce = ByteSpan(sealed).first(aead_nonce_size);
  rng.fill(nonce);
  begin(context.get(), &key, nonce, associated, true);
  finish_sealing(context.get(), plain, ByteSpan(sealed).subspan(aead_nonce_size));
  return sealed;
}

Checked<SecretBytes> open(const SecretKey& key, ByteView associated, ByteView sealed) {
  if (sealed.size() < aead_nonce_size + aead_tag_size) return reject(Reject::truncated);
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  begin(context.get(), &key, sealed.first(aead_nonce_size), associated, false);
  SecretBytes plain(sealed.size() - aead_nonce_size - aead_tag_size);
  if (!finish_opening(context.get(), sealed.subspan(aead_nonce_size), plain.expose())) return reject(Reject::sealed_invalid);
  return plain;
}

void StreamCipher::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

StreamCipher::StreamCipher(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header, bool sealing)
    : context_(EVP_CIPHER_CTX_new()), associated_(associated.begin(), associated.end()) {
  std::ranges::copy(header, nonce_.begin());
  begin(context_.get(), &key, nonce_, {}, sealing);
}

void StreamCipher::start_chunk(std::uint32_t index, bool last) {
  std::ranges::copy(big_endian(index), nonce_.begin() + stream_header_size);
  nonce_.back() = last ? 1 : 0;
  begin(context_.get(), nullptr, nonce_, associated_, EVP_CIPHER_CTX_is_encrypting(context_.get()) == 1);
}

StreamSealer::StreamSealer(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header)
    : StreamCipher(key, associated, header, true) {}

void StreamSealer::seal_chunk(ByteView plain, bool last, ByteSpan out) {
  CHECK(!finished_ && out.size() == plain.size() + aead_tag_size);
  CHECK(last ? plain.size() <= stream_chunk_size : plain.size() == stream_chunk_size);
  CHECK(index_ == 0 || !plain.empty());
  CHECK(last || index_ < UINT32_MAX);
  start_chunk(index_++, last);
  finish_sealing(context_.get(), plain, out);
  finished_ = last;
}

StreamOpener::StreamOpener(const SecretKey& key, ByteView associated, const ByteArray<stream_header_size>& header)
    : StreamCipher(key, associated, header, false) {}

bool StreamOpener::opens(ByteView sealed, bool last, ByteSpan out) {
  start_chunk(index_, last);
  return finish_opening(context_.get(), sealed, out);
}

Checked<void> StreamOpener::open_chunk(ByteView sealed, bool last, ByteSpan out) {
  if (finished_) return reject(Reject::stream_after_last);
  if (sealed.size() < aead_tag_size) return reject(Reject::truncated);
  if (sealed.size() > stream_sealed_chunk_size || (!last && index_ == UINT32_MAX)) return reject(Reject::too_long);
  CHECK(out.size() == sealed.size() - aead_tag_size);
  if (out.empty() && index_ != 0) return reject(Reject::not_canonical);
  if (!opens(sealed, last, out)) {
    // It may be a true chunk in a stream that was cut behind it or went on behind it: say so.
    const bool other = opens(sealed, !last, out);
    wipe(out.data(), out.size());
    if (!other) return reject(Reject::sealed_invalid);
    return reject(last ? Reject::stream_truncated : Reject::stream_after_last);
  }
  if (!last && sealed.size() != stream_sealed_chunk_size) return reject(Reject::not_canonical);
  ++index_;
  finished_ = last;
  return {};
}

Bytes seal_stream(const SecretKey& key, ByteView associated, ByteView plain, const ByteArray<stream_header_size>& header) {
  StreamSealer sealer(key, associated, header);
  const std::size_t chunks = std::max<std::size_t>(1, (plain.size() + stream_chunk_size - 1) / stream_chunk_size);
  Bytes sealed(stream_header_size + plain.size() + chunks * aead_tag_size);
  std::ranges::copy(header, sealed.begin());
  ByteSpan out = ByteSpan(sealed).subspan(stream_header_size);
  for (std::size_t i = 0; i < chunks; ++i) {
    const ByteView chunk = plain.first(std::min(plain.size(), stream_chunk_size));
    plain = plain.subspan(chunk.size());
    sealer.seal_chunk(chunk, i + 1 == chunks, out.first(chunk.size() + aead_tag_size));
    out = out.subspan(chunk.size() + aead_tag_size);
  }
  return sealed;
}

Checked<SecretBytes> open_stream(const SecretKey& key, ByteView associated, ByteView sealed) {
  Reader reader(sealed);
  ByteArray<stream_header_size> header;
  TRY_VOID(read(reader, header));
  StreamOpener opener(key, associated, header);
  SecretBytes plain(reader.left());
  std::size_t filled = 0;
  do {
    TRY(const ByteView chunk, reader.take(std::min(reader.left(), stream_sealed_chunk_size)));
    if (chunk.size() < aead_tag_size) return reject(Reject::truncated);
    TRY_VOID(opener.open_chunk(chunk, reader.left() == 0, plain.expose().subspan(filled, chunk.size() - aead_tag_size)));
    filled += chunk.size() - aead_tag_size;
  } while (!opener.finished());
  plain.resize(filled);
  return plain;
}

}  // namespace caduceus
