#include "core/chain/work.h"

#include <gtest/gtest.h>

#include "core/base/rng.h"
#include "core/chain/mblock_header.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Bytes32 number(std::string_view hex) {
  const Bytes bytes = *from_hex(std::string(64 - hex.size(), '0') + std::string(hex));
  Bytes32 out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}

std::string work(std::string_view target) {
  const std::string hex = to_hex(Work::of_target(number(target)).big_endian());
  return hex.substr(std::min(hex.find_first_not_of('0'), hex.size() - 1));
}

// Bitcoin's: chain work of a block is 2^256 / (target + 1).
TEST(work, of_targets_whose_work_is_known) {
  EXPECT_EQ(work("ffff0000000000000000000000000000000000000000000000000000"), "100010001");  // of its genesis block
  EXPECT_EQ(work("404cb000000000000000000000000000000000000000000000000"), "3fb3ab764c00");  // bits 0x1b0404cb
  EXPECT_EQ(work(std::string(64, 'f')), "1");
  EXPECT_EQ(work("8" + std::string(63, '0')), "1");
  EXPECT_EQ(work("7" + std::string(63, 'f')), "2");
  EXPECT_EQ(work("1"), "8" + std::string(63, '0'));
  EXPECT_EQ(work("0"), std::string(64, 'f'));  // 2^256 does not fit
  EXPECT_EQ(work("2"), std::string(64, '5'));  // ⌊2^256 / 3⌋
}

// q = ⌊2^256 / d⌋: q·d ≤ 2^256 < (q + 1)·d, checked in 32-bit digits by another way.
TEST(work, is_the_quotient) {
  SeededRng rng(1);
  const auto times = [](const Bytes32& a, const Bytes32& b) {  // 64 bytes, big-endian
    std::array<std::uint64_t, 64> sum{};
    for (std::size_t i = 0; i < 32; ++i) {
      for (std::size_t j = 0; j < 32; ++j) sum[i + j + 1] += std::uint64_t{a[i]} * b[j];
    }
    for (std::size_t i = 63; i > 0; --i) {
      sum[i - 1] += sum[i] >> 8;
      sum[i] &= 0xff;
    }
    return sum;
  };
  std::array<std::uint64_t, 64> power{};
  power[31] = 1;
  const auto plus_one = [](Bytes32 n) {
    for (std::size_t i = 32; i-- > 0;) {
      if (++n[i] != 0) break;
    }
    return n;
  };
  for (int round = 0; round < 500; ++round) {
    Bytes32 target = rng.bytes<32>();
    for (std::size_t i = 0, zeros = rng.below(31); i < zeros; ++i) target[i] = 0;
    const Bytes32 quotient = Work::of_target(target).big_endian();
    EXPECT_LE(times(quotient, plus_one(target)), power);
    EXPECT_GT(times(plus_one(quotient), plus_one(target)), power);
  }
}

TEST(work, adds_up_and_stops_at_the_largest) {
  const Work one = Work::of_target(number(std::string(64, 'f')));
  Work sum;
  for (int i = 0; i < 300; ++i) sum += one;
  EXPECT_EQ(sum.big_endian(), number("12c"));
  const Work half = Work::of_target(number("1"));
  EXPECT_GT(half, sum);
  EXPECT_EQ((half + half).big_endian(), number(std::string(64, 'f')));
  EXPECT_EQ(half + half, half + half + half);
  EXPECT_EQ((Work::of_target(number("2")) + Work::of_target(number("2"))).big_endian(), number(std::string(64, 'a')));  // carries
}

TEST(mblock_header, hash_is_sha256_twice_over_all_fields) {
  MblockHeader header;
  header.height = Height(5);
  header.miner = {Role::miner, {"m1"}, 1};
  header.target = number("ffff");
  EXPECT_EQ(mblock_hash(header), sha256(sha256(encode(header))));
  EXPECT_EQ(decode<MblockHeader>(encode(header)), header);
  EXPECT_EQ(encode(header).size(), 4 + 8 + 3 * 32 + 8 + 32 + 8 + (1 + 4 + 2 + 4) + 32 + 8U);
}

}  // namespace
}  // namespace caduceus
