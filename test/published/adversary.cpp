#include "test/published/adversary.h"

namespace caduceus::published {

Combination combine_challenges(const Scalar& c1, const Scalar& c2, const Scalar& target) {
  const Scalar first = (target - c2) * (c1 - c2).inverse();
  return {first, Scalar(1) - first};
}

G2 rogue_key(const Scalar& beta, std::span<const G2> others) {
  G2 key = beta * G2::generator();
  for (const G2& other : others) key -= other;
  return key;
}

}  // namespace caduceus::published
