#include "core/crypto/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/check.h"

namespace caduceus {
namespace {

constexpr std::string_view tag(ScalarHash which) {
  switch (which) {
    case ScalarHash::h0: return "CADUCEUS-V1-H0";
    case ScalarHash::h2: return "CADUCEUS-V1-H2";
    case ScalarHash::h4: return "CADUCEUS-V1-H4";
    case ScalarHash::h5: return "CADUCEUS-V1-H5";
    case ScalarHash::h7: return "CADUCEUS-V1-H7";
  }
  return {};
}

// R2: a tag for each use. With ID‖0 under one tag, the user "V0" enrols for V's key.
constexpr std::string_view tag(PointHash which) {
  switch (which) {
    case PointHash::key_agreement: return "CADUCEUS-V1-H1-KA";
    case PointHash::signature0: return "CADUCEUS-V1-H1-SIG0";
    case PointHash::signature1: return "CADUCEUS-V1-H1-SIG1";
    case PointHash::one_time_string: return "CADUCEUS-V1-H1-W";
    case PointHash::bls_message: return "CADUCEUS-V1-BLS-SIG";
    case PointHash::bls_possession: return "CADUCEUS-V1-BLS-POP";
  }
  return {};
}

constexpr std::string_view tag(KeyHash which) { return which == KeyHash::h6 ? "CADUCEUS-V1-H6" : "CADUCEUS-V1-Hsk"; }

SecretKey hmac(ByteView key, ByteView message) {
  SecretKey out;
  unsigned length = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.expose().data(), &length));
  CHECK(length == out.expose().size());
  return out;
}

}  // namespace

SecretBytes sequence(std::span<const ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += 4 + part.size();
  SecretBytes out(size);
  ByteSpan rest = out.expose();
  for (const ByteView part : parts) {
    CHECK(part.size() <= UINT32_MAX);
    std::ranges::copy(big_endian(static_cast<std::uint32_t>(part.size())), rest.begin());
    std::ranges::copy(part, rest.begin() + 4);
    rest = rest.subspan(4 + part.size());
  }
  return out;
}

Scalar hash_to_scalar(ScalarHash which, std::span<const ByteView> parts) { return rfc9380_scalar(sequence(parts).expose(), tag(which)); }

G1 hash_to_g1(PointHash which, std::initializer_list<ByteView> parts) { return rfc9380_g1(sequence(parts).expose(), tag(which)); }

G2 hash_to_g2(std::initializer_list<ByteView> parts) { return rfc9380_g2(sequence(parts).expose(), "CADUCEUS-V1-H1'-KA"); }

Bytes32 sha256(ByteView bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // for good: a look-up costs more than a block
  Bytes32 out;
  unsigned length = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm, nullptr) == 1 && length == out.size());
  return out;
}

Bytes32 hash(std::span<const ByteView> parts) {
  SecretBytes message = sequence({as_bytes("CADUCEUS-V1-H")});
  message.append(sequence(parts).expose());
  return sha256(message.expose());
}

SecretKey derive_key(KeyHash which, std::string_view label, std::span<const ByteView> parts) {
  // RFC 5869: extract, then the first block of expand.
  const SecretKey extracted = hmac(as_bytes(tag(which)), sequence(parts).expose());
  Bytes info(label.begin(), label.end());
  info.push_back(1);
  return hmac(extracted.expose(), info);
}

Bytes32 mac(const SecretKey& key, std::initializer_list<ByteView> parts) { return hmac(key.expose(), sequence(parts).expose()).expose(); }

}  // namespace caduceus
