#include "core/sup/anchoring.h"

#include <gmock/gmock.h>

#include "core/chain/merkle_tree.h"
#include "core/crypto/hash.h"
#include "test/attacks/refusal.h"
#include "test/sup_steps.h"

namespace caduceus::sup {
namespace {

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
  const std::vector<ObservedBlock> both{{mblock_hash(a), a, Height(1), 0}, {mblock_hash(b), b, Height(1), 1}};
  std::array<int, 2> wins{};
  for (Byte parent = 0; parent < 64; ++parent) {
    const auto draw = [&](const MblockHeader& tip) {
      return hash({as_bytes("tie"), Bytes32{parent}, MerkleTree(std::vector{mblock_hash(tip)}).root()});
    };
    const std::size_t winner = heaviest_branch({genesis, {parent}, both});
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
  for (const std::size_t depth : {0U, 1U, 2U, 3U, 5U}) {
    Steps run = steps;
    run.anchoring.depth = depth;
    const MblockHeader a = mine(), b = mine(&a), c = mine(&b);
    ASSERT_THAT(run.block({a, b, c}), accepted());
    run.block();
    EXPECT_EQ(run.state->anchor().height, Height(3 - std::min<std::size_t>(3, depth))) << depth;
  }
}

TEST_F(anchoring, another_rule_takes_its_place) {
  steps.anchoring.choose = [](const BranchQuestion& question) { return question.observed.size() - 1; };
  const MblockHeader heavy = mine(nullptr, 20), last = mine();
  ASSERT_THAT(steps.block({heavy, last}), accepted());
  steps.block();
  EXPECT_EQ(anchor(), mblock_hash(last));
}

}  // namespace
}  // namespace caduceus::sup
