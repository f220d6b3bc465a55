// What anyone can compute from what anyone can see: the attacks' algebra, turned by the tests on the published schemes and on ours
// alike. No secret but the adversary's own enters here.
#pragma once

#include <span>

#include "core/crypto/group.h"

namespace caduceus::published {

// λ1 and λ2 with λ1 + λ2 = 1 and λ1·c1 + λ2·c2 = target; c1 ≠ c2.
struct Combination {
  Scalar first;
  Scalar second;
};
Combination combine_challenges(const Scalar& c1, const Scalar& c2, const Scalar& target);

// Of two signatures of one signer under one w, with challenges c1 and c2, one with the challenge `target` (R4):
//   λ1·S1 + λ2·S2 = (λ1·ρ1 + λ2·ρ2)·P_w + (λ1 + λ2)·K0 + (λ1·c1 + λ2·c2)·K1, and T alike.
// Signature is a pair (S, T).
template <class Signature>
Signature forge_under_one_w(const Signature& one, const Scalar& c1, const Signature& other, const Scalar& c2, const Scalar& target) {
  const auto [first, second] = combine_challenges(c1, c2, target);
  return {first * one.s + second * other.s, first * one.t + second * other.t};
}

// Of two signatures of one signer under different w's the same sum still hides K0 + target·K1, but behind λ1·ρ1·P_w1 + λ2·ρ2·P_w2:
// a signature for whoever lets one S answer for the T's of several w's (R4).
struct SplitForgery {
  G1 s;
  G2 t1;  // under the first signature's w
  G2 t2;  // under the other's
};
template <class Signature>
SplitForgery forge_across_ws(const Signature& one, const Scalar& c1, const Signature& other, const Scalar& c2, const Scalar& target) {
  const auto [first, second] = combine_challenges(c1, c2, target);
  return {first * one.s + second * other.s, first * one.t, second * other.t};
}

// β·P2 − Σ others' keys: the sum of all keys is then β·P2, and β·H(m) is everyone's multi-signature.
G2 rogue_key(const Scalar& beta, std::span<const G2> others);

}  // namespace caduceus::published
