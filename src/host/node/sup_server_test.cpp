// Four hospitals' servers in one process, on the loopback network and stores in memory: everything of a node but TLS and the disk.
#include "host/node/sup_server.h"

#include <gtest/gtest.h>

#include "host/net/loopback.h"
#include "host/store/memory_store.h"
#include "test/node/consortium.h"

namespace caduceus {
namespace {

class sup_server : public testing::Test {
 protected:
  static constexpr std::size_t n = 4;
  // Whatever takes that long will not come.
  static constexpr std::chrono::seconds patience{60};

  sup_server() {
    for (std::size_t i = 0; i < n; ++i) stores_.push_back(std::make_unique<store::MemoryStore>(SupStore::columns.size()));
    for (sup::Place place = 0; place < n; ++place) start(place);
  }
  ~sup_server() override {
    client_.reset();
    for (auto& hospital : hospitals_) hospital.reset();
  }

  void start(sup::Place place, std::uint64_t kept_blocks = ~std::uint64_t{0}) {
    auto server = SupServer::open(loop_, consortium_.genesis, place, consortium_.key(place), *stores_[place], {1, kept_blocks});
    ASSERT_TRUE(server) << server.error().message;
    auto hospital = std::make_unique<Hospital>();
    hospital->server = *std::move(server);
    hospital->transport =
        network_.join(identity(place), hospital->server->peers(), [](const Caller&) { return true; }, {}, hospital->server->events());
    hospital->server->start(*hospital->transport);
    hospitals_[place] = std::move(hospital);
  }
  void stop(sup::Place place) { hospitals_[place].reset(); }
  [[nodiscard]] const Identity& identity(sup::Place place) const { return consortium_.genesis.hospitals.items[place].identity; }
  [[nodiscard]] std::uint64_t height(sup::Place place) const {
    return hospitals_[place]->server->node().replica().committed().height().value();
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

  // Asks this hospital, and waits for the reply.
  sup::Reply ask(sup::Place place, sup::Question question) {
    client_ = network_.connect(identity(place), Subject(consortium_.world.doctor(0).identity()));
    const ClientRequest request{7, std::move(question)};
    Bytes frame = *frame_of(Channel::request, request);
    client_->send(std::move(frame));
    std::optional<Bytes> received;
    EXPECT_TRUE(run_until([&] { return (received = client_->receive()) || !client_->is_connected(); }));
    if (!received) return Refusal{{"disconnected"}, {}};
    EXPECT_EQ(received->front(), static_cast<Byte>(Channel::answer));
    auto answer = decode<ClientAnswer>(ByteView(*received).subspan(1));
    EXPECT_TRUE(answer && answer->number == 7);
    return answer ? std::move(answer->reply) : Refusal{{"undecodable"}, {}};
  }
  static std::string reason(const sup::Reply& reply) {
    const auto* refusal = std::get_if<Refusal>(&reply);
    return refusal == nullptr ? "" : refusal->reason.value;
  }
  // The value under the key, as every hospital proves it.
  std::optional<Bytes> proven(sup::Place place, const sup::AskProof& question) {
    for (;;) {
      const sup::Reply reply = ask(place, question);
      if (reason(reply) == "no-commit-yet") {
        const std::uint64_t before = height(place);
        EXPECT_TRUE(run_until([&] { return height(place) > before; }));
        continue;
      }
      const auto* entry = std::get_if<sup::ProvenEntry>(&reply);
      EXPECT_NE(entry, nullptr) << reason(reply);
      if (entry == nullptr) return std::nullopt;
      const auto value = sup::verify(consortium_.genesis.network(), committee_, 3, question, *entry);
      EXPECT_TRUE(value) << name(value.error());
      return value.value_or(std::nullopt);
    }
  }

  struct Hospital {
    std::unique_ptr<SupServer> server;
    std::unique_ptr<Transport> transport;  // ends first
  };

  Consortium consortium_{5, n};
  BlsCommittee committee_ = consortium_.genesis.committee();
  boost::asio::io_context loop_;
  LoopbackNetwork network_;
  std::vector<std::unique_ptr<store::MemoryStore>> stores_;
  std::array<std::unique_ptr<Hospital>, n> hospitals_;
  std::unique_ptr<LoopbackClient> client_;
};

TEST_F(sup_server, commits_what_a_client_submits_and_proves_it_from_everywhere) {
  const Registration account = consortium_.world.registration(consortium_.world.hospital(2));
  const sup::Reply reply = ask(0, sup::Submit{account});
  const auto* committed = std::get_if<sup::Committed>(&reply);
  ASSERT_NE(committed, nullptr) << reason(reply);
  EXPECT_GE(committed->height.value(), 1);
  // A client's retry, at another hospital, is told the same.
  const sup::Reply again = ask(3, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(again)) << reason(again);
  EXPECT_EQ(std::get<sup::Committed>(again), *committed);

  for (sup::Place place = 0; place < n; ++place) {
    ASSERT_TRUE(run_until([&] { return height(place) >= committed->height.value(); }));
    const auto value = proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(account.terms.identity)}});
    ASSERT_TRUE(value);
    EXPECT_EQ(as_record<sup::Account>(*value).public_point, account.terms.public_point);
    EXPECT_FALSE(proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(identity(1))}}));
  }
  const sup::Reply block = ask(1, sup::AskBlock{committed->height});
  ASSERT_TRUE(std::holds_alternative<SupBlock>(block));
  EXPECT_EQ(decode_body(std::get<SupBlock>(block).body.value)->transactions.items.size(), 1);
}

TEST_F(sup_server, refuses_by_name) {
  Registration account = consortium_.world.registration(consortium_.world.hospital(1));
  account.signature = consortium_.world.registration(consortium_.world.hospital(2)).signature;
  EXPECT_NE(reason(ask(0, sup::Submit{account})), "");
  const Time now = NodeClock::wall();
  EXPECT_EQ(reason(ask(0, sup::Submit{consortium_.world.emergency(consortium_.world.doctor(0), now)})), name(Reject::account_unknown));
  EXPECT_EQ(reason(ask(0, sup::AskBlock{Height(1'000'000)})), "block-not-here");
}

TEST_F(sup_server, bans_who_sends_garbage) {
  client_ = network_.connect(identity(0), Subject(consortium_.world.doctor(0).identity()));
  client_->send({static_cast<Byte>(Channel::request), 1, 2, 3});
  EXPECT_TRUE(run_until([&] { return !client_->is_connected(); }));
  // A client is no replica.
  client_ = network_.connect(identity(1), Subject(identity(0)));
  client_->send({static_cast<Byte>(Channel::consensus), 1});
  EXPECT_TRUE(run_until([&] { return !client_->is_connected(); }));
}

TEST_F(sup_server, goes_on_where_it_was_after_a_restart) {
  const Registration account = consortium_.world.registration(consortium_.world.hospital(0));
  const sup::Reply reply = ask(0, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(reply)) << reason(reply);
  std::array<std::uint64_t, n> heights{};
  for (sup::Place place = 0; place < n; ++place) heights[place] = height(place);
  for (sup::Place place = 0; place < n; ++place) stop(place);
  for (sup::Place place = 0; place < n; ++place) start(place);
  // It may have lost what it had not on disk yet: nobody was told of that.
  for (sup::Place place = 0; place < n; ++place) EXPECT_LE(height(place), heights[place]);
  const sup::Reply again = ask(2, sup::Submit{account});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(again)) << reason(again);
  EXPECT_EQ(std::get<sup::Committed>(again), std::get<sup::Committed>(reply));
  for (sup::Place place = 0; place < n; ++place) {
    ASSERT_TRUE(run_until([&] { return height(place) > heights[place]; }));
    EXPECT_TRUE(proven(place, {sup::SnapshotTrie::state, {sup::StateKey::account(identity(0))}}));
  }
}

TEST_F(sup_server, goes_on_with_one_hospital_down) {
  stop(3);
  for (std::size_t i = 0; i < 3; ++i) {
    const sup::Reply reply = ask(static_cast<sup::Place>(i), sup::Submit{consortium_.world.registration(consortium_.world.hospital(i))});
    EXPECT_TRUE(std::holds_alternative<sup::Committed>(reply)) << reason(reply);
  }
}

TEST_F(sup_server, does_not_open_the_store_of_another_network) {
  const sup::Reply reply = ask(0, sup::Submit{consortium_.world.registration(consortium_.world.hospital(0))});
  ASSERT_TRUE(std::holds_alternative<sup::Committed>(reply));
  stop(0);
  sup::Genesis other = consortium_.genesis;
  other.name = {"other"};
  const auto opened = SupServer::open(loop_, other, 0, consortium_.key(0), *stores_[0], {});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("another network"), std::string::npos);
}

}  // namespace
}  // namespace caduceus
