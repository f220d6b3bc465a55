#include "host/net/bans.h"

#include <gtest/gtest.h>

#include "host/net/backoff.h"

namespace caduceus {
namespace {

using namespace std::chrono_literals;
using Clock = Bans::Clock;

TEST(bans, end_and_are_not_shortened) {
  Bans bans;
  const Clock::time_point start;
  bans.add("a", start + 10s);
  bans.add("a", start + 5s);
  EXPECT_TRUE(bans.has("a", start + 9s));
  EXPECT_FALSE(bans.has("a", start + 10s));
  EXPECT_FALSE(bans.has("b", start));
}

TEST(bans, so_many_are_kept_and_the_one_that_ends_first_goes) {
  Bans bans;
  const Clock::time_point start;
  for (int i = 0; i < 5000; ++i) bans.add(std::to_string(i), start + 1h + std::chrono::seconds(i));
  EXPECT_FALSE(bans.has("0", start));
  EXPECT_FALSE(bans.has("903", start));
  EXPECT_TRUE(bans.has("904", start));
  EXPECT_TRUE(bans.has("4999", start));
}

TEST(bans, three_strikes_in_a_row_make_an_address_slow_until_it_is_served) {
  Bans bans;
  const Clock::time_point start;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(bans.strike("a"));
  bans.forgive("a");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(bans.may_try("a", start));
    EXPECT_TRUE(bans.strike("a"));
  }
  EXPECT_FALSE(bans.strike("a"));
  EXPECT_TRUE(bans.may_try("a", start)) << "somebody else may be behind it";
  EXPECT_FALSE(bans.may_try("a", start + 49ms));
  EXPECT_TRUE(bans.may_try("b", start));
  EXPECT_TRUE(bans.may_try("a", start + 50ms));
  EXPECT_FALSE(bans.may_try("a", start + 51ms));
  bans.forgive("a");
  EXPECT_TRUE(bans.may_try("a", start + 51ms));
}

TEST(bans, a_banned_address_is_slow_as_well) {
  Bans bans;
  const Clock::time_point start;
  bans.add("a", start + 1s);
  EXPECT_TRUE(bans.may_try("a", start));
  EXPECT_FALSE(bans.may_try("a", start + 49ms));
  EXPECT_TRUE(bans.may_try("a", start + 50ms));
  EXPECT_TRUE(bans.may_try("a", start + 1s));
  EXPECT_TRUE(bans.may_try("a", start + 1001ms)) << "the ban is over";
}

TEST(backoff, doubles_up_to_the_last_and_half_of_it_is_random) {
  SeededRng rng(1);
  Backoff backoff(50ms, 5000ms);
  for (const auto whole : {50ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    const auto wait = backoff.next(rng);
    EXPECT_GE(wait, whole / 2);
    EXPECT_LE(wait, whole);
  }
  backoff.reset();
  EXPECT_LE(backoff.next(rng), 50ms);
  Backoff one(1000ms, 1000ms);
  const auto first = one.next(rng);
  EXPECT_NE(one.next(rng), first);
}

}  // namespace
}  // namespace caduceus
