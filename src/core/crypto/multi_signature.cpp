#include "core/crypto/multi_signature.h"

#include <array>
#include <bit>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

G1 possession_point(const G2& public_key) { return hash_to_g1(PointHash::bls_possession, {public_key.encode()}); }

// e(signature, P2) = e(hashed, public key)
bool signed_by(const G1& signature, const G1& hashed, const G2& public_key) {
  const std::array<PairingFactor, 2> factors{{{G1() - signature, G2::generator()}, {hashed, public_key}}};
  return pairing_product(factors).is_one();
}

}  // namespace

BlsKey BlsKey::random(Rng& rng) {
  BlsKey key{Secret<Scalar>(Scalar::random(rng)), {}};
  key.public_key = key.secret.expose() * G2::generator();
  return key;
}

G1 prove_possession(const BlsKey& key) { return key.secret.expose() * possession_point(key.public_key); }

Checked<void> verify_possession(const G2& public_key, const G1& proof) {
  if (public_key.is_identity() || !signed_by(proof, possession_point(public_key), public_key)) return reject(Reject::possession_invalid);
  return {};
}

G1 sign_part(const BlsKey& key, ByteView message) { return key.secret.expose() * hash_to_g1(PointHash::bls_message, {message}); }

Checked<void> verify_part(const AffineG2& public_key, ByteView message, const G1& part) {
  if (!signed_by(part, hash_to_g1(PointHash::bls_message, {message}), G2(public_key))) return reject(Reject::multi_signature_invalid);
  return {};
}

SignerSet::SignerSet(std::uint16_t size) : size_(size), bits_((size + 7U) / 8) { CHECK(size > 0 && size <= most_signers); }

void SignerSet::insert(std::size_t place) {
  CHECK(place < size_);
  bits_[place / 8] |= static_cast<Byte>(1U << place % 8);
}

bool SignerSet::contains(std::size_t place) const { return place < size_ && (bits_[place / 8] >> place % 8 & 1) != 0; }

std::size_t SignerSet::count() const {
  std::size_t count = 0;
  for (const Byte b : bits_) count += static_cast<std::size_t>(std::popcount(b));
  return count;
}

Checked<void> Codec<SignerSet>::read(Reader& reader, SignerSet& set) {
  TRY_VOID(caduceus::read(reader, set.size_));
  if (set.size_ == 0 || set.size_ > SignerSet::most_signers) return reject(Reject::signer_set_size);
  TRY(const ByteView bits, reader.take((set.size_ + 7U) / 8));
  if (set.size_ % 8 != 0 && bits.back() >> set.size_ % 8 != 0) return reject(Reject::signer_set_padding);
  set.bits_.assign(bits.begin(), bits.end());
  return {};
}

bool add_part(MultiSignature& signature, std::size_t place, const G1& part) {
  if (signature.signers.contains(place)) return false;
  signature.signers.insert(place);
  signature.sum += part;
  return true;
}

Checked<void> verify(std::span<const AffineG2> public_keys, ByteView message, const MultiSignature& signature, std::size_t quorum) {
  CHECK(quorum > 0);
  if (signature.signers.size() != public_keys.size()) return reject(Reject::signer_set_size);
  if (signature.signers.count() < quorum) return reject(Reject::quorum_too_small);
  std::vector<const AffineG2*> signers;
  for (std::size_t i = 0; i < public_keys.size(); ++i) {
    if (signature.signers.contains(i)) signers.push_back(&public_keys[i]);
  }
  TRY(const G2 public_key, not_identity(sum(std::span<const AffineG2* const>(signers))));
  if (signature.sum.is_identity()) return reject(Reject::point_is_identity);
  if (!signed_by(signature.sum, hash_to_g1(PointHash::bls_message, {message}), public_key)) return reject(Reject::multi_signature_invalid);
  return {};
}

}  // namespace caduceus
