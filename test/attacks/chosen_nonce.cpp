#include "test/attacks/chosen_nonce.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {

RegistrationRequest prove_with_nonce(const G1& ppub, const Identity& identity, const Scalar& x, const Scalar& k) {
  const G1 commitment = x * G1::generator();
  const G1 nonce = k * G1::generator();
  const Scalar c =
      hash_to_scalar(ScalarHash::h2, {as_bytes("register"), encode(identity), ppub.encode(), commitment.encode(), nonce.encode()});
  return {identity, commitment, c, k + c * x};
}

Signature sign_with_nonce(const G1& ppub, const SigningKey& key, std::string_view purpose, ByteView message, const Scalar& t) {
  const G1 nonce = t * G1::generator();
  const Scalar h = hash_to_scalar(
      ScalarHash::h2, {as_bytes(purpose), message, encode(key.identity), ppub.encode(), key.public_point.encode(), nonce.encode()});
  return {key.public_point, h, t + h * (key.partial.expose() + key.secret_value.expose())};
}

void ChosenScalar::fill(ByteSpan out) {
  const auto bytes = scalar_.encode();
  CHECK(out.size() == 48);
  std::ranges::fill(out, Byte{0});
  std::ranges::copy(bytes, out.end() - bytes.size());
}

}  // namespace caduceus
