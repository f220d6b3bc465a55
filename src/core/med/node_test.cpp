// Headers and bodies: what a node takes from its peers, and of whom.
#include "core/med/node.h"

#include "test/attacks/refusal.h"
#include "test/med_nodes.h"

namespace caduceus::med {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct med_node : testing::Test {
  MedWorld world{6, 2, 2, 2};
  MedMiner miner = MedMiner::easy();
  DrivenNode a{world, miner}, b{world, miner};
  MedWire wire;

  static HeaderList list(std::vector<MblockHeader> headers) {
    const MblockHash tip = mblock_hash(headers.back());
    return {tip, {std::move(headers)}};
  }
  static Body body_of(const DrivenNode& holder, const MblockHeader& header) {
    return {mblock_hash(header), holder.body(mblock_hash(header)).value()};
  }
  [[nodiscard]] SignedBundle bundle(const DrivenNode& at, std::size_t hospital, std::uint16_t slot) {
    return world.round(hospital, at.wall, slot);
  }
  // A block as b would mine it, but changed; with its work done.
  MblockHeader changed(MedBody& body, const std::function<void(MblockHeader&)>& change) {
    b.wall = b.wall + 1000;
    Candidate made = b.work();
    body = std::move(made.body).take();
    change(made.header);
    return MedMiner::work_on(made.header);
  }
  // It is invalid for this reason, for good; and who sent its body is banned.
  void expect_invalid(const MblockHeader& header, const MedBody& body, Reject reason) {
    const Peer p = a.connect(), q = a.connect();
    a.hear(p, list({header}));
    a.hear(p, Body{mblock_hash(header), body});
    EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, reason}}));
    EXPECT_EQ(a.node.chain().headers().find(mblock_hash(header))->body, BodyState::invalid);
    a.hear(q, list({header}));
    EXPECT_THAT(a.take<GetBody>(q), IsEmpty());
    a.hear(q, list({miner.mine(header)}));
    EXPECT_EQ(a.banned.at(q), Reject::mblock_invalid_ancestor);
  }
};

TEST_F(med_node, bodies_come_from_several_peers_at_once) {
  DrivenNode c(world, miner), d(world, miner);
  for (int i = 0; i < 30; ++i) a.mine();
  wire.connect(a, b);
  wire.connect(a, c);
  wire.run();
  ASSERT_EQ(b.best().hash, a.best().hash);
  ASSERT_EQ(c.best().hash, a.best().hash);
  for (DrivenNode* one : {&a, &b, &c}) wire.connect(*one, d);
  std::map<const DrivenNode*, std::size_t> bodies;
  wire.run([&](DrivenNode& from, DrivenNode& to, const Message& message) {
    if (&to == &d && std::holds_alternative<Body>(message)) ++bodies[&from];
    return true;
  });
  EXPECT_EQ(d.best().hash, a.best().hash);
  EXPECT_THAT(bodies, SizeIs(3));
  EXPECT_EQ(bodies[&a] + bodies[&b] + bodies[&c], 30U);
  // What is mined by one goes to all.
  d.mine();
  wire.run();
  for (const DrivenNode* one : {&a, &b, &c}) EXPECT_EQ(one->best().hash, d.best().hash);
  EXPECT_TRUE(a.banned.empty() && b.banned.empty() && c.banned.empty() && d.banned.empty());
}

TEST_F(med_node, a_withheld_body_is_asked_of_another) {
  const MblockHeader header = b.mine();
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, list({header}));
  a.hear(q, list({header}));
  EXPECT_THAT(a.take<GetBody>(p), SizeIs(1));
  EXPECT_THAT(a.take<GetBody>(q), IsEmpty());
  a.wait(Sync::patience);
  EXPECT_THAT(a.take<GetBody>(p), IsEmpty());
  EXPECT_THAT(a.take<GetBody>(q), SizeIs(1));
  EXPECT_EQ(a.best().height(), Height(0));  // a header without a body is no claim
  a.hear(q, body_of(b, header));
  EXPECT_EQ(a.best().hash, mblock_hash(header));
}

TEST_F(med_node, who_says_that_it_has_not_a_body_is_not_waited_for) {
  const MblockHeader header = b.mine();
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, list({header}));
  a.hear(q, list({header}));
  a.hear(p, NotHere{mblock_hash(header)});
  EXPECT_THAT(a.take<GetBody>(q), SizeIs(1));
}

TEST_F(med_node, who_withholds_three_bodies_is_given_up) {
  const std::vector headers{b.mine(), b.mine(), b.mine()};
  const Peer p = a.connect();
  a.hear(p, list(headers));
  EXPECT_THAT(a.take<GetBody>(p), SizeIs(3));
  a.wait(Sync::patience);
  EXPECT_THAT(a.given_up, ElementsAre(p));
  EXPECT_TRUE(a.banned.empty());
  a.hear(p, body_of(b, headers[0]));  // too late
  EXPECT_EQ(a.jobs, 0U);
}

TEST_F(med_node, a_body_changed_on_the_way_is_the_senders_fault_and_not_the_headers) {
  b.submit(bundle(b, 0, 0));
  const MblockHeader header = b.mine();
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, list({header}));
  a.hear(q, list({header}));
  Body changed = body_of(b, header);
  changed.body.bundles.items.clear();
  a.hear(p, std::move(changed));
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::mblock_transactions}}));
  ASSERT_THAT(a.take<GetBody>(q), SizeIs(1));
  a.hear(q, body_of(b, header));
  EXPECT_EQ(a.best().hash, mblock_hash(header));
}

TEST_F(med_node, what_nobody_asked_for_is_not_verified) {
  b.submit(bundle(b, 0, 0));
  const MblockHeader header = b.mine();
  const Peer p = a.connect(), q = a.connect();
  a.hear(p, list({header}));
  a.hear(q, body_of(b, header));
  a.hear(q, Sketch{mblock_hash(header), {}, {}, {}, MedBody().aggregate});
  a.hear(q, Parts{mblock_hash(header), {}, {}});
  a.hear(q, ItemMessage{bundle(b, 1, 0)});
  EXPECT_EQ(a.jobs, 0U);
  EXPECT_TRUE(a.banned.empty());
}

TEST_F(med_node, a_block_with_a_bad_signature_under_its_root_is_invalid_for_good) {
  b.submit(bundle(b, 0, 0));
  MedBody body;
  const MblockHeader bad = changed(body, [&](MblockHeader& header) {
    body.bundles.items[0].groups.items[0].records.items[0].record[0] ^= 1;
    header.transactions = transaction_tree(body).root();
  });
  expect_invalid(bad, body, Reject::aggregate_invalid);
  // Others mine on.
  const MblockHeader good = b.mine();
  const Peer r = a.connect();
  a.hear(r, list({good}));
  a.hear(r, body_of(b, good));
  EXPECT_EQ(a.best().hash, mblock_hash(good));
}

TEST_F(med_node, a_block_with_another_state_is_invalid_for_good) {
  MedBody body;
  const MblockHeader bad = changed(body, [](MblockHeader& header) { header.state[0] ^= 1; });
  expect_invalid(bad, body, Reject::mblock_state);
}

TEST_F(med_node, a_block_with_a_w_used_twice_is_invalid_for_good) {
  b.submit(bundle(b, 0, 0));
  const MblockHeader first = b.mine();
  const Peer p = a.connect();
  a.hear(p, list({first}));
  a.hear(p, body_of(b, first));
  MedBody body;
  const MblockHeader bad = changed(body, [&](MblockHeader& header) {
    body = world.body({bundle(b, 0, 0)});  // other records, the same slots
    header.transactions = transaction_tree(body).root();
  });
  expect_invalid(bad, body, Reject::slot_used);
}

TEST_F(med_node, a_peer_gets_only_what_it_lacks_of_a_block) {
  wire.connect(a, b);
  a.submit(bundle(a, 0, 0));
  a.submit(world.call(world.patient(0), 0, world.put(1, {1})));
  wire.run();
  ASSERT_EQ(b.node.pool().size(), 2U);
  a.submit(bundle(a, 1, 0));
  wire.run([](DrivenNode&, DrivenNode&, const Message& message) { return !std::holds_alternative<Have>(message); });
  a.mine();
  std::vector<Parts> parts;
  wire.run([&](DrivenNode&, DrivenNode&, const Message& message) {
    if (const auto* one = std::get_if<Parts>(&message)) parts.push_back(*one);
    EXPECT_FALSE(std::holds_alternative<Body>(message));
    return true;
  });
  EXPECT_EQ(b.best().hash, a.best().hash);
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_THAT(parts[0].bundles.items, SizeIs(1));
  EXPECT_EQ(parts[0].bundles.items[0].hospital, world.hospital(1).identity());
  EXPECT_THAT(parts[0].calls.items, IsEmpty());
  // Of a block of which it has everything, the sketch is enough.
  a.submit(bundle(a, 0, 16));
  wire.run();
  a.mine();
  wire.run([](DrivenNode&, DrivenNode&, const Message& message) {
    EXPECT_FALSE(std::holds_alternative<Body>(message) || std::holds_alternative<Parts>(message));
    return true;
  });
  EXPECT_EQ(b.best().hash, a.best().hash);
}

TEST_F(med_node, parts_out_of_range_or_twice_are_not_asked_for) {
  a.submit(bundle(a, 0, 0));
  const MblockHash block = mblock_hash(a.mine());
  const Peer good = a.connect(), beyond = a.connect(), twice = a.connect();
  a.hear(good, GetParts{block, {{0}}, {}});
  EXPECT_THAT(a.take<Parts>(good), SizeIs(1));
  a.hear(beyond, GetParts{block, {{1}}, {}});
  a.hear(twice, GetParts{block, {{0, 0}}, {}});
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{beyond, Reject::mblock_parts}, {twice, Reject::mblock_parts}}));
}

TEST_F(med_node, who_sends_other_parts_than_asked_for_is_banned) {
  a.submit(bundle(a, 1, 0));  // so that it asks for a sketch
  b.submit(bundle(b, 0, 0));
  const MblockHeader header = b.mine();
  const auto body = body_of(b, header).body;
  const Peer p = a.connect();
  a.hear(p, list({header}));
  ASSERT_THAT(a.take<GetSketch>(p), SizeIs(1));
  a.hear(p, Sketch{mblock_hash(header), {{id_of(body.bundles.items[0]).hash}}, {}, {}, body.aggregate});
  ASSERT_THAT(a.take<GetParts>(p), SizeIs(1));
  a.hear(p, Parts{mblock_hash(header), {}, {}});
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{p, Reject::mblock_transactions}}));
}

TEST_F(med_node, a_flood_of_headers_takes_work_and_is_not_kept) {
  std::vector<MblockHeader> chain;
  for (int i = 0; i < 5; ++i) chain.push_back(a.mine());
  a.set_anchor(chain[2]);
  const std::size_t held = a.node.chain().headers().size();

  MblockHeader idle = miner.draft(chain[4]);
  while (mblock_hash(idle) <= idle.target) ++idle.nonce;
  const Peer lazy = a.connect();
  a.hear(lazy, list({idle}));
  EXPECT_EQ(a.banned, (std::map<Peer, Reject>{{lazy, Reject::mblock_work}}));

  const Peer below = a.connect();
  (void)a.take<AskHeaders>(below);
  a.hear(below, list(miner.chain(chain[0], 2)));  // with work, forked off below the anchor
  const Peer unknown = a.connect();
  (void)a.take<AskHeaders>(unknown);
  a.hear(unknown, list({miner.mine(chain[4])}));  // the answer that was asked for
  const auto stray = miner.chain(miner.mine(chain[4]), 20);
  for (const MblockHeader& header : stray) a.hear(unknown, list({header}));
  EXPECT_THAT(a.take<AskHeaders>(below), IsEmpty());
  EXPECT_LE(a.take<AskHeaders>(unknown).size(), stray.size() / 2);  // what leads there
  EXPECT_EQ(a.node.chain().headers().size(), held + 1);
  EXPECT_THAT(a.banned, SizeIs(1));
}

TEST_F(med_node, what_a_left_branch_carried_is_mined_again) {
  const auto one = bundle(a, 0, 0);
  a.submit(one);
  a.mine();
  b.mine();
  b.mine();
  wire.connect(a, b);
  wire.run([](DrivenNode&, DrivenNode&, const Message& message) { return !std::holds_alternative<Have>(message); });
  ASSERT_EQ(a.best().hash, b.best().hash);
  EXPECT_FALSE(a.node.chain().state(a.best().hash).is_used(one.bundle.hospital, one.bundle.slot));
  a.wall = b.wall;
  a.mine();
  wire.run();
  EXPECT_EQ(a.best().hash, b.best().hash);
  EXPECT_TRUE(b.node.chain().state(b.best().hash).is_used(one.bundle.hospital, one.bundle.slot));
}

TEST_F(med_node, an_anchor_on_a_lighter_branch_takes_everybody_there_also_who_has_to_fetch_it) {
  const MblockHeader light = a.mine();
  const std::vector heavy{b.mine(), b.mine()};
  const Peer p = a.connect();
  a.hear(p, list(heavy));
  for (const MblockHeader& header : heavy) a.hear(p, body_of(b, header));
  ASSERT_EQ(a.best().hash, b.best().hash);
  wire.connect(a, b);
  wire.run();
  ASSERT_EQ(b.node.chain().headers().find(mblock_hash(light)), nullptr);
  b.set_anchor(light);
  EXPECT_EQ(b.best().height(), Height(2));  // until it has the branch
  wire.run();
  a.set_anchor(light);
  EXPECT_EQ(a.best().hash, mblock_hash(light));
  EXPECT_EQ(a.final.back(), light);
  wire.run();
  b.wait(Node::headers_period);
  wire.run();
  EXPECT_EQ(b.best().hash, mblock_hash(light));
  EXPECT_EQ(b.final.back(), light);
  a.node.disconnected(p);  // who would be asked for the next body first, and is silent
  const MblockHeader next = b.mine();
  wire.run();
  EXPECT_EQ(a.best().hash, mblock_hash(next));
}

// Whoever was cut off for long has a branch of its own, and what it is answered at first is lighter than that.
TEST_F(med_node, gets_past_the_first_headers_of_a_branch_that_are_lighter_than_its_own) {
  for (std::size_t i = 0; i < HeaderList::most + 20; ++i) a.mine();
  for (std::size_t i = 0; i < HeaderList::most + 50; ++i) b.mine();
  a.wall = b.wall;
  wire.connect(a, b);
  wire.run();
  EXPECT_EQ(a.best().hash, b.best().hash);
  EXPECT_EQ(a.best().height(), Height(HeaderList::most + 50));
  EXPECT_TRUE(a.banned.empty() && b.banned.empty());
}

TEST_F(med_node, who_answers_with_what_is_known_and_leads_nowhere_is_not_asked_without_end) {
  const std::vector chain{a.mine(), a.mine(), a.mine()};
  const Peer p = a.connect();
  EXPECT_THAT(a.take<AskHeaders>(p), SizeIs(1));
  const HeaderList lower{{0xff}, {{chain[0], chain[1]}}}, higher{{0xff}, {chain}};
  a.hear(p, lower);
  const auto next = a.take<AskHeaders>(p);
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].locator.items.front(), mblock_hash(chain[1])) << "from where it ended";
  a.hear(p, higher);
  EXPECT_THAT(a.take<AskHeaders>(p), SizeIs(1));
  for (const HeaderList& again : {higher, lower}) {
    a.hear(p, again);
    EXPECT_THAT(a.take<AskHeaders>(p), IsEmpty());
  }
}

TEST_F(med_node, an_anchor_that_is_invalid_here_is_an_alarm) {
  MedBody body;
  const MblockHeader bad = changed(body, [](MblockHeader& header) { header.state[0] ^= 1; });
  const Peer p = a.connect();
  a.hear(p, list({bad}));
  a.set_anchor(bad);
  EXPECT_FALSE(a.is_diverged);
  a.hear(p, Body{mblock_hash(bad), body});
  EXPECT_TRUE(a.is_diverged);
}

}  // namespace
}  // namespace caduceus::med
