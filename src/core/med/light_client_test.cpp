#include "core/med/light_client.h"

#include "test/attacks/refusal.h"
#include "test/med_light.h"

namespace caduceus::med {
namespace {

constexpr NetworkId net_id{7};

class light_client : public testing::Test {
 protected:
  static const TestCommittee& hospitals() {
    static const TestCommittee instance;
    return instance;
  }
  [[nodiscard]] LightClient::Trust trust() const { return {net_id, hospitals().committee(), 3, miner.parameters, miner.genesis}; }
  [[nodiscard]] LightNet network() const { return {trust(), {&miner.genesis, 1}}; }
  // The genesis block and so many above it.
  [[nodiscard]] TestNode node(std::size_t blocks, std::uint64_t later = 1000) {
    TestNode node;
    node.chain = {miner.genesis};
    extend(node, blocks, later);
    return node;
  }
  void extend(TestNode& node, std::size_t blocks, std::uint64_t later = 1000) {
    for (const MblockHeader& header : miner.chain(node.chain.back(), blocks, later)) node.chain.push_back(header);
  }
  // Its block of this height is anchored by the next Sblock.
  static void anchor(TestNode& node, std::size_t height) {
    const auto sup_height = Height(10 * (node.anchors.size() + 1));
    node.anchors.push_back(hospitals().anchor(net_id, node.chain.at(height), sup_height));
  }
  // Answers rightly, but for questions of kind Q.
  template <class Q>
  static LightNet::Answering but(const TestNode& node, std::function<std::optional<Reply>(const Q&)> lie) {
    return [&node, lie](const Question& question) -> std::optional<Reply> {
      if (const auto* asked = std::get_if<Q>(&question)) return lie(*asked);
      return node.reply(question);
    };
  }

  MedMiner miner = MedMiner::easy();
};

// Issue of size: what is kept of a block is its header, of an ordinary miner's name of as many as 44 letters.
TEST_F(light_client, keeps_fewer_than_250_bytes_a_block) {
  MblockHeader header = miner.mine(miner.genesis);
  header.miner.name.value = std::string(44, 'm');
  EXPECT_EQ(encode(header).size(), 249U);
}

TEST_F(light_client, loads_headers_from_one_and_asks_all) {
  const TestNode a = node(4500);
  LightNet net = network();
  const Peer first = net.connect(a), second = net.connect(a), third = net.connect(a);
  net.run();
  EXPECT_EQ(net.client.headers().best_header().header, a.chain.back());
  EXPECT_TRUE(net.banned.empty());
  // An anchor each; headers: 2000, 2000 and 500 of one of them, none of the others.
  EXPECT_EQ(net.questions[first] + net.questions[second] + net.questions[third], 3U + 3 + 2);
  for (const auto& view : net.client.peers()) EXPECT_EQ(view.work, net.client.headers().best_header().work);
}

TEST_F(light_client, learns_of_new_blocks_when_the_period_is_over) {
  TestNode a = node(3);
  LightNet net = network();
  net.connect(a);
  net.run();
  extend(a, 2);
  net.wait(net.period - 1);
  EXPECT_EQ(net.client.headers().best_header().height(), Height(3));
  net.wait(1);
  EXPECT_EQ(net.client.headers().best_header().height(), Height(5));
}

TEST_F(light_client, an_anchor_is_final_and_all_that_is_kept) {
  TestNode a = node(30);
  anchor(a, 20);
  LightNet net = network();
  net.connect(a);
  net.run();
  EXPECT_EQ(net.final, std::vector(a.chain.begin() + 1, a.chain.begin() + 21));
  EXPECT_EQ(net.anchor, a.anchors.back());
  EXPECT_EQ(net.client.headers().root().header, a.chain[20]);
  EXPECT_EQ(net.client.headers().best_header().header, a.chain[30]);

  // It leaves and comes back with what it kept.
  extend(a, 10);
  anchor(a, 35);
  LightNet later(trust(), std::span(net.final).last(11), net.anchor);
  later.connect(a);
  later.run();
  EXPECT_EQ(later.final, std::vector(a.chain.begin() + 21, a.chain.begin() + 36));
  EXPECT_EQ(later.client.headers().best_header().header, a.chain[40]);
  EXPECT_TRUE(later.banned.empty());
}

TEST_F(light_client, comes_back_in_steps_and_holds_the_headers_of_one) {
  TestNode a = node(50'000);
  for (std::size_t height = 1000; height < a.chain.size(); height += 1000) anchor(a, height);
  LightNet net = network();
  net.connect(a);
  net.run();
  EXPECT_TRUE(net.banned.empty());
  EXPECT_EQ(net.client.headers().root().height(), Height(50'000));
  EXPECT_EQ(net.final.size(), 50'000U);
  EXPECT_LE(net.most_held, LightClient::anchor_step + HeaderList::most);
}

TEST_F(light_client, a_later_certificate_of_the_same_anchor_shows_that_it_is_new) {
  TestNode a = node(5);
  anchor(a, 5);
  LightNet net = network();
  net.connect(a);
  net.run();
  a.anchors = {hospitals().anchor(net_id, a.chain[5], Height(77))};
  net.wait(net.period);
  EXPECT_EQ(net.client.anchor()->block.height, Height(77));
}

TEST_F(light_client, of_many_liars_and_one_honest_node_it_follows_the_honest_one) {
  TestNode honest = node(60), liar = node(50);
  LightNet net = network();
  for (int i = 0; i < 7; ++i) net.connect(liar);
  const Peer one = net.connect(honest);
  net.run();
  EXPECT_EQ(net.client.headers().best_header().header, honest.chain.back());
  // Who knows less than others shows.
  for (const auto& view : net.client.peers())
    EXPECT_EQ(view.work == net.client.headers().best_header().work, view.peer == one) << view.peer.value();

  // Were they all the miners: the certificate counts.
  extend(liar, 40);
  net.wait(net.period);
  EXPECT_EQ(net.client.headers().best_header().header, liar.chain.back());
  anchor(honest, 55);
  net.wait(net.period);
  EXPECT_EQ(net.client.headers().root().header, honest.chain[55]);
  EXPECT_EQ(net.client.headers().best_header().header, honest.chain[60]);
}

TEST_F(light_client, a_liar_is_banned_for_what_it_did) {
  TestNode honest = node(20);
  const TestNode other = node(5);
  TestNode no_work = honest, forged = honest;
  do ++no_work.chain[15].nonce;
  while (meets_target(mblock_hash(no_work.chain[15]), no_work.chain[15].target));
  forged.anchors = {TestCommittee(2).anchor(net_id, other.chain[5], Height(9))};
  const auto withholding = but<AskHeaders>(honest, [&](const AskHeaders&) { return HeaderList{{9}, {{honest.chain[1]}}}; });
  const auto repeating =
      but<AskHeaders>(honest, [&](const AskHeaders&) { return HeaderList{{9}, {std::vector(HeaderList::most, honest.chain[1])}}; });
  const auto beside_the_point = but<AskAnchor>(honest, [](const AskAnchor&) { return TrieProof(); });
  const auto unconnected = but<AskHeaders>(honest, [&](const AskHeaders&) { return HeaderList{{9}, {{honest.chain[19]}}}; });

  LightNet net = network();
  const std::vector liars{net.connect(no_work),   net.connect(forged),           net.connect(withholding),
                          net.connect(repeating), net.connect(beside_the_point), net.connect(unconnected)};
  const Peer good = net.connect(honest);
  net.run();
  net.wait(net.period);
  const std::vector reasons{Reject::mblock_work, Reject::multi_signature_invalid,
                            Reject::mblock_tip,  Reject::mblock_tip,
                            Reject::reply_kind,  Reject::mblock_parent};
  for (std::size_t i = 0; i < liars.size(); ++i) {
    ASSERT_TRUE(net.banned.contains(liars[i])) << name(reasons[i]);
    EXPECT_EQ(net.banned[liars[i]], reasons[i]) << name(net.banned[liars[i]]);
  }
  EXPECT_FALSE(net.banned.contains(good));
  EXPECT_EQ(net.client.headers().best_header().header, honest.chain.back());
}

TEST_F(light_client, of_who_keeps_an_answer_back_another_is_asked) {
  TestNode honest = node(20);
  honest.state = PatriciaTrie().put(Bytes{1}, Bytes{9});
  miner.state = honest.state.root();
  extend(honest, 1);
  anchor(honest, 21);
  LightNet net = network();
  const Peer silent = net.connect([](const Question&) { return std::nullopt; });
  net.connect(honest);
  net.run();
  net.wait(LightClient::patience - 1);
  EXPECT_EQ(net.client.headers().best_header().header, honest.chain.back()) << "it keeps nobody from asking others";
  net.wait(1);
  EXPECT_EQ(net.client.peers()[0].silences, 1U);
  EXPECT_EQ(net.client.headers().best_header().header, honest.chain.back());
  EXPECT_TRUE(net.banned.empty()) << "it may be slow";

  const auto mute = [&](const Question& question) -> std::optional<Reply> {
    if (std::holds_alternative<AskState>(question)) return std::nullopt;
    return honest.reply(question);
  };
  LightNet again = network();
  again.connect(mute);
  again.run();
  again.client.look_up(Bytes{1});
  again.run();
  again.connect(honest);
  again.run();
  EXPECT_TRUE(again.answers.empty()) << "the first one has its time";
  again.wait(LightClient::patience);
  ASSERT_EQ(again.answers.size(), 1U);
  EXPECT_EQ(again.client.peers()[0].silences, 0U) << "it answered what else it was asked since";
  EXPECT_TRUE(net.questions[silent] > 0);
}

TEST_F(light_client, what_comes_too_late_or_twice_is_nothing) {
  const TestNode a = node(5);
  LightClient client(trust(), {&miner.genesis, 1}, {});
  client.tick(Tick(0), Time(1'700'000'000'000));
  client.connected(Peer(1));
  const auto sends = client.take_output().sends;
  ASSERT_EQ(sends.size(), 1U);
  client.step(Peer(2), {sends[0].asked.number, NotHeld{}});
  client.step(Peer(1), {sends[0].asked.number + 1, TrieProof()});
  EXPECT_TRUE(client.take_output().banned.empty());
  client.tick(Tick(LightClient::patience), Time(1'700'000'000'000));
  client.step(Peer(1), {sends[0].asked.number, TrieProof()});
  EXPECT_TRUE(client.take_output().banned.empty());
}

TEST_F(light_client, looks_up_the_state_after_the_anchor) {
  TestNode honest = node(3);
  honest.state = PatriciaTrie().put(Bytes{1}, Bytes(40, 9)).put(Bytes{2}, Bytes(40, 8));
  miner.state = honest.state.root();
  extend(honest, 2);
  anchor(honest, 4);
  TestNode liar = honest, behind = node(1);
  liar.state = honest.state.put(Bytes{1}, Bytes(40, 7));
  LightNet net = network();
  net.connect(behind);
  const Peer lying = net.connect(liar);
  net.connect(honest);
  net.run();
  const auto present = net.client.look_up(Bytes{1}), absent = net.client.look_up(Bytes{3});
  net.run();
  ASSERT_EQ(net.answers.size(), 2U);
  std::ranges::sort(net.answers, {}, &LightClient::Answer::look_up);
  EXPECT_EQ(net.answers[0].look_up, present);
  EXPECT_EQ(net.answers[0].block, mblock_hash(honest.chain[4]));
  EXPECT_EQ(std::get<0>(net.answers[0].proven), Bytes(40, 9));
  EXPECT_EQ(net.answers[1].look_up, absent);
  EXPECT_EQ(std::get<0>(net.answers[1].proven), std::nullopt);
  EXPECT_EQ(net.banned, (std::map<Peer, Reject>{{lying, Reject::trie_proof_hash}}));
}

TEST_F(light_client, a_look_up_goes_on_with_the_next_anchor) {
  TestNode honest = node(3);
  honest.state = PatriciaTrie().put(Bytes{1}, Bytes{9});
  honest.state_from = 4;
  miner.state = honest.state.root();
  LightNet net = network();
  net.connect(honest);
  net.run();
  extend(honest, 1);
  anchor(honest, 4);
  net.client.look_up(Bytes{1});  // after the genesis block; the node has only the newest state, and so is asked for its anchor
  net.run();
  ASSERT_EQ(net.answers.size(), 1U);
  EXPECT_EQ(net.answers[0].block, mblock_hash(honest.chain[4]));
  EXPECT_EQ(std::get<0>(net.answers[0].proven), Bytes{9});
}

TEST_F(light_client, a_record_is_proven_against_a_header_that_it_holds) {
  MedBody body;
  RecordGroup group{{Role::doctor, {"d"}, 1}, {Epoch(1), 0}, {}};
  group.records.items = {{{1}, Time(1)}, {{2}, Time(2)}};
  body.bundles.items = {{{Role::hospital, {"h"}, 1}, Time(5), {Epoch(1), 0}, {{group}}}};
  const RecordProof first = prove_record(body, 0, 0), second = prove_record(body, 0, 1);
  TestNode honest = node(1);
  MblockHeader header = miner.draft(honest.chain.back());
  header.transactions = transaction_tree(body).root();
  honest.chain.push_back(MedMiner::work_on(header));
  honest.records = {{hash_of(first.terms), first}};
  TestNode liar = honest;
  liar.records = {{hash_of(first.terms), second}};
  LightNet net = network();
  const Peer lying = net.connect(liar);
  net.connect(honest);
  net.run();
  const auto number = net.client.look_up(honest.chain.back(), hash_of(first.terms));
  const auto unknown = net.client.look_up(honest.chain.back(), hash_of(second.terms));
  net.run();
  net.wait(net.period);
  ASSERT_EQ(net.answers.size(), 1U);
  EXPECT_EQ(net.answers[0].look_up, number);
  EXPECT_EQ(std::get<RecordProof>(net.answers[0].proven), first);
  EXPECT_EQ(net.banned, (std::map<Peer, Reject>{{lying, Reject::record_proof_other}}));
  net.client.drop(unknown);
  const std::size_t asked = net.questions[Peer(1)];
  net.wait(1);
  EXPECT_EQ(net.questions[Peer(1)], asked);
}

TEST_F(light_client, two_certified_branches_are_an_alarm) {
  TestNode one = node(10), two = node(10);
  anchor(one, 10);
  anchor(two, 10);
  LightNet net = network();
  net.connect(one);
  net.run();
  EXPECT_FALSE(net.is_split);
  net.connect(two);
  net.run();
  EXPECT_TRUE(net.is_split);
  EXPECT_EQ(net.client.headers().root().header, one.chain[10]);
}

}  // namespace
}  // namespace caduceus::med
