// How a node follows SUP (R17.1): certificates bind, are passed on, and say which Sblocks a header may name.
#include "core/med/node.h"
#include "test/attacks/refusal.h"
#include "test/med_nodes.h"

namespace caduceus::med {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct med_node_sup : testing::Test {
  MedWorld world{6, 2, 2, 2};
  MedMiner miner = MedMiner::easy();
  DrivenNode a{world, miner}, b{world, miner};
  MedWire wire;

  [[nodiscard]] CommitProof sblock(const MblockHeader& anchor, std::uint64_t height) const {
    return DrivenNode::hospitals().anchor(world.keys().net, anchor, Height(height));
  }
  void follow(DrivenNode& node, const CommitProof& newest) {
    node.node.follow(newest);
    node.settle();
  }
  static HeaderList list(std::vector<MblockHeader> headers) {
    const MblockHash tip = mblock_hash(headers.back());
    return {tip, {std::move(headers)}};
  }
};

TEST_F(med_node_sup, follows_sup_by_its_certificates) {
  wire.connect(a, b);
  const MblockHeader first = a.mine(), second = a.mine();
  wire.run();
  const CommitProof proof = sblock(first, 5);
  follow(a, proof);
  wire.run();
  for (DrivenNode* one : {&a, &b}) {
    EXPECT_EQ(one->node.chain().anchor().header, first);
    EXPECT_THAT(one->final, ElementsAre(miner.genesis, first));
    EXPECT_THAT(one->anchors, ElementsAre(proof));
    EXPECT_EQ(std::get<CommitProof>(one->node.answer(AskAnchor{Height(9)})), proof);
  }
  // A newer one of the same anchor is what light clients are shown; on disk the first will do.
  const CommitProof newer = sblock(first, 6);
  follow(b, newer);
  follow(b, proof);
  wire.run();
  EXPECT_EQ(a.node.sup(), newer);
  EXPECT_THAT(a.anchors, SizeIs(1));
  EXPECT_EQ(std::get<CommitProof>(a.node.answer(AskAnchor{Height(9)})), newer);
  // What is mined names it.
  const MblockHeader third = a.mine();
  EXPECT_EQ(third.sblock, block_hash(newer.block));
  EXPECT_EQ(third.sblock_height, Height(6));
  wire.run();
  EXPECT_EQ(b.best().hash, mblock_hash(third));
  EXPECT_THAT(a.banned, IsEmpty());
  EXPECT_THAT(b.banned, IsEmpty());
}

TEST_F(med_node_sup, who_connects_later_is_told_at_once) {
  const MblockHeader first = a.mine();
  follow(a, sblock(first, 5));
  wire.connect(a, b);
  wire.run();
  EXPECT_EQ(b.node.chain().anchor().header, first) << "fetched, and bound";
}

TEST_F(med_node_sup, a_certificate_that_nobody_signed_is_refused) {
  const MblockHeader first = a.mine();
  CommitProof forged = sblock(first, 5);
  forged.block.roots.anchor_height = Height(2);
  const Peer p = a.connect();
  a.hear(p, forged);
  EXPECT_THAT(a.banned, SizeIs(1));
  EXPECT_FALSE(a.node.sup());
  EXPECT_EQ(a.node.chain().anchor().header, miner.genesis);
}

TEST_F(med_node_sup, two_anchors_of_one_height_are_an_alarm) {
  const MblockHeader ours = a.mine();
  const MblockHeader other = b.mine();
  follow(a, sblock(ours, 5));
  EXPECT_FALSE(a.is_diverged);
  follow(a, sblock(other, 6));
  EXPECT_TRUE(a.is_diverged);
}

TEST_F(med_node_sup, a_header_that_names_an_unknown_sblock_is_held_back) {
  const CommitProof named = sblock(miner.genesis, 7);
  follow(b, named);
  const MblockHeader header = b.mine();
  ASSERT_EQ(header.sblock_height, Height(7));
  const Peer p = a.connect();
  (void)a.take<AskHeaders>(p);
  a.hear(p, list({header}));
  EXPECT_EQ(a.node.chain().headers().find(mblock_hash(header)), nullptr);
  ASSERT_THAT(a.take<GetSblock>(p), SizeIs(1));
  EXPECT_THAT(a.banned, IsEmpty());
  a.hear(p, named);
  EXPECT_THAT(a.take<AskHeaders>(p), SizeIs(1));
  a.hear(p, list({header}));
  EXPECT_NE(a.node.chain().headers().find(mblock_hash(header)), nullptr);
  // Whoever is told of the block is shown what it names, also when there is a newer one.
  follow(a, sblock(miner.genesis, 8));
  const Peer q = a.connect();
  (void)a.take<CommitProof>(q);
  a.hear(q, GetSblock{Height(7)});
  EXPECT_THAT(a.take<CommitProof>(q), ElementsAre(named));
}

TEST_F(med_node_sup, a_header_that_names_another_sblock_than_the_committed_one_is_refused) {
  follow(a, sblock(miner.genesis, 7));
  MblockHeader header = miner.draft(miner.genesis);
  header.sblock_height = Height(7);
  header.sblock = {1};
  const Peer p = a.connect();
  a.hear(p, list({MedMiner::work_on(header)}));
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::observed_sblock}}));
}

// R17.6: SUP would observe nothing that grows on it (decisions/0016).
TEST_F(med_node_sup, a_header_that_is_older_than_the_sblock_it_names_is_refused_also_where_its_parent_named_that) {
  const MblockHeader first = a.mine();
  CommitProof named = sblock(miner.genesis, 7);
  const Time late = a.wall + 1000;
  named.block.time = late;
  a.node.follow(named);  // as verified
  a.settle();
  MblockHeader parent = miner.draft(first);
  parent.state = first.state;
  parent.sblock = block_hash(named.block);
  parent.sblock_height = Height(7);
  parent.time = late;
  parent = MedMiner::work_on(parent);
  MblockHeader older = miner.draft(parent);
  older.time = Time(late.value() - 1);
  ASSERT_GT(older.time, first.time) << "which is the median";
  older = MedMiner::work_on(older);
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, list({parent}));
  ASSERT_THAT(a.banned, IsEmpty());
  a.hear(p, list({older}));
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::mblock_time}}));
  a.hear(q, list({parent, miner.mine(parent, 0)}));
  EXPECT_THAT(a.banned, SizeIs(1)) << "as old as its parent it may be";
}

TEST_F(med_node_sup, an_unknown_sblock_is_sought_once_a_second) {
  const Peer p = a.connect();
  MblockHeader header = miner.draft(miner.genesis);
  const auto seek = [&](std::uint64_t height) {
    header.sblock_height = Height(height);
    header.sblock = {1};
    EXPECT_THAT(a.node.seek(header, a.wall), accepted());
    a.settle();
    return a.take<GetSblock>(p).size();
  };
  EXPECT_EQ(seek(7), 1U);
  for (std::uint64_t height = 7; height < 20; ++height) EXPECT_EQ(seek(height), 0U);
  a.wait(Node::seek_period);
  EXPECT_EQ(seek(7), 1U);
}

TEST_F(med_node_sup, what_hospitals_would_observe_is_fetched_also_from_a_lighter_branch) {
  const std::vector heavy{a.mine(), a.mine()};
  const MblockHeader light = b.mine();
  const Peer p = a.connect();
  a.hear(p, list(heavy));  // it has blocks of this height
  ASSERT_THAT(a.node.seek(light, a.wall), accepted());
  a.settle();
  EXPECT_THAT(a.take<GetBody>(p), SizeIs(1));
  a.hear(p, Body{mblock_hash(light), b.body(mblock_hash(light)).value()});
  EXPECT_EQ(a.node.chain().headers().find(mblock_hash(light))->body, BodyState::valid);
}

}  // namespace
}  // namespace caduceus::med
