// Four hospitals' servers in one process, on the loopback network and stores in memory: everything of a node but TLS and the disk.
#pragma once

#include <gtest/gtest.h>

#include "host/net/loopback.h"
#include "host/node/sup_server.h"
#include "host/store/memory_store.h"
#include "test/node/consortium.h"

namespace caduceus {

class SupHospitals : public testing::Test {
 protected:
  static constexpr std::size_t n = 4;
  // Whatever takes that long will not come.
  static constexpr std::chrono::seconds patience{60};

  SupHospitals() {
    for (std::size_t i = 0; i < n; ++i) stores_.push_back(std::make_unique<store::MemoryStore>(SupStore::columns.size()));
    for (sup::Place place = 0; place < n; ++place) start(place);
  }
  ~SupHospitals() override {
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

}  // namespace caduceus
