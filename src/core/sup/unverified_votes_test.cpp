#include "core/sup/unverified_votes.h"

#include <gtest/gtest.h>

#include "test/sim/stand_in_committee.h"

namespace caduceus::sup {
namespace {

// Four replicas: three votes are a quorum.
struct unverified_votes : testing::Test {
  sim::StandInCommittee committee{4};
  UnverifiedVotes waiting{committee};
  Votes verified{committee};

  static Vote vote(std::uint64_t view, Place voter, Byte block = 1) { return {View(view), {block}, voter, {}}; }
  std::vector<Place> taken() {
    std::vector<Place> voters;
    for (const Vote& one : waiting.take(verified)) voters.push_back(one.voter);
    return voters;
  }
};

TEST_F(unverified_votes, wait_for_a_quorum) {
  waiting.add(vote(5, 0));
  waiting.add(vote(5, 1));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 2));
  EXPECT_EQ(taken(), (std::vector<Place>{0, 1, 2}));
  EXPECT_TRUE(taken().empty());
}

TEST_F(unverified_votes, make_it_with_those_that_are_verified) {
  EXPECT_FALSE(verified.add(vote(5, 3)));
  waiting.add(vote(5, 0));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 1));
  EXPECT_EQ(taken(), (std::vector<Place>{3, 0, 1}));
}

// It came twice: with a time-out, and alone.
TEST_F(unverified_votes, of_one_voter_count_once) {
  EXPECT_FALSE(verified.add(vote(5, 0)));
  waiting.add(vote(5, 0));
  waiting.add(vote(5, 1));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 1));
  EXPECT_TRUE(taken().empty());
}

TEST_F(unverified_votes, for_two_blocks_or_of_two_views_are_no_quorum) {
  waiting.add(vote(5, 0, 1));
  waiting.add(vote(5, 1, 2));
  waiting.add(vote(6, 2, 1));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 2, 1));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 3, 1));
  EXPECT_EQ(taken(), (std::vector<Place>{0, 2, 3}));
}

// Those that made a false sum are verified one by one: who is left counts with who comes later.
TEST_F(unverified_votes, go_on_when_one_was_false) {
  for (Place voter = 0; voter < 3; ++voter) waiting.add(vote(5, voter));
  EXPECT_EQ(taken().size(), 3);
  EXPECT_FALSE(verified.add(vote(5, 0)));
  EXPECT_FALSE(verified.add(vote(5, 1)));
  EXPECT_TRUE(taken().empty());
  waiting.add(vote(5, 3));
  EXPECT_EQ(taken(), (std::vector<Place>{0, 1, 3}));
}

TEST_F(unverified_votes, that_come_after_the_certificate_are_forgotten) {
  for (Place voter = 0; voter < 3; ++voter) waiting.add(vote(5, voter));
  verified.raise(View(5));
  EXPECT_TRUE(taken().empty());
}

TEST_F(unverified_votes, of_one_voter_are_bounded) {
  for (std::uint64_t view = 1; view <= Votes::most_of_one + 1; ++view) waiting.add(vote(view, 0));
  for (const std::uint64_t view : {1U, 2U}) {
    waiting.add(vote(view, 1));
    waiting.add(vote(view, 2));
  }
  ASSERT_EQ(taken(), (std::vector<Place>{0, 1, 2}));  // of view 2
  EXPECT_TRUE(taken().empty());
}

}  // namespace
}  // namespace caduceus::sup
