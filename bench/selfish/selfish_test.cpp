#include <gmock/gmock.h>

#include <map>

#include "bench/selfish/grid.h"
#include "core/med/pow.h"
#include "test/attacks/refusal.h"

namespace caduceus::bench::selfish {
namespace {

const Attack& attack_named(std::string_view name) { return *std::ranges::find(attacks(), name, &Attack::name); }

// Four standard errors: one cell in 16,000 would miss it by chance, and the seed is fixed.
TEST(selfish, without_supervision_revenue_is_eyal_and_sirers) {
  for (const double gamma : {0.0, 0.5, 1.0}) {
    for (const double alpha : {0.15, 0.30, 0.40, 0.45}) {
      const Cell cell{.rules = {.branch = sup::BranchRule::none}, .ratio = 1, .gamma = gamma, .alpha = alpha, .means = Means::none};
      const Revenue revenue = measure_revenue(setup_of(cell, attack_named("eyal-sirer")), 200'000, 1);
      EXPECT_LT(revenue.error, 0.01);
      EXPECT_NEAR(revenue.share, closed_form(alpha, gamma), 4 * revenue.error) << alpha << ' ' << gamma;
    }
  }
}

TEST(selfish, who_mines_as_everybody_earns_its_share_under_all_rules) {
  for (const std::uint64_t step : {0U, 15'000U}) {
    for (const Means means : {Means::none, Means::lying_leader, Means::outage}) {
      const Cell cell{.rules = {.fresh_step = step}, .ratio = 30, .gamma = 0.5, .alpha = 0.4, .means = means};
      const Revenue revenue = measure_revenue(setup_of(cell, attack_named("honest")), 50'000, 2);
      EXPECT_NEAR(revenue.share, 0.4, 4 * revenue.error) << word(means);
      EXPECT_EQ(revenue.lost, 0) << word(means);
    }
  }
}

// The form knows of no time: with Sblocks every 0.2 s hardly any passes between a race and its end. What is left is less than 0.3 points.
TEST(selfish, what_is_anchored_at_once_is_as_the_form_says) {
  for (const double alpha : {0.30, 0.40}) {
    const Cell cell{.rules = {}, .ratio = 300, .gamma = 0, .alpha = alpha, .means = Means::none};
    GameSetup setup = setup_of(cell, attack_named("race"));
    setup.sup.delta = 0;
    const Revenue revenue = measure_revenue(setup, 200'000, 3);
    EXPECT_NEAR(revenue.share, anchored_form(alpha, 0.5), 4 * revenue.error + 0.003) << alpha;
  }
}

TEST(selfish, the_same_seed_gives_the_same_game) {
  const Cell cell{.rules = {.fresh_step = 15'000}, .ratio = 30, .gamma = 0.5, .alpha = 0.4, .means = Means::outage};
  const GameSetup setup = setup_of(cell, attack_named("race-fresh"));
  const Revenue one = measure_revenue(setup, 20'000, 4), again = measure_revenue(setup, 20'000, 4),
                other = measure_revenue(setup, 20'000, 5);
  EXPECT_EQ(one.share, again.share);
  EXPECT_NE(one.share, other.share);
}

// A view of the model leads where the node's own tree of headers does, whatever comes and is anchored.
TEST(selfish, views_choose_as_the_header_tree_does) {
  MedParameters parameters{.interval = 1, .half_life = 1};
  parameters.easiest_target.fill(0xff);
  parameters.easiest_target[0] = 0x7f;  // every other hash meets it
  const MblockHeader genesis = med_genesis({1}, parameters, Time(1));
  SeededRng rng(6);
  for (int round = 0; round < 40; ++round) {
    Blocks blocks(1);
    View view(blocks);
    med::HeaderTree tree(parameters, genesis);
    std::vector<MblockHeader> headers{genesis};
    BlockId root = 0;
    for (int event = 0; event < 60; ++event) {
      if (rng.below(8) == 0) {
        // Something on the way to the best one, or beside it, becomes the anchor.
        const auto to = static_cast<BlockId>(rng.below(blocks.size()));
        if (to != root && tree.find(mblock_hash(headers[to])) != nullptr) {
          static_cast<void>(tree.move_root(mblock_hash(headers[to])));
          view.bind(to);
          root = to;
        }
      } else {
        const auto parent = static_cast<BlockId>(blocks.size() - 1 - rng.below(std::min<std::size_t>(blocks.size(), 5)));
        MblockHeader header;
        header.height = headers[parent].height + 1;
        header.previous = mblock_hash(headers[parent]);
        header.time = headers[parent].time + 1000;
        header.target = parameters.easiest_target;
        header.miner = {Role::miner, {"m"}, 1};
        header.sblock = genesis.sblock;
        header.nonce = *med::search(header, rng.next(), 1000);
        blocks.push_back({.parent = parent, .height = blocks[parent].height + 1, .work = blocks[parent].work + block_work});
        headers.push_back(header);
        const auto added = tree.add(header, header.time);
        if (!added) {
          EXPECT_THAT(added, testing::AnyOf(refused_as(Reject::mblock_parent), refused_as(Reject::mblock_below_root)));
        }
        view.see(static_cast<BlockId>(blocks.size() - 1));
      }
      ASSERT_EQ(tree.best_header().hash, mblock_hash(headers[view.best()]));
    }
  }
}

}  // namespace
}  // namespace caduceus::bench::selfish
