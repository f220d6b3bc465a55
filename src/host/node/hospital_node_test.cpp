// Four hospitals with both chains and a miner in one process, on loopback networks and stores in memory: everything but TLS and the disk.
#include "host/node/hospital_node.h"

#include <gtest/gtest.h>

#include "host/net/loopback.h"
#include "host/store/memory_store.h"
#include "test/med_world.h"
#include "test/node/consortium.h"

namespace caduceus {
namespace {

constexpr std::chrono::seconds patience{60};  // whatever takes that long will not come

class hospital_node : public testing::Test {
 protected:
  static constexpr std::size_t n = 4;

  hospital_node() {
    consortium_.genesis.med = {500, 60'000, 10'000, {0, 0, 0x80}};  // 2^17 hashes
    consortium_.genesis.time = NodeClock::wall();
    consortium_.world.move_to(consortium_.genesis.network());
    for (std::size_t i = 0; i < n; ++i) {
      sup_stores_.push_back(std::make_unique<store::MemoryStore>(SupStore::columns.size()));
      med_stores_.push_back(std::make_unique<store::MemoryStore>(MedStore::columns.size()));
    }
    for (std::size_t i = 0; i < n; ++i) start(i);
    start_miner();
  }
  ~hospital_node() override {
    miner_.reset();
    for (auto& hospital : hospitals_) hospital.reset();
  }

  [[nodiscard]] Identity identity(std::size_t i) const { return consortium_.genesis.hospitals.items[i].identity; }
  static Identity miner() { return {Role::miner, {"m"}, 1}; }
  [[nodiscard]] std::vector<Identity> med_peers(const Identity& self) const {
    std::vector<Identity> peers;
    for (std::size_t i = 0; i < n; ++i) peers.push_back(identity(i));
    peers.push_back(miner());
    std::erase(peers, self);
    return peers;
  }
  static bool admit(const Caller& /*caller*/) { return true; }

  void start(std::size_t i) {
    auto opened = HospitalNode::open(loop_, consortium_.genesis, static_cast<sup::Place>(i), consortium_.key(i),
                                     {*sup_stores_[i], *med_stores_[i]}, med_peers(identity(i)), {});
    ASSERT_TRUE(opened) << opened.error().message;
    auto one = std::make_unique<Hospital>();
    one->node = *std::move(opened);
    one->sup = sup_network_.join(identity(i), one->node->sup().peers(), admit, {}, one->node->sup().events());
    one->med = med_network_.join(identity(i), med_peers(identity(i)), admit, MedServer::limits(), one->node->med().events());
    one->node->start(*one->sup, *one->med);
    hospitals_[i] = std::move(one);
  }
  void start_miner() {
    MedServer::Options options;
    options.mining = MedServer::Mining{miner(), 1, 20};
    auto opened = MedServer::open(loop_, MedTerms::of(consortium_.genesis), med_peers(miner()), miner_store_, options);
    ASSERT_TRUE(opened) << opened.error().message;
    miner_ = std::make_unique<Miner>();
    miner_->server = *std::move(opened);
    miner_->transport = med_network_.join(miner(), med_peers(miner()), admit, MedServer::limits(), miner_->server->events());
    miner_->server->start(*miner_->transport);
  }
  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      while (sup_network_.step() || med_network_.step()) {
      }
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  // At one of the first hospital's ports; nothing when it hangs up.
  template <class Response, class Request>
  std::optional<Response> ask(LoopbackNetwork& network, const Request& request) {
    const auto client = network.connect(identity(0), Subject(consortium_.world.doctor(0).identity()));
    client->send(Bytes(*frame_of(Channel::request, request)));
    std::optional<Bytes> received;
    EXPECT_TRUE(run_until([&] { return (received = client->receive()) || !client->is_connected(); }));
    auto response = received ? decode<Response>(ByteView(*received).subspan(1)) : reject(Reject::too_short);
    return response ? std::optional(*std::move(response)) : std::nullopt;
  }
  [[nodiscard]] const med::Chain& chain(std::size_t i) const { return hospitals_[i]->node->med().node().node().chain(); }
  [[nodiscard]] const med::Chain& mined() const { return miner_->server->node().node().chain(); }
  [[nodiscard]] std::uint64_t anchored(std::size_t i) const { return chain(i).anchor().height().value(); }
  [[nodiscard]] std::uint64_t sup_height(std::size_t i) const {
    return hospitals_[i]->node->sup().node().replica().committed().height().value();
  }
  // All that are up, and the miner, have anchored at least so many blocks.
  [[nodiscard]] bool all_have_anchored(std::uint64_t least) const {
    std::uint64_t lowest = ~std::uint64_t{0};
    for (std::size_t i = 0; i < n; ++i) {
      if (hospitals_[i]) lowest = std::min(lowest, anchored(i));
    }
    return lowest >= least && mined().anchor().height() >= Height(least);
  }

  struct Hospital {
    std::unique_ptr<HospitalNode> node;
    std::unique_ptr<Transport> sup, med;  // end first
  };
  struct Miner {
    std::unique_ptr<MedServer> server;
    std::unique_ptr<Transport> transport;
  };
  Consortium consortium_{5, n};
  boost::asio::io_context loop_;
  LoopbackNetwork sup_network_, med_network_;
  std::vector<std::unique_ptr<store::MemoryStore>> sup_stores_, med_stores_;
  store::MemoryStore miner_store_{MedStore::columns.size()};
  std::array<std::unique_ptr<Hospital>, n> hospitals_;
  std::unique_ptr<Miner> miner_;
};

TEST_F(hospital_node, what_is_mined_is_anchored_everywhere) {
  ASSERT_TRUE(run_until([&] { return all_have_anchored(5); }));
  // Final is what SUP says, with its certificate, which light clients are shown.
  const BlsCommittee committee = consortium_.genesis.committee();
  for (std::size_t i = 0; i < n; ++i) {
    const auto reply = hospitals_[i]->node->med().node().node().answer(med::AskAnchor{Height(1'000'000)});
    const auto* proof = std::get_if<CommitProof>(&reply);
    ASSERT_NE(proof, nullptr);
    EXPECT_TRUE(verify(consortium_.genesis.network(), committee, 3, *proof));
    EXPECT_GE(proof->block.roots.anchor_height, Height(5));
  }
  // Miners name the newest Sblock that they know; the first blocks may be older than any.
  EXPECT_TRUE(run_until([&] { return mined().best().header.sblock_height > Height(0); }));
}

TEST_F(hospital_node, one_that_was_away_comes_back_to_the_anchored_chain) {
  ASSERT_TRUE(run_until([&] { return all_have_anchored(2); }));
  hospitals_[3].reset();
  const std::uint64_t before = anchored(0);
  ASSERT_TRUE(run_until([&] { return anchored(0) >= before + 3; })) << "three hospitals are a quorum";
  start(3);
  ASSERT_TRUE(run_until([&] { return anchored(3) >= before + 3; }));
  miner_.reset();
  start_miner();
  ASSERT_TRUE(run_until([&] { return all_have_anchored(before + 5); }));
}

TEST_F(hospital_node, med_goes_on_while_sup_is_silent) {
  ASSERT_TRUE(run_until([&] { return all_have_anchored(2); }));
  hospitals_[2].reset();
  hospitals_[3].reset();
  const std::uint64_t height = chain(0).best().height().value();
  ASSERT_TRUE(run_until([&] { return chain(0).best().height().value() >= height + 10; }));
  const std::uint64_t silent = sup_height(0);
  EXPECT_LT(anchored(0), chain(0).best().height().value() - 5);
  start(2);
  ASSERT_TRUE(run_until([&] { return anchored(0) >= height + 10 && anchored(2) >= height + 10; }));
  EXPECT_GT(sup_height(0), silent);
}

// PROTOCOL.md §8, Pools: a hospital is on both chains, and sorts what arrives by type.
TEST_F(hospital_node, what_comes_to_the_other_chains_port_is_sorted) {
  const Registration account = consortium_.world.registration(consortium_.world.hospital(2));
  const auto committed = ask<ClientAnswer>(med_network_, ClientRequest{7, sup::Submit{account}});
  ASSERT_TRUE(committed);
  EXPECT_EQ(committed->number, 7);
  const auto* why_not = std::get_if<Refusal>(&committed->reply);
  EXPECT_TRUE(std::holds_alternative<sup::Committed>(committed->reply)) << (why_not != nullptr ? why_not->reason.value : "another reply");
  EXPECT_TRUE(hospitals_[0]->node->sup().state().account(account.terms.identity));

  // Signed by people of another consortium: MED says so at either port.
  const med::ClientRequest bundle{8, med::Submit{MedWorld(3).round(0, NodeClock::wall(), 1)}};
  const auto there = ask<med::ClientResponse>(med_network_, bundle), here = ask<med::ClientResponse>(sup_network_, bundle);
  ASSERT_TRUE(there && here);
  EXPECT_EQ(here->number, 8);
  const auto* refusal = std::get_if<Refusal>(&here->response);
  ASSERT_NE(refusal, nullptr);
  EXPECT_NE(refusal->reason.value, "");
  EXPECT_EQ(encode(here->response), encode(there->response));

  // Only what is submitted is passed on; and what is neither chain's is a stranger's.
  EXPECT_FALSE(ask<med::ClientResponse>(sup_network_, med::ClientRequest{9, med::AskPlace{{1}}}));
  EXPECT_FALSE(ask<ClientAnswer>(med_network_, Bytes32{1}));
}

}  // namespace
}  // namespace caduceus
