#include "core/med/chain.h"

#include "test/attacks/refusal.h"
#include "test/med_nodes.h"

namespace caduceus::med {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct med_chain : testing::Test {
  MedWorld world{8, 1, 1, 1};
  MedMiner miner = MedMiner::easy();
  DrivenNode source{world, miner};  // whose blocks are taken
  SignatureVerifier verifier{world.keys().net, world.keys().parameters, 64};
  Chain chain{miner.parameters, miner.genesis, {&miner.genesis, 1}, State()};

  // So many blocks, with a bundle in each.
  std::vector<MblockHeader> mine(std::size_t count) {
    std::vector<MblockHeader> out;
    for (std::size_t i = 0; i < count; ++i) {
      source.submit(world.round(0, source.wall, static_cast<std::uint16_t>(16 * slots_++)));
      out.push_back(source.mine());
    }
    return out;
  }
  // Of the same height as the source's next one; with nothing in it, and another time.
  [[nodiscard]] MblockHeader empty_block_on(const MblockHeader& parent) {
    MedMiner with_state = miner;
    with_state.state = parent.state;
    MblockHeader header = with_state.draft(parent, 777);
    header.transactions = transaction_tree(MedBody()).root();
    return MedMiner::work_on(header);
  }
  void add(const std::vector<MblockHeader>& headers) {
    for (const MblockHeader& header : headers) ASSERT_TRUE(chain.add(header, header.time));
  }
  Checked<std::vector<Chain::Executed>> add_body(const MblockHeader& header, const MedBody& body) {
    auto verified = verifier.verify(header.transactions, body, world.rng);
    CHECK(verified.has_value());
    return chain.add(mblock_hash(header), *std::move(verified));
  }
  Checked<std::vector<Chain::Executed>> add_body(const MblockHeader& header) { return add_body(header, *source.body(mblock_hash(header))); }
  [[nodiscard]] std::vector<MblockHash> missing(std::size_t most = 99) const {
    std::vector<MblockHash> out;
    for (const HeldHeader* one : chain.missing(most)) out.push_back(one->hash);
    return out;
  }
  [[nodiscard]] const HeldHeader& held(const MblockHeader& header) const { return *chain.headers().find(mblock_hash(header)); }

 private:
  unsigned slots_ = 0;
};

TEST_F(med_chain, bodies_that_come_early_wait_for_their_parents) {
  const auto blocks = mine(3);
  add(blocks);
  EXPECT_EQ(missing(), (std::vector{mblock_hash(blocks[0]), mblock_hash(blocks[1]), mblock_hash(blocks[2])}));
  EXPECT_THAT(missing(2), SizeIs(2));
  EXPECT_THAT(*add_body(blocks[2]), IsEmpty());
  EXPECT_THAT(*add_body(blocks[1]), IsEmpty());
  EXPECT_FALSE(chain.is_wanted(mblock_hash(blocks[1])));
  EXPECT_THAT(missing(), ElementsAre(mblock_hash(blocks[0])));
  EXPECT_EQ(chain.best().height(), Height(0));
  const auto executed = add_body(blocks[0]);
  ASSERT_THAT(*executed, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*executed)[i].hash, mblock_hash(blocks[i]));
    EXPECT_EQ((*executed)[i].state.root(), blocks[i].state);
  }
  EXPECT_EQ(chain.best().header, blocks[2]);
  EXPECT_THAT(missing(), IsEmpty());
}

TEST_F(med_chain, above_an_invalid_block_nothing_is_wanted) {
  auto blocks = mine(2);
  blocks[0].state[0] ^= 1;
  blocks[0] = MedMiner::work_on(blocks[0]);
  blocks[1].previous = mblock_hash(blocks[0]);
  blocks[1] = MedMiner::work_on(blocks[1]);
  const MedBody first = *source.body(source.best().parent->hash), second = *source.body(source.best().hash);
  add(blocks);
  EXPECT_THAT(*add_body(blocks[1], second), IsEmpty());
  EXPECT_THAT(add_body(blocks[0], first), refused_as(Reject::mblock_state));
  EXPECT_EQ(held(blocks[1]).body, BodyState::invalid);
  EXPECT_FALSE(chain.is_wanted(mblock_hash(blocks[0])));
  EXPECT_THAT(missing(), IsEmpty());
  EXPECT_EQ(chain.best().height(), Height(0));
}

TEST_F(med_chain, a_withheld_body_holds_up_no_other_branch) {
  const MblockHeader withheld = empty_block_on(miner.genesis);
  const auto blocks = mine(1);
  add({withheld, blocks[0]});
  EXPECT_EQ(chain.headers().best_header().header, withheld);  // the first of two
  EXPECT_THAT(missing(), ElementsAre(mblock_hash(withheld), mblock_hash(blocks[0])));
  EXPECT_THAT(missing(1), ElementsAre(mblock_hash(withheld)));
  ASSERT_TRUE(add_body(blocks[0]));
  EXPECT_EQ(chain.best().header, blocks[0]);
  const MblockHeader above = empty_block_on(withheld);
  add({above});
  EXPECT_THAT(missing(), ElementsAre(mblock_hash(withheld), mblock_hash(above)));
}

TEST_F(med_chain, an_anchor_binds_when_its_body_is_valid_and_leads_there_until_then) {
  const auto heavy = mine(3);
  const MblockHeader light = empty_block_on(miner.genesis);
  add(heavy);
  for (const MblockHeader& header : heavy) ASSERT_TRUE(add_body(header));
  chain.set_anchor(mblock_hash(light), Height(1));
  EXPECT_EQ(chain.awaited_anchor(), mblock_hash(light));
  EXPECT_EQ(chain.anchor().header, miner.genesis);
  add({light});
  EXPECT_THAT(missing(), ElementsAre(mblock_hash(light)));
  EXPECT_EQ(chain.best().header, heavy[2]);
  ASSERT_TRUE(add_body(light, MedBody()));
  EXPECT_EQ(chain.anchor().header, light);
  EXPECT_EQ(chain.best().header, light);
  EXPECT_EQ(chain.awaited_anchor(), std::nullopt);
  EXPECT_THAT(chain.take_final(), ElementsAre(light));
  EXPECT_THAT(chain.take_final(), IsEmpty());
  EXPECT_EQ(chain.headers().find(mblock_hash(heavy[0])), nullptr);
  // One that is not above it says nothing new.
  chain.set_anchor(mblock_hash(heavy[0]), Height(1));
  EXPECT_EQ(chain.awaited_anchor(), std::nullopt);
}

TEST_F(med_chain, an_invalid_anchor_is_a_divergence) {
  const auto blocks = mine(1);
  add(blocks);
  chain.set_anchor(mblock_hash(blocks[0]), Height(1));
  EXPECT_FALSE(chain.is_diverged());
  chain.set_invalid(mblock_hash(blocks[0]));
  EXPECT_TRUE(chain.is_diverged());
}

TEST_F(med_chain, goes_on_where_it_was_after_a_restart) {
  const auto blocks = mine(4);
  add({blocks[0], blocks[1], blocks[2]});
  std::vector<State> states;
  for (std::size_t i = 0; i < 3; ++i) states.push_back(add_body(blocks[i]).value()[0].state);
  chain.set_anchor(mblock_hash(blocks[0]), Height(1));

  const std::vector recent{miner.genesis, blocks[0]};
  Chain again(miner.parameters, miner.genesis, recent, states[0]);
  again.restore(blocks[1], states[1]);
  again.restore(blocks[2], states[2]);
  EXPECT_EQ(again.best().header, chain.best().header);
  EXPECT_EQ(again.place_above(again.best()).median_time_past, chain.place_above(chain.best()).median_time_past);
  // What another anchor left is forgotten.
  again.restore(empty_block_on(miner.genesis), State());
  EXPECT_EQ(again.headers().size(), 3U);
  chain = std::move(again);
  add({blocks[3]});
  EXPECT_THAT(*add_body(blocks[3]), SizeIs(1));
}

}  // namespace
}  // namespace caduceus::med
