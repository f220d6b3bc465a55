// Certificateless signatures (PROTOCOL.md §3, "Du"): licences, requests, messages. 112 bytes.
//
// The signer holds x, which it chose, and d, which the PKG gave it for its identity; the public point L binds both.
#pragma once

#include <tuple>

#include "core/base/identity.h"
#include "core/base/secret.h"
#include "core/crypto/group.h"

namespace caduceus {

// Who verifies: an identity and its registered public point L.
struct VerificationKey {
  Identity identity;
  G1 public_point;

  static auto fields(auto& self) { return std::tie(self.identity, self.public_point); }
};

struct SigningKey {
  Identity identity;
  G1 public_point;              // L
  Secret<Scalar> partial;       // d
  Secret<Scalar> secret_value;  // x

  static auto fields(auto& self) { return std::tie(self.identity, self.public_point, self.partial, self.secret_value); }
  [[nodiscard]] VerificationKey verification_key() const { return {identity, public_point}; }
};

struct Signature {
  G1 public_point;   // L
  Scalar challenge;  // h
  Scalar response;   // v

  static auto fields(auto& self) { return std::tie(self.public_point, self.challenge, self.response); }
  friend bool operator==(const Signature&, const Signature&) = default;
};

// f = H7(ID, Ppub, L), the identity's place in its public key L + f·Ppub.
Scalar identity_factor(const Identity& identity, const G1& ppub, const G1& public_point);

// t = H0("nonce", d, x, purpose, m, 32 fresh bytes), T = t·P1, h = H2(purpose, m, ID, Ppub, L, T), v = t + h(d + x).
// ppub is s_sig·P1. The nonce is hedged: fresh bytes that repeat or are known do no harm.
Signature sign(const G1& ppub, const SigningKey& key, std::string_view purpose, ByteView message, Rng& rng);

// T' = v·P1 − h·L − h·f·Ppub, h = H2(…, T'). Reject::signature_other_key when the signature names another L than the key's (R3),
// signature_invalid.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& signer, std::string_view purpose, ByteView message,
                                   const Signature& signature);

}  // namespace caduceus
