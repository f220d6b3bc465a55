// Proofs and signatures as docs/PROTOCOL.md writes them, by a signer that chooses its nonce: what an honest one never does.
#pragma once

#include "core/crypto/registration.h"

namespace caduceus {

// A proof of knowledge of x with the nonce k.
RegistrationRequest prove_with_nonce(const G1& ppub, const Identity& identity, const Scalar& x, const Scalar& k);

// A certificateless signature with the nonce t.
Signature sign_with_nonce(const G1& ppub, const SigningKey& key, std::string_view purpose, ByteView message, const Scalar& t);

// Randomness that is nothing but one scalar: Scalar::random(rng) is it.
class ChosenScalar final : public Rng {
 public:
  explicit ChosenScalar(const Scalar& scalar) : scalar_(scalar) {}
  void fill(ByteSpan out) override;

 private:
  Scalar scalar_;
};

}  // namespace caduceus
