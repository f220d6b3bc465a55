#include "core/sup/observations.h"

#include <gmock/gmock.h>

namespace caduceus::sup {
namespace {

constexpr std::uint64_t delay = 100;

class observations : public testing::Test {
 protected:
  MblockHeader mine(const MblockHash& parent, Height height) {
    MblockHeader header;
    header.height = height;
    header.previous = parent;
    header.target.fill(1);
    header.nonce = ++mined;
    header.miner = {Role::miner, {"m"}, 1};
    return header;
  }
  MblockHeader mine() { return mine({0xa0}, Height(1)); }
  MblockHeader mine(const MblockHeader& parent) { return mine(mblock_hash(parent), parent.height + 1); }
  [[nodiscard]] bool may_vote(const std::vector<MblockHeader>& listed, Tick now) const {
    Transition after(*state, place, {});
    return held.may_vote(after, listed, now);
  }
  std::vector<MblockHeader> list(Tick now) {
    std::vector<MblockHeader> out;
    held.list(now, [&](const MblockHeader& header) {
      out.push_back(header);
      return true;
    });
    return out;
  }
  // Sblocks that observe these.
  void observe(const std::vector<MblockHeader>& listed) {
    Transition after(*state, place, {});
    for (const MblockHeader& header : listed) ASSERT_TRUE(after.observe(header));
    state = after.state();
    place.height = place.height + 1;
    held.renew(*state);
  }

  std::shared_ptr<const SupState> state = SupState::genesis({0xa0});
  BlockPlace place{{}, Height(1), Time(1'000'000)};
  Observations held{delay};
  std::uint64_t mined = 0;
};

TEST_F(observations, lists_by_arrival_what_was_held_for_long_enough) {
  const MblockHeader a = mine(), b = mine(a), other = mine();
  held.step({a, Tick(1000)});
  held.step({b, Tick(1001)});
  held.step({other, Tick(1040)});
  held.step({a, Tick(1050)});
  EXPECT_EQ(held.size(), 3);
  EXPECT_THAT(list(Tick(1099)), testing::IsEmpty());
  EXPECT_FALSE(held.is_due(Tick(1124)));
  EXPECT_TRUE(held.is_due(Tick(1125)));
  EXPECT_THAT(list(Tick(1139)), testing::ElementsAre(a, b));
  EXPECT_EQ(held.next_due(), Tick(1165));
  EXPECT_THAT(list(Tick(1140)), testing::ElementsAre(other));
}

// Else who is heard first by a moment would win every race (§9, R17).
TEST_F(observations, siblings_that_came_almost_together_are_listed_together) {
  const MblockHeader a = mine(), sibling = mine();
  held.step({a, Tick(1000)});
  held.step({sibling, Tick(1025)});
  const Tick called = held.next_due().value();
  EXPECT_THAT(list(called), testing::ElementsAre(a, sibling));
}

TEST_F(observations, what_is_not_observed_is_listed_ever_more_seldom) {
  const MblockHeader a = mine();
  held.step({a, Tick(0)});
  std::vector<std::uint64_t> times;
  for (Tick now(0); now < Tick(50'000); now = now + 10) {
    if (!list(now).empty()) times.push_back(now.value());
  }
  EXPECT_THAT(times, testing::ElementsAre(100, 300, 700, 1500, 3100, 6300, 12'700, 25'500, 38'300));
  observe({a});
  EXPECT_EQ(held.size(), 0);
}

TEST_F(observations, votes_for_what_is_held) {
  const MblockHeader a = mine(), b = mine(a);
  held.step({a, Tick(0)});
  EXPECT_TRUE(may_vote({}, Tick(0)));
  EXPECT_TRUE(may_vote({a}, Tick(0)));
  EXPECT_FALSE(may_vote({a, b}, Tick(0)));
}

// A miner that withholds a block and lets it go when another one comes, and a leader who lists it first.
TEST_F(observations, no_vote_for_a_block_that_came_long_after_a_sibling) {
  const MblockHeader honest = mine(), withheld = mine(), above = mine(withheld);
  held.step({honest, Tick(1000)});
  held.step({withheld, Tick(1101)});
  held.step({above, Tick(1101)});
  EXPECT_FALSE(may_vote({withheld, above}, Tick(1200))) << "its sibling is not listed";
  EXPECT_FALSE(may_vote({withheld, honest}, Tick(1200))) << "its sibling is listed later";
  EXPECT_TRUE(may_vote({honest, withheld, above}, Tick(1200)));
  observe({honest});
  EXPECT_FALSE(may_vote({withheld}, Tick(1200))) << "it was dropped with what was observed before it";
}

TEST_F(observations, the_order_of_what_came_together_is_anybodys) {
  const MblockHeader one = mine(), other = mine();
  held.step({one, Tick(1000)});
  held.step({other, Tick(1100)});
  EXPECT_TRUE(may_vote({other, one}, Tick(1100)));
  EXPECT_TRUE(may_vote({other}, Tick(1100)));
}

TEST_F(observations, a_sibling_that_sup_would_refuse_holds_nobody_up) {
  MblockHeader odd = mine({0xa0}, Height(7));
  const MblockHeader good = mine();
  held.step({odd, Tick(0)});
  held.step({good, Tick(1000)});
  EXPECT_TRUE(may_vote({good}, Tick(1000)));
}

// Two halves of a partition that had their own branches: no order would ever have a quorum.
TEST_F(observations, an_order_without_a_quorum_is_anybodys_in_the_end) {
  const MblockHeader ours = mine(), theirs = mine();
  held.step({ours, Tick(0)});
  held.step({theirs, Tick(10'000)});
  const Tick end = Tick(10'000) + Observations::order_lasts * delay;
  EXPECT_FALSE(may_vote({theirs}, Tick(end.value() - 1)));
  EXPECT_TRUE(may_vote({theirs}, end));
}

TEST_F(observations, what_the_anchor_leaves_goes) {
  const MblockHeader a = mine(), b = mine(a), c = mine(b), left = mine(), above_left = mine(left);
  for (const MblockHeader& header : {a, b, c, left, above_left}) held.step({header, Tick(0)});
  observe({a, b});
  EXPECT_EQ(held.size(), 3);
  observe({});  // anchors b
  EXPECT_EQ(state->anchor().block, mblock_hash(b));
  EXPECT_TRUE(held.holds(mblock_hash(c)));
  EXPECT_EQ(held.size(), 1);
}

// A hospital that was started anew: its MED node tells it of blocks that were observed long ago, and the next state anchors them.
TEST_F(observations, what_stands_above_an_anchor_stays_though_what_leads_to_it_was_held_too) {
  const MblockHeader a = mine(), b = mine(a), c = mine(b), d = mine(c);
  observe({a, b});
  for (const MblockHeader& header : {a, b, c, d}) held.step({header, Tick(0)});
  observe({});  // anchors b
  EXPECT_EQ(state->anchor().block, mblock_hash(b));
  EXPECT_EQ(held.size(), 2);
  EXPECT_TRUE(may_vote({c, d}, Tick(1)));
}

}  // namespace
}  // namespace caduceus::sup
