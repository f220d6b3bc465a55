#include "core/base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/base/check.h"

namespace caduceus {
namespace {

RC_GTEST_PROP(bytes, hex_round_trip, (const Bytes& bytes)) { RC_ASSERT(from_hex(to_hex(bytes)) == bytes); }

TEST(bytes, hex_refuses_odd_lengths_and_other_characters) {
  EXPECT_EQ(from_hex("Ff00"), (Bytes{255, 0}));
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex(" 0"));
}

TEST(bytes, big_endian) {
  EXPECT_EQ(big_endian(std::uint32_t{0x01020304}), (ByteArray<4>{1, 2, 3, 4}));
  EXPECT_EQ(big_endian(std::uint8_t{9}), (ByteArray<1>{9}));
}

TEST(check, stops_the_process_in_every_build) { EXPECT_DEATH(CHECK(1 + 1 == 3), "a bug: CHECK\\(1 \\+ 1 == 3\\) failed"); }

}  // namespace
}  // namespace caduceus
