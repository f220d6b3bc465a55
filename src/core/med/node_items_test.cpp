// What waits for a block and goes round; and what light clients are told.
#include "core/med/node.h"
#include "test/attacks/refusal.h"
#include "test/med_light.h"
#include "test/med_nodes.h"

namespace caduceus::med {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct med_node_items : testing::Test {
  MedWorld world{7, 2, 2, 2};
  MedMiner miner = MedMiner::easy();
  DrivenNode a{world, miner};
};

TEST_F(med_node_items, an_item_is_asked_of_one_peer_verified_and_told_to_the_others) {
  const auto bundle = world.round(0, a.wall, 0);
  const ItemId id = id_of(bundle.bundle);
  const Peer p = a.connect(), q = a.connect(), r = a.connect();
  a.hear(p, Have{{{id}}});
  a.hear(q, Have{{{id}}});
  EXPECT_THAT(a.take<GetItems>(p), SizeIs(1));
  EXPECT_THAT(a.take<GetItems>(q), IsEmpty());
  a.hear(q, ItemMessage{bundle});
  EXPECT_EQ(a.jobs, 0U);
  a.hear(p, ItemMessage{bundle});
  EXPECT_TRUE(a.node.pool().contains(id));
  EXPECT_THAT(a.take<Have>(p), IsEmpty());
  EXPECT_THAT(a.take<Have>(q), SizeIs(1));
  EXPECT_THAT(a.take<Have>(r), SizeIs(1));
  a.hear(r, Have{{{id}}});
  EXPECT_THAT(a.take<GetItems>(r), IsEmpty());
  a.hear(r, GetItems{{{id, {ItemKind::call, {}}}}});
  EXPECT_THAT(a.take<ItemMessage>(r), SizeIs(1));  // what it has not, it does not mention
  const Peer late = a.connect();
  EXPECT_THAT(a.take<Have>(late), SizeIs(1));
}

TEST_F(med_node_items, who_sends_an_invalid_item_is_banned_and_another_is_asked) {
  const auto good = world.round(0, a.wall, 0);
  SignedBundle bad = good;
  bad.aggregate = world.round(0, a.wall, 0).aggregate;  // of other records
  const ItemId id = id_of(good.bundle);
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, Have{{{id}}});
  a.hear(p, ItemMessage{bad});
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::aggregate_invalid}}));
  a.hear(q, Have{{{id}}});
  EXPECT_THAT(a.take<GetItems>(q), SizeIs(1));
  a.hear(q, ItemMessage{good});
  EXPECT_TRUE(a.node.pool().contains(id));
}

TEST_F(med_node_items, what_is_signed_now_is_taken_however_long_the_last_hundred_blocks_took) {
  for (std::size_t i = 0; i < 2 * Node::settled_depth; ++i) {
    a.wait(MedWorld::epoch_length / 4);
    a.mine();
  }
  a.submit(world.round(0, a.wall, 0));
  a.mine();
  EXPECT_THAT(a.body(mblock_hash(a.best().header))->bundles.items, SizeIs(1));
}

TEST_F(med_node_items, who_sends_what_is_on_chain_already_is_not_to_blame) {
  const auto bundle = world.round(0, a.wall, 0);
  DrivenNode b(world, miner);
  b.submit(bundle);
  const MblockHeader header = b.mine();
  const Peer p = a.connect();
  a.hear(p, Have{{{id_of(bundle.bundle)}}});
  a.hear(p, HeaderList{mblock_hash(header), {{header}}});
  a.hear(p, Body{mblock_hash(header), *b.body(mblock_hash(header))});
  a.hear(p, ItemMessage{bundle});
  EXPECT_TRUE(a.banned.empty());
}

TEST_F(med_node_items, what_is_asked_for_is_bounded_and_forgotten_when_it_does_not_come) {
  const Peer p = a.connect();
  const auto offer = [&](std::size_t round) {
    Have have;
    for (std::size_t i = 0; i < Have::most_items; ++i) {
      have.items.items.push_back({ItemKind::bundle, {static_cast<Byte>(round), static_cast<Byte>(i >> 8U), static_cast<Byte>(i)}});
    }
    a.hear(p, std::move(have));
  };
  for (std::size_t round = 0; round < 5; ++round) offer(round);
  std::size_t asked = 0;
  for (const GetItems& one : a.take<GetItems>(p)) asked += one.items.items.size();
  EXPECT_EQ(asked, Node::most_asked_items);
  const Peer q = a.connect();
  a.hear(q, Have{{{{ItemKind::call, {}}}}});
  EXPECT_THAT(a.take<GetItems>(q), SizeIs(1)) << "it is of each peer";
  a.wait(Node::items_patience);
  offer(5);
  EXPECT_THAT(a.take<GetItems>(p), SizeIs(1));
}

TEST_F(med_node_items, who_is_silent_about_an_item_is_passed_over) {
  const auto bundle = world.round(0, a.wall, 0);
  const ItemId id = id_of(bundle.bundle);
  const Peer p = a.connect(), q = a.connect(), r = a.connect();
  for (const Peer peer : {p, q, r, q}) a.hear(peer, Have{{{id}}});
  EXPECT_THAT(a.take<GetItems>(p), SizeIs(1));
  a.wait(Node::items_patience);
  EXPECT_THAT(a.take<GetItems>(q), SizeIs(1));
  EXPECT_THAT(a.take<GetItems>(r), IsEmpty());
  a.hear(p, ItemMessage{bundle});
  EXPECT_EQ(a.jobs, 0U) << "too late";
  a.node.disconnected(q);
  a.settle();
  EXPECT_THAT(a.take<GetItems>(r), SizeIs(1));
  a.hear(r, ItemMessage{bundle});
  EXPECT_TRUE(a.node.pool().contains(id));
}

TEST_F(med_node_items, an_item_that_is_being_verified_is_not_verified_again) {
  const auto good = world.round(0, a.wall, 0);
  SignedBundle bad = good;
  bad.aggregate = world.round(0, a.wall, 0).aggregate;
  const Peer p = a.connect(), q = a.connect();
  for (const Peer peer : {p, q}) a.hear(peer, Have{{{id_of(good.bundle)}}});
  a.node.receive(p, ItemMessage{bad}, a.wall);
  a.node.receive(p, ItemMessage{good}, a.wall);
  a.node.tick(a.now + Node::items_patience);
  a.settle();
  EXPECT_EQ(a.jobs, 1U);
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::aggregate_invalid}}));
  ASSERT_THAT(a.take<GetItems>(q), SizeIs(1)) << "once it is known to be none";
  a.hear(q, ItemMessage{good});
  EXPECT_TRUE(a.node.pool().contains(id_of(good.bundle)));
}

TEST_F(med_node_items, who_comes_back_while_its_item_is_being_verified_is_asked_as_before) {
  const auto one = world.round(0, a.wall, 0), two = world.round(0, a.wall, 0);
  const Peer p = a.connect();
  a.hear(p, Have{{{id_of(one.bundle)}}});
  EXPECT_THAT(a.take<GetItems>(p), SizeIs(1));
  a.node.receive(p, ItemMessage{one}, a.wall);
  a.node.disconnected(p);
  a.node.connected(p);
  a.settle();
  EXPECT_TRUE(a.node.pool().contains(id_of(one.bundle)));
  a.hear(p, Have{{{id_of(two.bundle)}}});
  EXPECT_THAT(a.take<GetItems>(p), SizeIs(1));
}

TEST_F(med_node_items, nobody_gets_an_item_twice) {
  const ItemId id = a.submit(world.round(0, a.wall, 0));
  const Peer p = a.connect();
  a.hear(p, GetItems{{{id, id}}});
  EXPECT_THAT(a.take<ItemMessage>(p), IsEmpty());
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::mblock_parts}}));
}

TEST_F(med_node_items, what_waits_is_told_again) {
  const ItemId id = a.submit(world.round(0, a.wall, 0));
  const Peer p = a.connect();
  EXPECT_THAT(a.take<Have>(p), SizeIs(1));
  for (int i = 0; i < 2; ++i) {
    a.wait(Node::headers_period);
    const auto told = a.take<Have>(p);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].items.items, std::vector{id});
  }
}

struct med_node_answers : med_node_items {
  TestCommittee hospitals;

  [[nodiscard]] LightClient::Trust trust() const { return {{7}, hospitals.committee(), 3, miner.parameters, miner.genesis}; }
  void anchor(const MblockHeader& header) {
    a.set_anchor(header);
    a.anchors.push_back(hospitals.anchor({7}, header, Height(10 * (a.anchors.size() + 1))));
  }
  [[nodiscard]] HeaderList headers(std::vector<MblockHash> locator) const {
    return std::get<HeaderList>(a.node.answer(AskHeaders{{std::move(locator)}}));
  }
  [[nodiscard]] bool is_held(const Question& question) const { return !std::holds_alternative<NotHeld>(a.node.answer(question)); }
};

TEST_F(med_node_answers, a_light_client_learns_all_that_the_node_knows) {
  const auto archived = world.round(0, a.wall, 0), newer = world.round(1, a.wall, 0);
  std::vector<MblockHeader> chain;
  for (int i = 1; i <= 12; ++i) {
    if (i == 3) a.submit(archived);
    if (i == 10) a.submit(newer);
    if (i == 4) a.submit(world.call(world.patient(0), 0, world.put(1, {1})));
    chain.push_back(a.mine());
  }
  anchor(chain[5]);
  LightNet net(trust(), {&miner.genesis, 1});
  net.connect([&](const Question& question) { return a.node.answer(question); });
  net.run();
  EXPECT_EQ(net.client.headers().root().header, chain[5]);
  EXPECT_EQ(net.client.headers().best_header().header, chain[11]);
  const Identity& account = world.patient(0).account.identity;
  net.client.look_up(StateKey::calls(account));
  net.client.look_up(chain[2], record_hashes(archived.bundle)[1]);
  net.client.look_up(chain[9], record_hashes(newer.bundle)[0]);
  net.run();
  ASSERT_THAT(net.answers, SizeIs(3));
  EXPECT_EQ(std::get<0>(net.answers[0].proven), encode(std::uint64_t{1}));
  EXPECT_TRUE(net.banned.empty());
  // As it goes on.
  chain.push_back(a.mine());
  anchor(chain.back());
  net.wait(net.period);
  EXPECT_EQ(net.client.headers().root().header, chain.back());
  EXPECT_TRUE(net.banned.empty());
}

TEST_F(med_node_answers, headers_go_on_from_the_archive_to_the_tip) {
  std::vector<MblockHash> chain{mblock_hash(miner.genesis)};
  std::vector<MblockHeader> headers_mined{miner.genesis};
  while (chain.size() <= HeaderList::most + 100) {
    headers_mined.push_back(a.mine());
    chain.push_back(mblock_hash(headers_mined.back()));
  }
  anchor(headers_mined[1500]);
  const auto full = headers({chain[0]});
  ASSERT_THAT(full.headers.items, SizeIs(HeaderList::most));
  EXPECT_EQ(mblock_hash(full.headers.items.back()), chain[HeaderList::most]);
  EXPECT_EQ(full.tip, chain.back());
  for (const std::size_t from : {std::size_t{700}, std::size_t{1500}, HeaderList::most}) {
    const auto rest = headers({{0xff}, chain[from]});
    ASSERT_THAT(rest.headers.items, SizeIs(chain.size() - from - 1)) << from;
    EXPECT_EQ(mblock_hash(rest.headers.items.back()), chain.back());
    EXPECT_EQ(rest.headers.items.front().previous, chain[from]);
  }
  EXPECT_THAT(headers({chain.back()}).headers.items, IsEmpty());
  EXPECT_FALSE(is_held(AskHeaders{{{{0xff}}}}));
}

TEST_F(med_node_answers, what_it_keeps_no_longer_it_says_so) {
  EXPECT_FALSE(is_held(AskAnchor{Height(9)}));
  const auto bundle = world.round(0, a.wall, 0);
  a.submit(bundle);
  const std::vector chain{a.mine(), a.mine(), a.mine(), a.mine()};
  anchor(chain[1]);
  anchor(chain[2]);
  const auto anchored = [&](std::uint64_t most) {
    return std::get<CommitProof>(a.node.answer(AskAnchor{Height(most)})).block.roots.anchor_height;
  };
  EXPECT_EQ(anchored(9), Height(3));
  EXPECT_EQ(anchored(2), Height(2));
  EXPECT_EQ(anchored(1), Height(3));
  const Bytes key = StateKey::retired(world.doctor(0).identity());
  EXPECT_FALSE(is_held(AskState{mblock_hash(chain[1]), {key}}));  // below the anchor
  EXPECT_TRUE(is_held(AskState{mblock_hash(chain[2]), {key}}));
  EXPECT_TRUE(is_held(AskState{mblock_hash(chain[3]), {key}}));
  EXPECT_FALSE(is_held(AskState{{0xff}, {key}}));
  const auto htxm = record_hashes(bundle.bundle)[0];
  EXPECT_TRUE(is_held(AskRecord{mblock_hash(chain[0]), htxm}));
  EXPECT_FALSE(is_held(AskRecord{mblock_hash(chain[1]), htxm}));
  EXPECT_FALSE(is_held(AskRecord{mblock_hash(chain[0]), {0xff}}));
}

}  // namespace
}  // namespace caduceus::med
