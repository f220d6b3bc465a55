#include "core/sup/anchoring.h"

#include <gmock/gmock.h>

#include "core/chain/merkle_tree.h"
#include "core/crypto/hash.h"
#include "test/attacks/refusal.h"
#include "test/sup_steps.h"

namespace caduceus::sup {
namespace {

ObservedBlock observed_block(const MblockHeader& header, std::uint64_t by, std::uint64_t age = 0) {
  return {mblock_hash(header), header, Height(by), age, 0, header.work()};
}

// Target of a block whose work is 2^bits.
Bytes32 target_of(unsigned bits) {
  Bytes32 target{};
  target[bits / 8] = static_cast<Byte>(0xffU >> bits % 8);
  std::fill(target.begin() + bits / 8 + 1, target.end(), Byte{0xff});
  return target;
}

class anchoring : public testing::Test {
 protected:
  static constexpr MblockHash genesis{0xa0};  // of Steps

  // A child of MED's genesis, or of another.
  MblockHeader mine(const MblockHeader* parent = nullptr, unsigned bits = 8) {
    MblockHeader header;
    header.height = parent == nullptr ? Height(1) : parent->height + 1;
    header.previous = parent == nullptr ? genesis : mblock_hash(*parent);
    header.target = target_of(bits);
    header.nonce = ++mined_;
    header.miner = {Role::miner, {"m"}, 1};
    return header;
  }
  [[nodiscard]] MblockHash anchor() const { return steps.state->anchor().block; }
  [[nodiscard]] std::vector<MblockHash> observed() const {
    std::vector<MblockHash> hashes;
    for (const ObservedBlock& block : steps.state->observed()) hashes.push_back(block.hash);
    return hashes;
  }

  Steps steps;

 private:
  std::uint64_t mined_ = 0;
};

TEST_F(anchoring, a_block_anchors_what_was_observed_before_it) {
  const MblockHeader a = mine(), b = mine(&a);
  ASSERT_THAT(steps.block({a, b}), accepted());
  EXPECT_EQ(anchor(), genesis);
  EXPECT_EQ(observed(), (std::vector{mblock_hash(a), mblock_hash(b)}));
  EXPECT_EQ(steps.state->roots.anchored_branch, MerkleTree(std::vector<Bytes32>()).root());
  steps.block();
  EXPECT_EQ(steps.state->anchor(), (Anchor{mblock_hash(b), Height(2)}));
  EXPECT_EQ(steps.state->roots.anchored_branch, MerkleTree(std::vector{mblock_hash(a), mblock_hash(b)}).root());
  EXPECT_TRUE(observed().empty());
  steps.block();
  EXPECT_EQ(steps.state->anchor(), (Anchor{mblock_hash(b), Height(2)}));
  EXPECT_EQ(steps.state->roots.anchored_branch, MerkleTree(std::vector<Bytes32>()).root());
}

TEST_F(anchoring, observed_headers_follow_the_anchor_and_each_other) {
  const MblockHeader a = mine(), b = mine(&a);
  EXPECT_THAT(steps.block({b}), refused_as(Reject::observed_parent));
  EXPECT_THAT(steps.block({a, a}), refused_as(Reject::observed_known));
  MblockHeader high = b;
  high.height = Height(3);
  EXPECT_THAT(steps.block({a, high}), refused_as(Reject::observed_height));
  ASSERT_THAT(steps.block({a}), accepted());
  // Whatever the parent observed is anchored by now: a's sibling comes too late, a is the anchor itself.
  EXPECT_THAT(steps.block({mine()}), refused_as(Reject::observed_parent));
  EXPECT_THAT(steps.block({a}), refused_as(Reject::observed_known));
  EXPECT_THAT(steps.block({b}), accepted());
}

TEST_F(anchoring, most_work_wins_not_most_blocks) {
  const MblockHeader a = mine(), b = mine(&a), heavy = mine(nullptr, 10);
  ASSERT_THAT(steps.block({a, b, heavy}), accepted());
  steps.block();
  EXPECT_EQ(anchor(), mblock_hash(heavy));
}

TEST_F(anchoring, on_a_tie_the_earlier_observed_tip_wins) {
  steps.anchoring.depth = 9;  // nothing is anchored until both are there
  for (int round = 0; round < 8; ++round) {
    Steps fork = steps;
    const MblockHeader early = mine(), late = mine(), last = mine();
    ASSERT_THAT(fork.block({early}), accepted());
    ASSERT_THAT(fork.block({late, last}), accepted());
    fork.anchoring = {};
    fork.block();
    EXPECT_EQ(fork.state->anchor().block, mblock_hash(early));
  }
}

// What a miner mines is not what decides: the parent Sblock is.
TEST_F(anchoring, a_tie_within_a_block_is_drawn_by_the_parent_sblock) {
  const MblockHeader a = mine(), b = mine();
  const std::vector<ObservedBlock> both{observed_block(a, 1), observed_block(b, 1)};
  std::array<int, 2> wins{};
  for (Byte parent = 0; parent < 64; ++parent) {
    const auto draw = [&](const MblockHeader& tip) {
      return hash({as_bytes("tie"), Bytes32{parent}, MerkleTree(std::vector{mblock_hash(tip)}).root()});
    };
    const std::size_t winner = *block_to_anchor({}, {genesis, {parent}, both});
    EXPECT_EQ(winner, draw(a) < draw(b) ? 0U : 1U);
    ++wins.at(winner);
  }
  EXPECT_GT(wins[0], 8);
  EXPECT_GT(wins[1], 8);
}

TEST_F(anchoring, what_does_not_grow_on_the_anchor_goes) {
  steps.anchoring.depth = 1;
  const MblockHeader a = mine(), b = mine(&a), c = mine(&b), a2 = mine(), b2 = mine(&a), c2 = mine(&b);
  ASSERT_THAT(steps.block({a, a2, b, b2, c, c2}), accepted());
  steps.block();
  EXPECT_EQ(steps.state->anchor(), (Anchor{mblock_hash(b), Height(2)}));
  EXPECT_EQ(observed(), (std::vector{mblock_hash(c), mblock_hash(c2)}));
  EXPECT_THAT(steps.block({mine(&b2)}), refused_as(Reject::observed_parent));
  const MblockHeader d2 = mine(&c2);
  ASSERT_THAT(steps.block({d2}), accepted());
  EXPECT_EQ(observed(), (std::vector{mblock_hash(c), mblock_hash(c2), mblock_hash(d2)}));
  steps.block();
  EXPECT_EQ(anchor(), mblock_hash(c2));
  EXPECT_EQ(observed(), std::vector{mblock_hash(d2)});
}

TEST_F(anchoring, the_upper_end_stays_unanchored_to_the_depth_asked_for) {
  for (const Byte depth : std::array<Byte, 5>{0, 1, 2, 3, 5}) {
    Steps run = steps;
    run.anchoring.depth = depth;
    const MblockHeader a = mine(), b = mine(&a), c = mine(&b);
    ASSERT_THAT(run.block({a, b, c}), accepted());
    run.block();
    EXPECT_EQ(run.state->anchor().height, Height(depth < 3 ? 3U - depth : 0U)) << int{depth};
  }
}

// The published rules: most blocks, whatever they weigh; on a tie the smallest root, which was known when it was mined.
TEST_F(anchoring, as_published_most_blocks_win_then_the_smallest_root) {
  const AnchorRules published{.branch = BranchRule::longest};
  const MblockHeader a = mine(), b = mine(&a), heavy = mine(nullptr, 20);
  const std::vector<ObservedBlock> two{observed_block(a, 1), observed_block(b, 1), observed_block(heavy, 1)};
  EXPECT_EQ(block_to_anchor(published, {genesis, {}, two}), 1U);
  EXPECT_EQ(block_to_anchor({}, {genesis, {}, two}), 2U);

  const auto root = [](const MblockHeader& tip) { return MerkleTree(std::vector{mblock_hash(tip)}).root(); };
  for (Byte parent = 0; parent < 8; ++parent) {
    const MblockHeader early = mine(), late = mine();
    const std::vector<ObservedBlock> tie{observed_block(early, 1), observed_block(late, 2)};
    EXPECT_EQ(block_to_anchor(published, {genesis, {parent}, tie}), root(early) < root(late) ? 0U : 1U);
    EXPECT_EQ(block_to_anchor({}, {genesis, {parent}, tie}), 0U);
  }
}

TEST_F(anchoring, without_supervision_nothing_is_anchored) {
  steps.anchoring.branch = BranchRule::none;
  const MblockHeader a = mine();
  ASSERT_THAT(steps.block({a}), accepted());
  steps.block();
  EXPECT_EQ(anchor(), genesis);
  EXPECT_EQ(observed(), std::vector{mblock_hash(a)});
}

// R17.5.

TEST_F(anchoring, the_beacon_steps_once_a_block_however_long_sup_was_silent) {
  Beacon beacon{Time(1000), 0};
  beacon.advance(Time(1999), 1000);
  EXPECT_EQ(beacon.count, 0U);
  beacon.advance(Time(2000), 1000);
  EXPECT_EQ(beacon.count, 1U);
  beacon.advance(Time(9'500'000), 1000);
  EXPECT_EQ(beacon, (Beacon{Time(9'500'000), 2}));
  beacon.advance(Time(9'500'999), 1000);
  EXPECT_EQ(beacon.count, 2U);
  beacon.advance(Time(99'000'000), 0);
  EXPECT_EQ(beacon.count, 2U);
}

TEST_F(anchoring, what_was_withheld_weighs_nothing_beside_what_is_fresh) {
  const MblockHeader a = mine(), b = mine(&a), fresh = mine();
  const auto winner = [&](std::uint64_t age_a, std::uint64_t age_b, std::uint64_t age_fresh) {
    const std::vector<ObservedBlock> all{observed_block(a, 1, age_a), observed_block(b, 1, age_b), observed_block(fresh, 2, age_fresh)};
    return *block_to_anchor({}, {genesis, {}, all});
  };
  EXPECT_EQ(winner(2, 2, 0), 1U);
  EXPECT_EQ(winner(3, 3, 2), 2U);
  EXPECT_EQ(winner(3, 2, 0), 1U);  // one weighs: as much as the other branch, and was observed earlier
  EXPECT_EQ(winner(2, 3, 0), 1U);  // a, as the earlier one; b goes with it
  EXPECT_EQ(winner(3, 3, 3), 1U);  // all are old: raw work
}

// A lone fresh block does not keep all that follow unanchored.
TEST_F(anchoring, old_blocks_on_the_branch_that_wins_go_with_it) {
  const MblockHeader fresh = mine(), a = mine(&fresh), b = mine(&a), other = mine(), c = mine(&other), d = mine(&c);
  const std::vector<ObservedBlock> all{observed_block(other, 1, 3), observed_block(c, 1, 3), observed_block(d, 1, 3),
                                       observed_block(fresh, 2),    observed_block(a, 2, 3), observed_block(b, 2, 3)};
  EXPECT_EQ(block_to_anchor({}, {genesis, {}, all}), 5U);
  EXPECT_EQ(block_to_anchor({.depth = 1}, {genesis, {}, all}), 4U);
  EXPECT_EQ(block_to_anchor({.depth = 3}, {genesis, {}, all}), std::nullopt);
}

TEST_F(anchoring, the_age_of_a_block_is_counted_from_the_sblock_that_it_names) {
  steps.anchoring.fresh_step = 1000;
  const auto pass = [&](std::uint64_t ms) {
    steps.time = steps.time + ms;
    steps.block();
  };
  pass(0);
  pass(1000);
  MblockHeader a = mine();
  a.sblock_height = Height(1);
  a.sblock = {0x01};
  a.time = steps.time;
  pass(1000);
  pass(999);  // no step
  pass(1);
  ASSERT_THAT(steps.block({a}), accepted());
  ASSERT_EQ(steps.state->observed().size(), 1U);
  EXPECT_EQ(steps.state->observed().front().age, 3U);
}

// R17.6.

TEST_F(anchoring, the_named_sblock_is_below_and_not_older_than_the_anchors) {
  for (int i = 0; i < 3; ++i) steps.block();
  MblockHeader a = mine();
  a.time = steps.time;
  const auto naming = [](MblockHeader header, Byte height) {
    header.sblock_height = Height(height);
    header.sblock = {height};  // as Steps names its blocks
    return header;
  };
  EXPECT_THAT(Steps(steps).block({naming(a, 3)}), accepted());
  EXPECT_THAT(steps.block({naming(a, 4)}), refused_as(Reject::observed_sblock));  // the one that observes it
  MblockHeader other = naming(a, 2);
  other.sblock = {9};
  EXPECT_THAT(steps.block({other}), refused_as(Reject::observed_sblock));

  a = naming(a, 2);
  ASSERT_THAT(steps.block({a}), accepted());
  steps.block();
  ASSERT_EQ(anchor(), mblock_hash(a));
  MblockHeader b = mine(&a);
  b.time = steps.time;
  steps.block();
  EXPECT_THAT(steps.block({naming(b, 1)}), refused_as(Reject::observed_sblock));
  EXPECT_FALSE(steps.state->sblock(Height(1)));
  EXPECT_THAT(steps.block({naming(b, 2)}), accepted());
}

TEST_F(anchoring, an_mblocks_time_lies_between_its_two_sblocks) {
  steps.block();
  steps.time = steps.time + 500'000;
  MblockHeader a = mine();
  a.sblock_height = Height(1);
  a.sblock = {0x01};
  steps.block();
  const auto at = [&](std::uint64_t time) {
    a.time = Time(time);
    return Steps(steps).block({a});
  };
  EXPECT_THAT(at(10'000'000), accepted());
  EXPECT_THAT(at(9'999'999), refused_as(Reject::observed_time));
  EXPECT_THAT(at(10'500'000 + 120'000), accepted());
  EXPECT_THAT(at(10'500'000 + 120'001), refused_as(Reject::observed_ahead));
}

// Not more than 64 a block, and in the end all.
TEST_F(anchoring, records_of_sblocks_go_when_nothing_may_name_them) {
  for (int i = 0; i < 200; ++i) steps.block();
  MblockHeader a = mine();
  a.time = steps.time;
  a.sblock_height = Height(199);
  a.sblock = {199};
  ASSERT_THAT(steps.block({a}), accepted());
  for (int i = 0; i < 4; ++i) steps.block();
  EXPECT_FALSE(steps.state->sblock(Height(198)));
  EXPECT_TRUE(steps.state->sblock(Height(199)));
}

TEST_F(anchoring, rules_have_ranges) {
  EXPECT_THAT(AnchorRules().check(), accepted());
  EXPECT_THAT((AnchorRules{.depth = 100, .fresh_step = 86'400'000}.check()), accepted());
  EXPECT_THAT(AnchorRules{.depth = 101}.check(), refused_as(Reject::genesis_parameters));
  EXPECT_THAT(AnchorRules{.fresh_step = 86'400'001}.check(), refused_as(Reject::genesis_parameters));
  EXPECT_THAT((AnchorRules{.branch = BranchRule::longest, .fresh_step = 1}.check()), refused_as(Reject::genesis_parameters));
}

}  // namespace
}  // namespace caduceus::sup
