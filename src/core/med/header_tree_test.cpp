#include "core/med/header_tree.h"

#include "core/crypto/hash.h"
#include "test/attacks/refusal.h"
#include "test/med_miner.h"

namespace caduceus::med {
namespace {

class header_tree : public testing::Test {
 protected:
  static constexpr Time now{1'700'000'500'000};

  const HeldHeader& add(const MblockHeader& header) {
    const auto added = tree.add(header, now);
    EXPECT_THAT(added, accepted());
    return **added;
  }
  const HeldHeader& add(const std::vector<MblockHeader>& chain) {
    for (const MblockHeader& header : chain) add(header);
    return held(chain.back());
  }
  const HeldHeader& held(const MblockHeader& header) { return *tree.find(mblock_hash(header)); }
  void set_valid(const std::vector<MblockHeader>& chain) {
    for (const MblockHeader& header : chain) tree.set_body_valid(mblock_hash(header));
  }

  MedMiner miner;
  HeaderTree tree{miner.parameters, miner.genesis};
};

TEST_F(header_tree, begins_with_the_genesis_block) {
  EXPECT_EQ(tree.root().header, miner.genesis);
  EXPECT_EQ(&tree.best_header(), &tree.root());
  EXPECT_EQ(&tree.best_block(), &tree.root());
  EXPECT_EQ(tree.locator(), std::vector{mblock_hash(miner.genesis)});
}

TEST_F(header_tree, each_rule_has_its_reason) {
  const MblockHeader parent = add(miner.chain(miner.genesis, 12, 500)).header;
  const auto refused_for = [&](MblockHeader header, bool has_work = true) {
    return tree.add(has_work ? MedMiner::work_on(header) : header, now);
  };
  MblockHeader header = miner.draft(parent);
  header.version = 2;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_version));
  header.version = 0;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_version));

  EXPECT_THAT(tree.add(parent, now), refused_as(Reject::mblock_known));
  EXPECT_THAT(tree.add(miner.genesis, now), refused_as(Reject::mblock_known));

  header = miner.draft(miner.draft(parent));
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_parent));

  header = miner.draft(parent);
  ++header.height;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_height));
  header.height = parent.height;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_height));

  header = miner.draft(parent);
  header.target = miner.parameters.easiest_target;
  ASSERT_NE(header.target, tree.target_above(held(parent))) << "the chain has to be ahead of its schedule";
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_target));

  header = miner.mine(parent);
  do ++header.nonce;
  while (meets_target(mblock_hash(header), header.target));
  EXPECT_THAT(refused_for(header, false), refused_as(Reject::mblock_work));

  const Time median = tree.median_time(held(parent));
  header = miner.draft(parent);
  header.time = median;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_time));
  header.time = Time(parent.time.value() - 1);
  ASSERT_GT(header.time, median);
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_time)) << "of the same Sblock as its parent";
  header.time = parent.time;
  EXPECT_THAT(refused_for(header), accepted());
  header.time = median + 1;
  header.sblock_height = Height(1);
  EXPECT_THAT(refused_for(header), accepted()) << "of a newer one, which its time is held against by whoever knows that";

  header = miner.draft(parent);
  header.time = now + HeaderTree::most_ahead + 1;
  EXPECT_THAT(refused_for(header), refused_as(Reject::mblock_time_future));
  EXPECT_THAT(tree.add(MedMiner::work_on(header), now + 1), accepted()) << "it is good, later";
  header.time = now + HeaderTree::most_ahead;
  EXPECT_THAT(refused_for(header), accepted());
}

TEST_F(header_tree, the_sblock_named_does_not_go_back) {
  MblockHeader parent = miner.draft(miner.genesis);
  parent.sblock = {1};
  parent.sblock_height = Height(5);
  parent = MedMiner::work_on(parent);
  add(parent);
  MblockHeader header = miner.draft(parent);
  add(MedMiner::work_on(header));
  header.sblock_height = Height(4);
  EXPECT_THAT(tree.add(MedMiner::work_on(header), now), refused_as(Reject::mblock_sblock_order));
  header.sblock_height = Height(5);
  header.sblock = {2};
  EXPECT_THAT(tree.add(MedMiner::work_on(header), now), refused_as(Reject::mblock_sblock_order));
  header.sblock_height = Height(6);
  EXPECT_THAT(tree.add(MedMiner::work_on(header), now), accepted());
}

TEST_F(header_tree, the_median_is_of_the_last_eleven_times) {
  // Of 1 to 3 times, the upper middle one; then the times of heights 1, 2, 3, …, 20.
  MblockHeader tip = miner.genesis;
  std::vector<Time> times{tip.time};
  for (int i = 0; i < 20; ++i) {
    const HeldHeader& parent = i == 0 ? tree.root() : held(tip);
    const std::size_t span = std::min<std::size_t>(times.size(), 11);
    std::vector<Time> last(times.end() - static_cast<std::ptrdiff_t>(span), times.end());
    std::ranges::sort(last);
    EXPECT_EQ(tree.median_time(parent), last[span / 2]) << i;
    tip = miner.mine(tip, i % 3 == 2 ? 3000 : 500);
    add(tip);
    times.push_back(tip.time);
  }
  const Time median = tree.median_time(held(tip));
  tree.move_root(mblock_hash(tip));
  EXPECT_EQ(tree.median_time(tree.root()), median) << "what is below the root counts";
}

TEST_F(header_tree, the_tree_of_a_restart_has_the_same_median) {
  const auto chain = miner.chain(miner.genesis, 30);
  const HeldHeader& tip = add(chain);
  const HeaderTree again(miner.parameters, miner.genesis, std::span(chain).last(11));
  EXPECT_EQ(again.root().header, tip.header);
  EXPECT_EQ(again.median_time(again.root()), tree.median_time(tip));
  EXPECT_EQ(again.target_above(again.root()), tree.target_above(tip));
}

TEST_F(header_tree, headers_stay_where_they_are_when_the_tree_is_moved) {
  const HeldHeader& tip = add(miner.chain(miner.genesis, 3));
  HeaderTree moved = std::move(tree);
  EXPECT_EQ(&moved.best_header(), &tip);
  EXPECT_EQ(moved.find(tip.hash), &tip);
  EXPECT_EQ(moved.root().header, miner.genesis);
  EXPECT_THAT(moved.add(miner.mine(tip.header), now), accepted());
}

TEST_F(header_tree, heavier_branch_beats_longer) {
  // A branch in a hurry gets harder targets.
  const HeldHeader& slow = add(miner.chain(miner.genesis, 24, 1500));
  const HeldHeader& fast = add(miner.chain(miner.genesis, 23, 200));
  EXPECT_LT(fast.height(), slow.height());
  EXPECT_EQ(&tree.best_header(), &fast);
}

TEST_F(header_tree, the_first_to_arrive_wins_a_tie) {
  const HeldHeader& first = add(miner.mine(miner.genesis));
  const HeldHeader& second = add(miner.mine(miner.genesis));
  ASSERT_EQ(first.work, second.work);
  EXPECT_EQ(&tree.best_header(), &first);
  // Of blocks, the first whose body is there: who announces a header and keeps its body back has claimed nothing.
  tree.set_body_valid(second.hash);
  EXPECT_EQ(&tree.best_block(), &second);
  tree.set_body_valid(first.hash);
  EXPECT_EQ(&tree.best_block(), &second);
  tree.set_invalid(add(miner.mine(miner.genesis)).hash);  // it is chosen again
  EXPECT_EQ(&tree.best_header(), &first);
  EXPECT_EQ(&tree.best_block(), &second);
}

TEST_F(header_tree, the_best_block_has_all_bodies_below_it) {
  const auto chain = miner.chain(miner.genesis, 3);
  add(chain);
  EXPECT_EQ(&tree.best_block(), &tree.root());
  EXPECT_DEATH(tree.set_body_valid(mblock_hash(chain[1])), "CHECK|valid");
  set_valid({chain[0], chain[1]});
  EXPECT_EQ(&tree.best_block(), &held(chain[1]));
  EXPECT_EQ(&tree.best_header(), &held(chain[2]));
}

TEST_F(header_tree, what_is_above_an_invalid_block_is_invalid) {
  const auto trunk = miner.chain(miner.genesis, 2);
  const HeldHeader& other = add(miner.mine(miner.genesis));
  add(trunk);
  const auto above = miner.chain(trunk[1], 3);
  add(above);
  tree.set_body_valid(mblock_hash(trunk[0]));
  tree.set_invalid(mblock_hash(trunk[1]));
  for (const MblockHeader& header : above) EXPECT_EQ(held(header).body, BodyState::invalid);
  EXPECT_THAT(tree.add(miner.mine(above.back()), now), refused_as(Reject::mblock_invalid_ancestor));
  EXPECT_EQ(&tree.best_header(), &other) << "it came before trunk[0]";
  EXPECT_EQ(&tree.best_block(), &held(trunk[0]));
}

TEST_F(header_tree, a_path_leaves_and_enters) {
  const auto trunk = miner.chain(miner.genesis, 2), one = miner.chain(trunk[1], 3), two = miner.chain(trunk[1], 2);
  add(trunk), add(one), add(two);
  const auto [leave, enter] = HeaderTree::path(held(one[2]), held(two[1]));
  EXPECT_EQ(leave, (std::vector{&held(one[2]), &held(one[1]), &held(one[0])}));
  EXPECT_EQ(enter, (std::vector{&held(two[0]), &held(two[1])}));
  EXPECT_TRUE(HeaderTree::path(held(one[2]), held(trunk[0])).enter.empty());
  EXPECT_TRUE(HeaderTree::path(held(one[2]), held(one[2])).leave.empty());
}

TEST_F(header_tree, the_way_to_the_best_header_is_known_upwards) {
  const auto way = [&](const HeldHeader& from) {
    std::vector<MblockHeader> all;
    for (const HeldHeader* at = from.next; at != nullptr; at = at->next) all.push_back(at->header);
    return all;
  };
  const auto joined = [](std::vector<MblockHeader> one, const std::vector<MblockHeader>& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
  };
  const auto trunk = miner.chain(miner.genesis, 2), one = miner.chain(trunk[1], 2), two = miner.chain(trunk[1], 3);
  add(trunk), add(one);
  EXPECT_EQ(way(tree.root()), joined(trunk, one));
  add(two);
  EXPECT_EQ(way(tree.root()), joined(trunk, two));
  EXPECT_FALSE(held(one[0]).is_on_the_way());
  EXPECT_EQ(held(one[0]).next, nullptr);
  tree.set_body_valid(mblock_hash(trunk[0]));
  tree.set_body_valid(mblock_hash(trunk[1]));
  tree.set_invalid(mblock_hash(two[1]));
  EXPECT_EQ(way(tree.root()), joined(trunk, one));
  tree.move_root(mblock_hash(trunk[1]));
  EXPECT_EQ(way(tree.root()), one);
  EXPECT_EQ(held(two[0]).next, nullptr);
}

TEST_F(header_tree, an_anchor_takes_everybody_onto_its_branch) {
  const auto trunk = miner.chain(miner.genesis, 2), heavy = miner.chain(trunk[1], 5), light = miner.chain(trunk[1], 2);
  add(trunk), add(heavy), add(light);
  set_valid(trunk), set_valid(heavy);
  const HeldHeader& anchored = held(light[0]);
  const auto archived = tree.move_root(anchored.hash);
  EXPECT_EQ(archived, (std::vector{trunk[0], trunk[1], light[0]}));
  EXPECT_EQ(&tree.root(), &anchored);
  EXPECT_EQ(tree.find(mblock_hash(heavy[0])), nullptr);
  EXPECT_EQ(tree.size(), 2U);
  EXPECT_EQ(&tree.best_header(), &held(light[1])) << "were the other branch heavier";
  EXPECT_EQ(&tree.best_block(), &tree.root()) << "its body is still to come";
  set_valid(light);
  EXPECT_EQ(&tree.best_block(), &held(light[1]));

  EXPECT_THAT(tree.add(miner.mine(trunk[1]), now), refused_as(Reject::mblock_below_root));
  EXPECT_THAT(tree.add(trunk[1], now), refused_as(Reject::mblock_below_root));
  EXPECT_THAT(tree.add(heavy[2], now), refused_as(Reject::mblock_parent));
  EXPECT_TRUE(tree.move_root(anchored.hash).empty());
}

TEST_F(header_tree, a_locator_gets_thinner_downwards) {
  const auto chain = miner.chain(miner.genesis, 60);
  add(chain);
  std::vector<std::uint64_t> heights;
  for (const MblockHash& hash : tree.locator()) heights.push_back(tree.find(hash)->height().value());
  EXPECT_EQ(heights, (std::vector<std::uint64_t>{60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 49, 45, 37, 21, 0}));
}

TEST_F(header_tree, who_asks_gets_what_follows_where_it_left_our_branch) {
  const auto trunk = miner.chain(miner.genesis, 4), ours = miner.chain(trunk[3], 6), theirs = miner.chain(trunk[3], 1);
  add(trunk), add(ours), add(theirs);
  set_valid(trunk);
  const auto ask = [&](const std::vector<MblockHash>& locator, std::size_t most) { return tree.headers_after(locator, most); };
  EXPECT_EQ(ask({mblock_hash(ours[0]), mblock_hash(trunk[3])}, 9), std::vector<MblockHeader>()) << "only what we have the bodies of";
  EXPECT_EQ(ask({mblock_hash(theirs[0])}, 9), std::nullopt) << "its root is on another branch";
  EXPECT_EQ(ask({mblock_hash(ours[0])}, 9), std::nullopt) << "its root is above what we have";
  set_valid(ours);
  EXPECT_EQ(ask({{9}, mblock_hash(theirs[0]), mblock_hash(trunk[0])}, 9), ours);
  EXPECT_EQ(ask({mblock_hash(miner.genesis)}, 2), (std::vector{trunk[0], trunk[1]}));
  EXPECT_EQ(ask({{9}}, 9), std::nullopt);
}

TEST_F(header_tree, is_bounded_and_drops_the_lightest_tips) {
  miner = MedMiner::easy();
  HeaderTree full(miner.parameters, miner.genesis);
  const auto chain = miner.chain(miner.genesis, 3);
  for (const MblockHeader& header : chain) ASSERT_THAT(full.add(header, now), accepted());
  MblockHeader lightest = miner.mine(miner.genesis);
  ASSERT_THAT(full.add(lightest, now), accepted());
  MblockHeader invalid = miner.mine(chain[1]);
  ASSERT_THAT(full.add(invalid, now), accepted());
  full.set_invalid(mblock_hash(invalid));
  while (full.size() <= HeaderTree::most_headers) {
    MblockHeader header = miner.draft(chain[0]);
    header.state = sha256(encode(std::uint64_t{full.size()}));
    ASSERT_THAT(full.add(MedMiner::work_on(header), now), accepted());
  }
  EXPECT_THAT(full.add(miner.mine(chain[0]), now), accepted());
  EXPECT_EQ(full.find(mblock_hash(invalid)), nullptr) << "the invalid one goes first";
  EXPECT_THAT(full.add(miner.mine(chain[0]), now), accepted());
  EXPECT_EQ(full.find(mblock_hash(lightest)), nullptr);
  EXPECT_THAT(full.add(miner.mine(chain[0]), now), refused_as(Reject::mblock_full)) << "nothing is lighter";
  EXPECT_THAT(full.add(miner.mine(miner.genesis), now), refused_as(Reject::mblock_full));
  EXPECT_THAT(full.add(miner.mine(chain[2]), now), accepted());
  EXPECT_EQ(full.size(), HeaderTree::most_headers + 1) << "with the root";
  EXPECT_EQ(full.best_header().height(), Height(4));
}

TEST_F(header_tree, the_branch_that_leads_always_has_room) {
  miner = MedMiner::easy();
  HeaderTree full(miner.parameters, miner.genesis);
  MblockHeader tip = miner.genesis;
  while (full.size() < HeaderTree::most_headers + 3) {
    const MblockHeader next = miner.mine(tip);
    ASSERT_THAT(full.add(next, now), accepted());
    tip = next;
  }
  EXPECT_THAT(full.add(miner.mine(miner.genesis), now), refused_as(Reject::mblock_full));
  EXPECT_THAT(full.add(miner.mine(tip), now), accepted());
}

}  // namespace
}  // namespace caduceus::med
