#include "core/crypto/sealing_key.h"

#include <array>

#include "core/crypto/aead.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Scalar possession_challenge(const Identity& identity, const G1& key, const G1& nonce) {
  return hash_to_scalar(ScalarHash::h2, {as_bytes("sealing-key"), encode(identity), key.encode(), nonce.encode()});
}

SecretKey envelope_key(std::string_view use, const Secret<G1>& shared, const EncodedG1& ephemeral, const Identity& recipient) {
  const SecretBytes point = encode_secret(shared);
  return derive_key(KeyHash::hsk, use, {point.expose(), ephemeral.bytes, encode(recipient)});
}

}  // namespace

SealingKey SealingKey::random(const Identity& identity, Rng& rng) {
  SealingKey key{identity, Secret<Scalar>(Scalar::random(rng)), {}};
  key.public_key = key.secret.expose() * G1::generator();
  return key;
}

SealingPublicKey publish(const SealingKey& key, Rng& rng) {
  const SecretBytes secret = encode_secret(key.secret);
  const Secret<Scalar> k(
      hash_to_scalar(ScalarHash::h0, {as_bytes("nonce"), secret.expose(), as_bytes("sealing-key"), encode(key.identity), rng.bytes<32>()}));
  SealingPublicKey published{
      key.identity, key.public_key, possession_challenge(key.identity, key.public_key, k.expose() * G1::generator()), {}};
  Secret<Scalar> response = key.secret.copy();
  response.expose() *= published.challenge;
  response.expose() += k.expose();
  published.response = response.expose();
  return published;
}

Checked<void> verify(const SealingPublicKey& key) {
  const std::array<Term<CurveG1>, 2> terms{{{key.response, G1::generator()}, {Scalar() - key.challenge, key.key}}};
  TRY(const G1 nonce, not_identity(public_sum_of_products(std::span<const Term<CurveG1>>(terms))));
  if (possession_challenge(key.identity, key.key, nonce) != key.challenge) return reject(Reject::possession_of_sealing_key);
  return {};
}

SealedTo seal_to(const Identity& recipient, const G1& public_key, std::string_view use, ByteView message, Rng& rng) {
  const Secret<Scalar> u(Scalar::random(rng));
  SealedTo sealed{EncodedG1::of(u.expose() * G1::generator()), {}};
  Secret<G1> shared(public_key);
  shared.expose() *= u.expose();
  sealed.sealed.value = seal(envelope_key(use, shared, sealed.ephemeral, recipient), encode(recipient), message, rng);
  return sealed;
}

Checked<SecretBytes> open_sealed(const SealingKey& key, std::string_view use, const SealedTo& sealed) {
  TRY(const G1 ephemeral, sealed.ephemeral.value());
  Secret<G1> shared(ephemeral);
  shared.expose() *= key.secret.expose();
  if (shared.expose().is_identity()) return reject(Reject::point_is_identity);
  return open(envelope_key(use, shared, sealed.ephemeral, key.identity), encode(key.identity), sealed.sealed.value);
}

}  // namespace caduceus
