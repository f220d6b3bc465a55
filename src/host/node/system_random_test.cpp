#include "host/node/system_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace caduceus {
namespace {

TEST(system_random, fills_all_of_it_with_something_new) {
  SystemRandom random;
  std::set<Bytes32> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(random.bytes<32>()).second);
  Bytes large(1 << 20);
  random.fill(large);
  EXPECT_LT(std::ranges::count(ByteView(large).last(1000), 0), 100);
}

}  // namespace
}  // namespace caduceus
