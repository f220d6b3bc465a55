#include "core/med/pow.h"

#include <gtest/gtest.h>

#include "core/base/rng.h"

namespace caduceus::med {
namespace {

MblockHeader drawn_header(SeededRng& rng) {
  MblockHeader header;
  header.height = Height(rng.next());
  header.previous = rng.bytes<32>();
  header.transactions = rng.bytes<32>();
  header.state = rng.bytes<32>();
  header.time = Time(rng.next());
  header.nonce = rng.next();
  header.miner = {Role::miner, {std::string(1 + rng.below(64), 'm')}, 1};  // up to three blocks of SHA-256 from the nonce on
  header.sblock = rng.bytes<32>();
  header.sblock_height = Height(rng.next());
  return header;
}

TEST(pow, a_hash_meets_a_target_that_is_not_below_it) {
  const MblockHash hash{0, 0, 7};
  EXPECT_TRUE(meets_target(hash, hash));
  EXPECT_TRUE(meets_target(hash, {0, 0, 7, 1}));
  EXPECT_FALSE(meets_target({0, 0, 7, 1}, hash));
  EXPECT_FALSE(meets_target(hash, {0, 0, 6, 0xff, 0xff}));
}

// Against the hash that everybody else takes, of the whole header.
TEST(pow, finds_the_first_nonce_whose_hash_meets_the_target) {
  SeededRng rng(1);
  for (int round = 0; round < 200; ++round) {
    MblockHeader header = drawn_header(rng);
    header.target = {static_cast<Byte>(rng.below(16)), 0x80};
    const std::uint64_t first = round % 4 == 0 ? ~std::uint64_t{0} - rng.below(20) : rng.next();  // some go past 2^64
    constexpr std::uint64_t count = 60;
    std::optional<std::uint64_t> expected;
    for (std::uint64_t i = 0; i < count && !expected; ++i) {
      MblockHeader tried = header;
      tried.nonce = first + i;
      if (meets_target(mblock_hash(tried), header.target)) expected = tried.nonce;
    }
    EXPECT_EQ(search(header, first, count), expected);
    // Not beyond the range, and the whole of it.
    if (!expected) continue;
    EXPECT_EQ(search(header, first, *expected - first), std::nullopt);
    EXPECT_EQ(search(header, first, *expected - first + 1), expected);
  }
}

TEST(pow, finds_nothing_in_no_nonces) {
  MblockHeader header;
  header.target.fill(0xff);
  EXPECT_EQ(search(header, 5, 0), std::nullopt);
  EXPECT_EQ(search(header, 5, 1), 5U);
}

}  // namespace
}  // namespace caduceus::med
