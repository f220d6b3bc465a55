#include "core/base/rng.h"

#include <gtest/gtest.h>

#include <set>

namespace caduceus {
namespace {

TEST(seeded_rng, same_seed_same_bytes) {
  SeededRng a(7);
  SeededRng b(7);
  SeededRng c(8);
  const auto bytes = a.bytes<33>();
  EXPECT_EQ(bytes, b.bytes<33>());
  EXPECT_NE(bytes, c.bytes<33>());
}

TEST(seeded_rng, below_reaches_every_value_and_no_other) {
  SeededRng rng(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.below(10));
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(*seen.rbegin(), 9U);
}

}  // namespace
}  // namespace caduceus
