// The pairing is bilinear, and a product of pairings is the product.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/crypto/group.h"

namespace caduceus {
namespace {

// Mostly any; now and then one at an edge.
Scalar any_scalar() {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  if (seed % 8 == 0) return Scalar(seed / 8 % 3);
  if (seed % 8 == 1) return Scalar() - Scalar(1 + seed / 8 % 3);
  SeededRng rng(seed);
  return Scalar::random(rng);
}
template <class P>
P any_point() {
  return any_scalar() * P::generator();
}

RC_GTEST_PROP(pairing_property, moves_a_scalar_from_one_side_to_the_other, ()) {
  const Scalar a = any_scalar();
  const Scalar b = any_scalar();
  const G1 p = any_point<G1>();
  const G2 q = any_point<G2>();
  const Gt expected = pairing((a * b) * p, q);
  RC_ASSERT(pairing(a * p, b * q) == expected);
  RC_ASSERT(pairing(b * p, a * q) == expected);
  RC_ASSERT(pairing(p, (a * b) * q) == expected);
}

RC_GTEST_PROP(pairing_property, turns_sums_into_products, ()) {
  const G1 p1 = any_point<G1>();
  const G1 p2 = any_point<G1>();
  const G2 q1 = any_point<G2>();
  const G2 q2 = any_point<G2>();
  RC_ASSERT(pairing(p1 + p2, q1) == pairing(p1, q1) * pairing(p2, q1));
  RC_ASSERT(pairing(p1, q1 + q2) == pairing(p1, q1) * pairing(p1, q2));
  RC_ASSERT((pairing(p1, q1) * pairing(G1() - p1, q1)).is_one());
}

RC_GTEST_PROP(pairing_property, a_product_of_pairings_is_the_product, ()) {
  std::vector<PairingFactor> factors;
  Gt expected;
  for (auto n = *rc::gen::inRange(0, 6); n > 0; --n) {
    factors.push_back({any_point<G1>(), any_point<G2>()});
    expected *= pairing(factors.back().g1, factors.back().g2);
  }
  RC_ASSERT(pairing_product(factors) == expected);
  RC_ASSERT(pairing_product(factors).to_bytes() == expected.to_bytes());
}

RC_GTEST_PROP(pairing_property, is_1_for_the_identity_only, ()) {
  const G1 p = any_point<G1>();
  const G2 q = any_point<G2>();
  RC_ASSERT(pairing(p, q).is_one() == (p.is_identity() || q.is_identity()));
}

}  // namespace
}  // namespace caduceus
