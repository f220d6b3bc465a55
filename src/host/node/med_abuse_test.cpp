// A node of MED over TLS, and who is enrolled but sends what nobody should: memory has a bound, the sender is banned, others are served.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "host/node/med_server.h"
#include "host/store/memory_store.h"
#include "test/med_light.h"
#include "test/med_world.h"
#include "test/memory_in_use.h"
#include "test/net_world.h"
#include "test/tls_probe.h"

namespace caduceus {
namespace {

using test::doctor;
using test::enrol;
using test::hospital;
using test::memory_in_use;
using test::TlsProbe;

constexpr std::size_t mebibyte = 1 << 20;

class med_abuse : public testing::Test {
 protected:
  med_abuse() : clog_(std::clog.rdbuf(log_.rdbuf())) {
    terms_.net = med_.keys().net;
    terms_.parameters = {200, 5'000, MedWorld::epoch_length, {0, 0, 0x80}};
    terms_.genesis = med_genesis(terms_.net, terms_.parameters, NodeClock::wall());
    terms_.keys = med_.keys().parameters;
    terms_.hospitals = std::shared_ptr<const Committee>(std::shared_ptr<void>(), &committee_.committee());
  }
  ~med_abuse() override { std::clog.rdbuf(clog_); }
  med_abuse(const med_abuse&) = delete;
  med_abuse& operator=(const med_abuse&) = delete;

  void SetUp() override {
    auto opened = MedServer::open(world_.loop, terms_, {hospital(1), hospital(2)}, store_, {});
    ASSERT_TRUE(opened) << opened.error().message;
    server_ = *std::move(opened);
    auto started = start_tls_transport(world_.loop, world_.options(hospital(3), {hospital(1), hospital(2)}, MedServer::limits()),
                                       server_->events(), world_.rng);
    ASSERT_TRUE(started) << started.error().message;
    transport_ = *std::move(started);
    server_->start(*transport_);
  }

  std::unique_ptr<TlsProbe> connect(const Identity& identity, Purpose purpose) {
    const TlsCredentials credentials = enrol(world_.authority, identity);
    return std::make_unique<TlsProbe>(transport_->port(), &credentials, purpose);
  }
  bool until_over(TlsProbe& one) {
    return world_.run_until([&] {
      one.pump();
      return one.is_over();
    });
  }
  // Connected, and asked something that it is answered.
  bool is_served(TlsProbe& one) {
    const bool is_ready = world_.run_until([&] {
      one.pump();
      return one.is_ready() || one.is_over();
    });
    if (!is_ready || one.is_over()) return false;
    one.send_frame(status(1));
    return world_.run_until([&] {
      one.pump();
      return !one.frames.empty() || one.is_over();
    }) && !one.is_over();
  }
  bool is_banned(const Identity& identity, Purpose purpose) {
    log_.str({});
    return until_over(*connect(identity, purpose)) && world_.run_until([&] { return heard_of("is banned"); });
  }
  [[nodiscard]] bool heard_of(const std::string& what) const { return log_.str().find(what) != std::string::npos; }
  static Bytes status(std::uint64_t number) { return *frame_of(Channel::request, med::ClientRequest{number, med::AskStatus{}}); }

  MedWorld med_{3};
  med::TestCommittee committee_;
  MedTerms terms_;
  test::TlsWorld world_;
  store::MemoryStore store_{MedStore::columns.size()};
  std::ostringstream log_;
  std::streambuf* clog_;
  std::unique_ptr<MedServer> server_;
  std::unique_ptr<TlsTransport> transport_;  // ends first
};

TEST_F(med_abuse, a_message_of_a_gigabyte_takes_no_memory_and_bans_its_sender) {
  const auto honest = connect(doctor(1), Purpose::client);
  ASSERT_TRUE(is_served(*honest));
  const std::size_t before = memory_in_use();
  const std::vector<std::pair<Identity, Purpose>> senders{{hospital(1), Purpose::peer}, {doctor(2), Purpose::client}};
  for (const auto& [who, purpose] : senders) {
    const auto sender = connect(who, purpose);
    ASSERT_TRUE(is_served(*sender));
    sender->send(Bytes{0x40, 0, 0, 0, static_cast<Byte>(Channel::consensus)});
    const Bytes more(mebibyte, 1);
    ASSERT_TRUE(world_.run_until([&] {
      if (sender->unsent() == 0 && !sender->is_over()) sender->send(more);
      sender->pump();
      return sender->is_over();
    }));
    EXPECT_TRUE(is_banned(who, purpose));
  }
  EXPECT_LT(memory_in_use(), before + 16 * mebibyte);
  EXPECT_TRUE(is_served(*honest));
}

TEST_F(med_abuse, frames_that_are_none_of_ours_ban_their_sender) {
  struct Case {
    Identity who;
    Purpose purpose;
    Bytes frame;
    std::string why;
  };
  Bytes long_list{static_cast<Byte>(Channel::consensus), 1};  // HeaderList: a tip, and four billion headers
  long_list.resize(long_list.size() + 32);
  long_list.insert(long_list.end(), 4, 0xff);
  const std::vector<Case> cases{
      {hospital(1), Purpose::peer, {static_cast<Byte>(Channel::consensus), 200, 1, 2}, "hospital:h1#1: "},
      {hospital(2), Purpose::peer, long_list, "hospital:h2#1: a length or count above"},
      {doctor(1), Purpose::client, {static_cast<Byte>(Channel::request), 1, 2, 3}, "fewer bytes"},
      {doctor(2), Purpose::client, {static_cast<Byte>(Channel::consensus), 1}, "a channel that is not theirs"},
      {doctor(3), Purpose::client, {static_cast<Byte>(Channel::answer), 1}, "a channel that is not theirs"},
      {doctor(4), Purpose::client, {77}, "a channel that is not theirs"},
  };
  for (const auto& [who, purpose, frame, why] : cases) {
    log_.str({});
    const auto sender = connect(who, purpose);
    ASSERT_TRUE(is_served(*sender)) << why;
    sender->send_frame(frame);
    ASSERT_TRUE(until_over(*sender)) << why;
    EXPECT_TRUE(heard_of(why)) << log_.str();
    EXPECT_TRUE(is_banned(who, purpose)) << why;
  }
  EXPECT_TRUE(is_served(*connect(doctor(5), Purpose::client)));
}

TEST_F(med_abuse, who_asks_without_end_and_never_listens_takes_a_bounded_part) {
  const auto honest = connect(doctor(1), Purpose::client), deaf = connect(doctor(2), Purpose::client);
  ASSERT_TRUE(is_served(*honest) && is_served(*deaf));
  const std::size_t before = memory_in_use();
  Bytes many;
  for (std::uint64_t number = 0; number < 1000; ++number) {
    const Bytes one = status(number);
    const auto length = big_endian(static_cast<std::uint32_t>(one.size()));
    many.insert(many.end(), length.begin(), length.end());
    many.insert(many.end(), one.begin(), one.end());
  }
  // 200 MB of answers, none of which is read, unless the node lets go before.
  std::size_t most = before;
  for (int rounds = 0; rounds < 800 && !heard_of("lost "); ++rounds) {
    deaf->send(many);
    ASSERT_TRUE(world_.run_until([&] {
      deaf->send({});  // what did not leave yet
      return deaf->unsent() == 0 || heard_of("lost ");
    }));
    most = std::max(most, memory_in_use());
  }
  // Twice the queue of a client, and what the allocator makes of many small frames.
  EXPECT_LT(most, before + 64 * mebibyte);
  EXPECT_TRUE(is_served(*honest));
}

}  // namespace
}  // namespace caduceus
