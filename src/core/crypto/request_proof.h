// The doctor's two Schnorr proofs on a request (PROTOCOL.md §6, R12): a signature under its certificateless key, and the proof that it
// knows b of T_b = b·P1, with separate nonces under one challenge. Consented and emergency requests both carry one.
#pragma once

#include <span>
#include <tuple>

#include "core/crypto/certificateless_signature.h"

namespace caduceus {

struct RequestProof {
  G1 public_point;    // L_B
  Scalar challenge;   // h
  Scalar response;    // v = t + h(d_B + x_B)
  Scalar response_b;  // v_b = t_b + h·b

  static auto fields(auto& self) { return std::tie(self.public_point, self.challenge, self.response, self.response_b); }
};

// What is proved: h = H2(purpose, parts…, Ppub, L_B, T_b, t·P1, t_b·P1). Both nonces are hedged over all that h covers, so that randomness
// that repeats gives nothing away: t = H0("nonce", d_B, x_B, purpose, parts…, T_b, fresh), t_b = H0("nonce-b", b, purpose, parts…, T_b, fresh).
struct RequestStatement {
  std::string_view purpose;
  std::vector<Bytes> parts;
  G1 t_b;  // b·P1
};

// Draws 32 fresh bytes.
RequestProof prove(const G1& ppub, const SigningKey& doctor, const Secret<Scalar>& b, const RequestStatement& statement, Rng& rng);

// T = v·P1 − h(L_B + f·Ppub), T' = v_b·P1 − h·T_b, h again. Reject::signature_other_key (R3), point_is_identity, request_signature.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const RequestStatement& statement,
                                   const RequestProof& proof);

}  // namespace caduceus
