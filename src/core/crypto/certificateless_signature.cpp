#include "core/crypto/certificateless_signature.h"

#include <array>

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Scalar challenge(std::string_view purpose, ByteView message, const Identity& signer, const G1& ppub, const G1& public_point,
                 const G1& nonce) {
  return hash_to_scalar(ScalarHash::h2, {as_bytes(purpose), message, encode(signer), ppub.encode(), public_point.encode(), nonce.encode()});
}

}  // namespace

Scalar identity_factor(const Identity& identity, const G1& ppub, const G1& public_point) {
  return hash_to_scalar(ScalarHash::h7, {encode(identity), ppub.encode(), public_point.encode()});
}

Signature sign(const G1& ppub, const SigningKey& key, std::string_view purpose, ByteView message, Rng& rng) {
  const auto fresh = rng.bytes<32>();
  const SecretBytes d = encode_secret(key.partial);
  const SecretBytes x = encode_secret(key.secret_value);
  const Secret<Scalar> t(hash_to_scalar(ScalarHash::h0, {as_bytes("nonce"), d.expose(), x.expose(), as_bytes(purpose), message, fresh}));
  const G1 nonce = t.expose() * G1::generator();

  Signature signature{key.public_point, challenge(purpose, message, key.identity, ppub, key.public_point, nonce), {}};
  Secret<Scalar> response = key.partial.copy();
  response.expose() += key.secret_value.expose();
  response.expose() *= signature.challenge;
  response.expose() += t.expose();
  signature.response = response.expose();
  return signature;
}

Checked<void> verify(const G1& ppub, const VerificationKey& signer, std::string_view purpose, ByteView message,
                     const Signature& signature) {
  if (signature.public_point != signer.public_point) return reject(Reject::signature_other_key);
  const Scalar& h = signature.challenge;
  const Scalar f = identity_factor(signer.identity, ppub, signer.public_point);
  const std::array<Term<CurveG1>, 3> terms{{
      {signature.response, G1::generator()},
      {Scalar() - h, signer.public_point},
      {Scalar() - h * f, ppub},
  }};
  TRY(const G1 nonce, not_identity(public_sum_of_products(std::span<const Term<CurveG1>>(terms))));
  if (challenge(purpose, message, signer.identity, ppub, signer.public_point, nonce) != h) return reject(Reject::signature_invalid);
  return {};
}

}  // namespace caduceus
