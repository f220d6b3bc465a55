// MED's servers in one process, on the loopback network and stores in memory: everything of a node but TLS and the disk.
#include "host/node/med_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "host/net/loopback.h"
#include "host/store/memory_store.h"
#include "test/med_light.h"
#include "test/med_world.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{60};  // whatever takes that long will not come

Time now() { return NodeClock::wall(); }

class med_server : public testing::Test {
 protected:
  static constexpr std::size_t n = 3;
  static constexpr std::array<bool, n> mines{true, true, false};

  med_server() {
    terms_.net = world_.keys().net;
    terms_.parameters = {200, 5'000, MedWorld::epoch_length, {0, 0, 0x80}};  // 2^17 hashes
    terms_.genesis = med_genesis(terms_.net, terms_.parameters, now());
    terms_.keys = world_.keys().parameters;
    terms_.hospitals = std::shared_ptr<const Committee>(std::shared_ptr<void>(), &committee_.committee());
    for (std::size_t i = 0; i < n; ++i) stores_.push_back(std::make_unique<store::MemoryStore>(MedStore::columns.size()));
    for (std::size_t i = 0; i < n; ++i) start(i);
  }
  ~med_server() override {
    client_.reset();
    for (auto& node : nodes_) node.reset();
  }

  static Identity identity(std::size_t i) { return {Role::miner, {"m" + std::to_string(i)}, 1}; }
  void start(std::size_t i) {
    std::vector<Identity> peers;
    for (std::size_t other = 0; other < n; ++other) {
      if (other != i) peers.push_back(identity(other));
    }
    MedServer::Options options;
    if (mines[i]) options.mining = MedServer::Mining{identity(i), 1, 20};
    auto server = MedServer::open(loop_, terms_, peers, *stores_[i], options);
    ASSERT_TRUE(server) << server.error().message;
    auto node = std::make_unique<Node>();
    node->server = *std::move(server);
    node->transport = network_.join(identity(i), peers, [](const Caller&) { return true; }, MedServer::limits(), node->server->events());
    node->server->start(*node->transport);
    nodes_[i] = std::move(node);
  }
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      while (network_.step()) {
      }
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  [[nodiscard]] const med::Chain& chain(std::size_t i) const { return nodes_[i]->server->node().node().chain(); }
  [[nodiscard]] std::uint64_t height(std::size_t i) const { return chain(i).best().height().value(); }
  // What a restart finds.
  [[nodiscard]] bool has_on_disk(std::size_t i, store::Column column, ByteView key) const {
    return stores_[i]->get(column, key)->has_value();
  }
  [[nodiscard]] bool agree() const { return chain(0).best().hash == chain(1).best().hash && chain(1).best().hash == chain(2).best().hash; }

  med::Response ask(std::size_t i, med::Request request) {
    client_ = network_.connect(identity(i), Subject(world_.doctor(0).identity()));
    client_->send(Bytes(*frame_of(Channel::request, med::ClientRequest{7, std::move(request)})));
    std::optional<Bytes> received;
    EXPECT_TRUE(run_until([&] { return (received = client_->receive()) || !client_->is_connected(); }));
    auto answer = received ? decode<med::ClientResponse>(ByteView(*received).subspan(1)) : reject(Reject::too_short);
    EXPECT_TRUE(answer && answer->number == 7);
    return answer ? std::move(answer->response) : Refusal{{"none"}, {}};
  }
  static std::string reason(const med::Response& response) {
    const auto* refusal = std::get_if<Refusal>(&response);
    return refusal == nullptr ? "" : refusal->reason.value;
  }

  struct Node {
    std::unique_ptr<MedServer> server;
    std::unique_ptr<Transport> transport;  // ends first
  };
  MedWorld world_{3};
  med::TestCommittee committee_;
  MedTerms terms_;
  boost::asio::io_context loop_;
  LoopbackNetwork network_;
  std::vector<std::unique_ptr<store::MemoryStore>> stores_;
  std::array<std::unique_ptr<Node>, n> nodes_;
  std::unique_ptr<LoopbackClient> client_;
};

TEST_F(med_server, mines_what_a_client_submits_and_proves_it_from_everywhere) {
  const med::SignedBundle bundle = world_.round(0, now(), 1);
  const med::Response taken = ask(2, med::Submit{bundle});
  ASSERT_TRUE(std::holds_alternative<med::Taken>(taken)) << reason(taken);
  EXPECT_EQ(reason(ask(2, med::Submit{bundle})), "pool_known");
  med::SignedBundle forged = world_.round(0, now(), 2);
  forged.aggregate = bundle.aggregate;
  EXPECT_NE(reason(ask(2, med::Submit{forged})), "");

  const TransactionHash htxm = record_hashes(bundle.bundle).front();
  for (std::size_t i = 0; i < n; ++i) {
    std::optional<med::Place> place;
    ASSERT_TRUE(run_until([&] {
      const med::Response response = ask(i, med::AskPlace{htxm});
      if (const auto* found = std::get_if<med::Place>(&response)) place = *found;
      return place.has_value();
    }));
    EXPECT_TRUE(verify(place->header.transactions, htxm, place->proof));
    EXPECT_FALSE(place->is_final);
    const med::Response block = ask(i, med::AskBlock{place->header.height});
    ASSERT_TRUE(std::holds_alternative<MedBlock>(block)) << reason(block);
    EXPECT_EQ(transaction_tree(std::get<MedBlock>(block).body).root(), std::get<MedBlock>(block).header.transactions);
  }
  EXPECT_EQ(reason(ask(0, med::AskPlace{{1}})), "record-not-here");
  // As a light client asks.
  const med::Response headers = ask(0, med::Question(med::AskHeaders{{{mblock_hash(terms_.genesis)}}}));
  ASSERT_TRUE(std::holds_alternative<med::Reply>(headers)) << reason(headers);
  const auto* list = std::get_if<med::HeaderList>(&std::get<med::Reply>(headers));
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->headers.items.front().previous, mblock_hash(terms_.genesis));
  EXPECT_EQ(reason(ask(0, med::AskBlock{Height(1'000'000)})), "block-not-here");
  const med::Response status = ask(1, med::AskStatus{});
  ASSERT_TRUE(std::holds_alternative<med::Status>(status));
  EXPECT_EQ(std::get<med::Status>(status).connected.items.size(), n - 1);
  EXPECT_EQ(std::get<med::Status>(status).net, terms_.net);
}

TEST_F(med_server, goes_on_after_a_restart_and_catches_up) {
  ASSERT_TRUE(run_until([&] { return height(2) >= 5 && has_on_disk(2, MedStore::Columns::bodies, chain(2).best().hash); }));
  nodes_[2].reset();
  const std::uint64_t before = height(0);
  ASSERT_TRUE(run_until([&] { return height(0) >= before + 5; }));
  start(2);
  EXPECT_GE(height(2), 5);
  EXPECT_TRUE(run_until([&] { return height(2) >= before + 5 && agree(); }));
}

TEST_F(med_server, an_anchor_binds) {
  ASSERT_TRUE(run_until([&] { return height(0) >= 4 && agree(); }));
  const med::HeldHeader* at = &chain(0).best();
  while (at->height() > Height(2)) at = at->parent;
  const MblockHash anchor = at->hash;
  const CommitProof proof = committee_.anchor(terms_.net, at->header, Height(5));
  nodes_[0]->server->node().follow(proof);  // the others are told
  ASSERT_TRUE(run_until([&] { return chain(0).anchor().hash == anchor && chain(2).anchor().hash == anchor; }));
  ASSERT_TRUE(run_until([&] { return has_on_disk(2, MedStore::Columns::final_chain, encode(Height(2))); }));
  nodes_[2].reset();
  start(2);
  EXPECT_EQ(chain(2).anchor().hash, anchor);
  EXPECT_EQ(nodes_[2]->server->node().node().sup(), proof) << "from its disk";
  const std::uint64_t before = height(0);
  EXPECT_TRUE(run_until([&] { return height(2) > before && agree(); }));
}

TEST(miner, takes_no_more_than_its_share) {
  const MedWorld world(3);
  med::Candidate hard{{}, med::Mempool().assemble({}, {}, {Height(1), Time(1), 1000})};  // a target of 0
  boost::asio::io_context loop;
  const auto used = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
  };
  Miner miner(loop, 1, 10, [](const med::Candidate&) { FAIL(); });
  miner.work_on(hard);
  const double before = used();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const double share = (used() - before) / 2;
  EXPECT_LT(share, 0.2);
  EXPECT_GT(share, 0.01);
}

}  // namespace
}  // namespace caduceus
