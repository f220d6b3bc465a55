// Light clients over TLS, whose nodes say what the test has them say.
#include "host/node/light_node.h"

#include <gtest/gtest.h>

#include <atomic>

#include "core/med/request.h"
#include "host/store/memory_store.h"
#include "test/med_light.h"
#include "test/net_world.h"

namespace caduceus {
namespace {

using med::Question;
using med::Reply;
using test::doctor;
using test::hospital;

constexpr NetworkId net{7};

// A disk that writes when the test lets it.
class GatedStore final : public store::Store {
 public:
  [[nodiscard]] Result<std::optional<Bytes>> get(store::Column column, ByteView key) const override { return kept_.get(column, key); }
  [[nodiscard]] Result<void> for_each_from(store::Column column, ByteView first, const store::Visit& visit) const override {
    return kept_.for_each_from(column, first, visit);
  }
  [[nodiscard]] Result<void> for_each_back_from(store::Column column, std::optional<ByteView> last,
                                                const store::Visit& visit) const override {
    return kept_.for_each_back_from(column, last, visit);
  }
  std::atomic<bool> is_shut = false, is_waiting = false;

 private:
  [[nodiscard]] Result<void> write_batch(const store::Batch& batch) override {
    is_waiting = true;
    is_shut.wait(true);
    is_waiting = false;
    return kept_.write(batch);
  }
  [[nodiscard]] Result<void> copy_to(const std::filesystem::path& /*folder*/) override { return failure("no copies here"); }
  [[nodiscard]] Result<void> rewrite_without(store::Column /*column*/, ByteView /*key*/) override { return {}; }
  store::MemoryStore kept_{LightStore::columns.size()};
};

class light_node : public testing::Test {
 protected:
  // What it sends in reply to this client's frame; nothing, if it is silent.
  using Answering = std::function<std::optional<Bytes>(const med::ClientRequest&)>;

  struct Server {
    test::Recorder events;
    std::unique_ptr<TlsTransport> transport;
    std::size_t questions = 0;
  };

  light_node() { node.chain = {miner.genesis}; }

  void extend(std::size_t blocks) {
    for (const MblockHeader& header : miner.chain(node.chain.back(), blocks, 1000)) node.chain.push_back(header);
  }
  void anchor(std::size_t height) {
    node.anchors.push_back(hospitals.anchor(net, node.chain.at(height), Height(10 * (node.anchors.size() + 1))));
  }
  static Bytes answer(std::uint64_t number, const med::Response& response) {
    return *frame_of(Channel::answer, med::ClientResponse{number, response});
  }
  [[nodiscard]] Answering honest() {
    return [this](const med::ClientRequest& asked) { return answer(asked.number, node.reply(std::get<Question>(asked.request))); };
  }
  // With its number; on the port that it had, if it was there before.
  void serve(int number, const Answering& answering) {
    auto& server = servers[number];
    server = std::make_unique<Server>();
    TransportLimits limits;
    limits.peer_frame = 16 << 20;
    server->transport = world.join(hospital(number), {}, server->events, limits);
    server->events.answer = [answering, server = server.get()](PeerId from, const Bytes& frame) {
      const auto asked = decode<med::ClientRequest>(ByteView(frame).subspan(1));
      ASSERT_TRUE(asked);
      ++server->questions;
      if (auto bytes = answering(*asked)) server->transport->send(from, std::make_shared<const Bytes>(*std::move(bytes)));
    };
  }
  void start(const std::vector<int>& of) {
    std::vector<Identity> nodes;
    for (const int number : of) nodes.push_back(hospital(number));
    LightNode::Events events;
    events.on_answer = [this](const auto& answer) { answers.push_back(answer); };
    events.on_found = [this](std::uint64_t find, const auto& where) { found.emplace(find, where); };
    auto opened = LightNode::open(world.loop, {net, hospitals.committee(), 3, miner.parameters, miner.genesis}, nodes, store, events);
    ASSERT_TRUE(opened) << opened.error().message;
    light = *std::move(opened);
    auto options = world.options(doctor(1), nodes, LightNode::limits());
    options.listen = "";
    options.is_client = true;
    auto started = start_tls_transport(world.loop, std::move(options), *light, world.rng);
    ASSERT_TRUE(started) << started.error().message;
    transport = *std::move(started);
    light->start(*transport);
  }
  void stop() {
    transport.reset();
    light.reset();
    found.clear();  // the next one counts its searches anew
  }
  [[nodiscard]] bool is_at_tip() const { return light->has_heard_all() && light->tip().header == node.chain.back(); }
  [[nodiscard]] std::string banned(std::size_t place) const { return light->nodes().at(place).banned; }

  med::MedMiner miner = med::MedMiner::easy();
  med::TestCommittee hospitals;
  med::TestNode node;
  test::TlsWorld world;
  std::map<int, std::unique_ptr<Server>> servers;
  GatedStore store;
  std::vector<med::LightClient::Answer> answers;
  std::map<std::uint64_t, std::optional<RecordSearch::Found>> found;
  std::unique_ptr<LightNode> light;
  std::unique_ptr<TlsTransport> transport;  // ends first
};

TEST_F(light_node, keeps_what_is_anchored_and_goes_on_from_there) {
  extend(30);
  anchor(20);
  serve(1, honest());
  serve(2, honest());
  start({1, 2});
  ASSERT_TRUE(world.run_until([&] { return is_at_tip() && light->final() == node.chain[20]; }));
  EXPECT_EQ(light->header_at(Height(7)), node.chain[7]);
  EXPECT_EQ(light->header_at(Height(20)), node.chain[20]);
  EXPECT_EQ(light->header_at(Height(25)), node.chain[25]);
  EXPECT_FALSE(light->header_at(Height(31)));
  for (const auto& view : light->nodes()) EXPECT_EQ(view.view->height, Height(30));
  stop();

  // Before any node answers.
  start({1, 2});
  EXPECT_EQ(light->final(), node.chain[20]);
  EXPECT_EQ(light->client().anchor(), node.anchors.back());
  EXPECT_EQ(light->header_at(Height(7)), node.chain[7]);
  EXPECT_FALSE(light->has_heard_all());
  extend(5);
  anchor(33);
  ASSERT_TRUE(world.run_until([&] { return is_at_tip() && light->final() == node.chain[33]; }));
}

TEST_F(light_node, nothing_is_shown_or_sent_that_rests_on_an_anchor_before_it_is_on_disk) {
  extend(30);
  serve(1, honest());
  start({1});
  ASSERT_TRUE(world.run_until([&] { return is_at_tip(); }));
  stop();
  anchor(20);
  start({1});
  store.is_shut = true;
  ASSERT_TRUE(world.run_until([&] { return store.is_waiting.load(); }));
  const std::size_t before = servers[1]->questions;
  for (int turn = 0; turn < 100; ++turn) world.loop.run_one_for(std::chrono::milliseconds(1));
  EXPECT_EQ(light->client().headers().root().header, node.chain[20]);
  EXPECT_EQ(light->final(), node.chain[0]);
  EXPECT_EQ(servers[1]->questions, before);
  EXPECT_FALSE(light->has_heard_all());
  store.is_shut = false;
  store.is_shut.notify_all();
  EXPECT_TRUE(world.run_until([&] { return is_at_tip() && light->final() == node.chain[20]; }));
  EXPECT_GT(servers[1]->questions, before);
}

TEST_F(light_node, whoever_lies_is_banned_and_the_honest_one_is_followed) {
  extend(10);
  med::TestNode forged = node;
  forged.chain.back().nonce ^= 1;
  while (mblock_hash(forged.chain.back()) <= forged.chain.back().target) ++forged.chain.back().nonce;
  serve(1, [&](const auto& asked) { return answer(asked.number, forged.reply(std::get<Question>(asked.request))); });
  serve(2, [](const auto&) { return Bytes{static_cast<Byte>(Channel::answer), 1, 2, 3}; });
  serve(3, [](const auto&) { return Bytes{static_cast<Byte>(Channel::consensus), 1}; });
  serve(4, [](const auto& asked) { return answer(asked.number, Refusal{{"busy"}, {}}); });
  serve(5, [](const auto&) { return Bytes(2 << 20); });  // longer than any reply
  serve(6, honest());
  start({1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(world.run_until([&] {
    const auto nodes = light->nodes();
    return light->tip().header == node.chain.back() &&
           std::ranges::count_if(nodes, [](const auto& one) { return one.view.has_value(); }) == 1;
  }));
  EXPECT_EQ(banned(0), explain(Reject::mblock_work));
  EXPECT_NE(banned(1), "");
  EXPECT_NE(banned(2).find("channel"), std::string::npos);
  EXPECT_EQ(banned(3), explain(Reject::reply_kind));
  EXPECT_EQ(banned(5), "");
  // The transport saw to the fifth: it does not come back.
  EXPECT_FALSE(light->nodes().at(4).view);
}

TEST_F(light_node, comes_back_to_a_node_that_was_away) {
  extend(3);
  serve(1, honest());
  start({1});
  ASSERT_TRUE(world.run_until([&] { return is_at_tip(); }));
  servers[1].reset();
  ASSERT_TRUE(world.run_until([&] { return !light->nodes().front().view; }));
  extend(2);
  serve(1, honest());
  EXPECT_TRUE(world.run_until([&] { return is_at_tip(); }));
}

TEST_F(light_node, proves_what_nodes_answer_and_says_when_nobody_can) {
  // The state after every block, and one record that a body has.
  const Bytes key{4, 4, 4};
  node.state = PatriciaTrie().updated(std::vector<TrieChange>{{key, Bytes{9}}});
  miner.genesis.state = node.state.root();
  node.chain = {miner.genesis};
  serve(1, honest());
  serve(2, [](const auto& asked) -> std::optional<Bytes> {
    if (std::holds_alternative<med::AskState>(std::get<Question>(asked.request))) return answer(asked.number, Reply(TrieProof{}));
    return answer(asked.number, Reply(med::NotHeld{}));
  });
  start({2, 1});
  ASSERT_TRUE(world.run_until([&] { return light->has_heard_all(); }));
  const std::uint64_t number = light->look_up(key);
  ASSERT_TRUE(world.run_until([&] { return !answers.empty(); }));
  EXPECT_EQ(answers.front().look_up, number);
  EXPECT_EQ(std::get<std::optional<Bytes>>(answers.front().proven), Bytes{9});
  EXPECT_NE(banned(0), "") << "its proof was none";
}

// A record in block 4 of 6, of which block 2 or 5 is anchored.
class record_search : public light_node {
 protected:
  record_search() {
    body.bundles.items.push_back({hospital(1), Time(5), {}, {{RecordGroup{doctor(1), {}, {{RecordLine{{7}, Time(5)}}}}}}});
    htxm = record_hashes(body.bundles.items[0])[0];
    extend(3);
    MblockHeader with_record = miner.draft(node.chain.back());
    with_record.transactions = transaction_tree(body).root();
    node.chain.push_back(med::MedMiner::work_on(with_record));
    extend(2);
  }
  [[nodiscard]] med::Response place(std::size_t height) const {
    return med::Place{node.chain.at(height), 99, true, prove_record(body, 0, 0)};
  }
  // As the node answers otherwise, and this when it is asked for a place.
  [[nodiscard]] Answering placing(const med::Response& response) const {
    return [this, response](const med::ClientRequest& asked) -> std::optional<Bytes> {
      if (const auto* question = std::get_if<Question>(&asked.request)) return answer(asked.number, node.reply(*question));
      const auto* ask = std::get_if<med::AskPlace>(&asked.request);
      return ask != nullptr && ask->htxm == htxm ? answer(asked.number, response) : answer(asked.number, Refusal{{"record-not-here"}, {}});
    };
  }
  [[nodiscard]] std::optional<RecordSearch::Found> search(const TransactionHash& record) {
    if (!world.run_until([&] { return is_at_tip(); })) throw std::runtime_error("the light client does not get to the tip");
    const std::uint64_t number = light->find(record);
    if (!world.run_until([&] { return found.contains(number); })) throw std::runtime_error("a search does not end");
    return found.at(number);
  }

  MedBody body;
  TransactionHash htxm{};
};

TEST_F(record_search, finds_the_block_and_says_whether_it_is_anchored) {
  anchor(2);
  serve(1, placing(place(4)));
  serve(2, placing(Refusal{{"record-not-here"}, {}}));
  start({1, 2});
  const auto above = search(htxm);
  ASSERT_TRUE(above);
  EXPECT_EQ(above->header, node.chain[4]);
  EXPECT_EQ(above->above, 2U);
  EXPECT_FALSE(above->is_final) << "whatever the node says";
  EXPECT_EQ(above->terms.record, Bytes32{7});
  EXPECT_FALSE(search(TransactionHash{1}));
  stop();

  anchor(5);
  start({1, 2});
  const auto anchored = search(htxm);
  ASSERT_TRUE(anchored);
  EXPECT_TRUE(anchored->is_final);
}

TEST_F(record_search, a_lie_is_a_ban_and_another_block_than_the_clients_own_is_left) {
  med::Place forged = std::get<med::Place>(place(4));
  forged.proof.terms.record = {8};
  MblockHeader other = node.chain[4];
  ++other.nonce;
  serve(1, placing(forged));
  serve(2, placing(place(5)));  // where it is not
  serve(3, placing(Reply(med::NotHeld{})));
  serve(4, placing(med::Place{other, 0, true, prove_record(body, 0, 0)}));
  serve(5, placing(Refusal{{"record-not-here"}, {}}));
  start({1, 2, 3, 4, 5});
  EXPECT_FALSE(search(htxm));
  EXPECT_EQ(banned(0), explain(Reject::record_proof_other));
  EXPECT_EQ(banned(1), explain(Reject::merkle_root));
  EXPECT_EQ(banned(2), explain(Reject::reply_kind));
  EXPECT_EQ(banned(3), "");
  EXPECT_EQ(banned(4), "");
}

TEST_F(record_search, ends_when_the_nodes_that_were_asked_are_gone) {
  serve(1, [this](const med::ClientRequest& asked) -> std::optional<Bytes> {
    const auto* question = std::get_if<Question>(&asked.request);
    return question == nullptr ? std::nullopt : std::optional(answer(asked.number, node.reply(*question)));
  });
  start({1});
  ASSERT_TRUE(world.run_until([&] { return is_at_tip(); }));
  const std::size_t before = servers[1]->questions;
  const std::uint64_t number = light->find(htxm);
  ASSERT_TRUE(world.run_until([&] { return servers[1]->questions > before; }));
  EXPECT_FALSE(found.contains(number));
  servers[1].reset();
  EXPECT_TRUE(world.run_until([&] { return found.contains(number); }));
  EXPECT_FALSE(found.at(number));
  const std::uint64_t alone = light->find(htxm);
  EXPECT_TRUE(world.run_until([&] { return found.contains(alone); }));
}

}  // namespace
}  // namespace caduceus
