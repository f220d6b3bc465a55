// Peers that send garbage, slowly, or without end: memory has a bound, and they are banned.
#include <gtest/gtest.h>

#include "test/memory_in_use.h"
#include "test/net_world.h"
#include "test/tls_probe.h"

namespace caduceus {
namespace {

using test::doctor;
using test::enrol;
using test::hospital;
using test::memory_in_use;
using test::Recorder;
using test::TcpProbe;
using test::TlsProbe;

constexpr std::size_t mebibyte = 1 << 20;

class tls_abuse : public testing::Test {
 protected:
  void SetUp() override { start(); }
  void start() { node = world.join(hospital(2), {hospital(1)}, events); }

  std::unique_ptr<TlsProbe> probe(const Identity& identity, Purpose purpose = Purpose::client) {
    const TlsCredentials credentials = enrol(world.authority, identity);
    return std::make_unique<TlsProbe>(node->port(), &credentials, purpose);
  }
  std::unique_ptr<TlsProbe> served(const Identity& identity, Purpose purpose = Purpose::client) {
    auto made = probe(identity, purpose);
    const std::size_t ups = events.ups.size();
    EXPECT_TRUE(world.run_until([&] {
      made->pump();
      return made->is_ready() && events.ups.size() > ups;
    }));
    return made;
  }
  bool until_over(TlsProbe& one) {
    return world.run_until([&] {
      one.pump();
      return one.is_over();
    });
  }
  bool is_refused(const Identity& identity, Purpose purpose, std::string_view why) {
    events.troubles.clear();
    const auto again = probe(identity, purpose);
    return until_over(*again) && world.run_until([&] { return events.heard_of(why); });
  }

  test::TlsWorld world;
  Recorder events;
  std::unique_ptr<TlsTransport> node;
};

TEST_F(tls_abuse, lengths_that_no_frame_has_ban_an_identity_and_nobody_else) {
  int number = 0;
  for (const Bytes& header : {Bytes{0, 0, 0, 0}, Bytes{255, 255, 255, 255}, Bytes{0, 16, 0, 1}}) {
    const Identity identity = doctor(++number);
    const auto one = served(identity);
    one->send(header);
    ASSERT_TRUE(until_over(*one));
    ASSERT_TRUE(world.run_until([&] { return events.heard_of("which is banned now: a frame's length: "); }));
    EXPECT_TRUE(is_refused(identity, Purpose::client, "is banned"));
    served(doctor(++number));
  }
  EXPECT_TRUE(events.frames.empty());
}

TEST_F(tls_abuse, bytes_that_somebody_on_the_way_puts_in_end_a_connection_and_ban_nobody) {
  const auto one = served(hospital(1), Purpose::peer);
  one->inject(Bytes(100, 0x17));
  ASSERT_TRUE(until_over(*one));
  ASSERT_TRUE(world.run_until([&] { return !events.is_up(PeerId(1)); }));
  EXPECT_TRUE(events.frames.empty());
  served(hospital(1), Purpose::peer);
}

TEST_F(tls_abuse, a_configured_peer_is_banned_as_well) {
  const auto one = served(hospital(1), Purpose::peer);
  one->send(Bytes(8));
  ASSERT_TRUE(until_over(*one));
  EXPECT_TRUE(is_refused(hospital(1), Purpose::peer, "caduceus:hospital:h1:1 is banned"));
}

TEST_F(tls_abuse, a_ban_of_the_nodes_ends_all_connections_of_an_identity) {
  const auto one = served(doctor(1)), two = served(doctor(1)), other = served(doctor(2));
  node->ban(PeerId(2), std::chrono::hours(1));
  EXPECT_TRUE(until_over(*one));
  EXPECT_TRUE(until_over(*two));
  EXPECT_TRUE(is_refused(doctor(1), Purpose::client, "is banned"));
  other->pump();
  EXPECT_FALSE(other->is_over());
  EXPECT_EQ(events.downs.size(), 2);
}

TEST_F(tls_abuse, garbage_in_place_of_tls_ends_at_once_and_bans_the_address) {
  Bytes garbage(mebibyte);
  SeededRng(1).fill(garbage);
  const std::size_t before = memory_in_use();
  std::size_t taken = 0;
  int connections = 0;
  // A thousand mebibytes, over as many connections as it takes; nobody reads them.
  while (taken < 1024 * mebibyte && connections < 10) {
    const TcpProbe one(node->port());
    ++connections;
    ASSERT_TRUE(world.run_until([&] {
      taken += one.send(garbage);
      return one.is_over();
    }));
  }
  EXPECT_LT(taken, 256 * mebibyte);
  EXPECT_LT(memory_in_use(), before + 16 * mebibyte);
  EXPECT_EQ(events.troubles.size(), 3) << "the fourth is not looked at";
}

TEST_F(tls_abuse, who_sends_a_gigabyte_to_a_node_that_does_not_read_has_to_keep_it) {
  const auto one = served(doctor(1));
  node->pause(PeerId(2));
  const Bytes frame(mebibyte, 1);
  const std::size_t before = memory_in_use();
  std::size_t sent = 0;
  // As much as leaves, until nothing does although the node had turns.
  for (int stuck = 0; stuck < 50 && sent < 1024 * mebibyte;) {
    if (one->unsent() == 0) {
      one->send_frame(frame);
      sent += frame.size();
      stuck = 0;
    }
    world.loop.poll();
    one->pump();
    ++stuck;
  }
  EXPECT_LT(sent, 64 * mebibyte);
  EXPECT_LT(memory_in_use(), before + 32 * mebibyte);
  EXPECT_TRUE(events.frames.empty());
}

TEST_F(tls_abuse, a_gigabyte_of_frames_takes_the_memory_of_one) {
  const auto one = served(doctor(1));
  const Bytes frame(mebibyte, 1);
  std::size_t before = 0;
  for (std::size_t count = 1; count <= 1024; ++count) {
    ASSERT_TRUE(world.run_until([&] {
      one->pump();
      return one->unsent() == 0;
    }));
    one->send_frame(frame);
    events.frames.clear();
    if (count == 16) before = memory_in_use();
  }
  EXPECT_LT(memory_in_use(), before + 16 * mebibyte);
}

TEST_F(tls_abuse, a_frame_that_does_not_end_bans_its_sender) {
  world.times.frame = std::chrono::milliseconds(40);
  node.reset();
  start();
  const auto slow = served(doctor(1)), quiet = served(doctor(2));
  // A byte now and then, of a mebibyte, so that it never falls silent.
  slow->send(Bytes{0, 16, 0, 0});
  ASSERT_TRUE(world.run_until([&] {
    if (slow->unsent() == 0) slow->send(Bytes{1});
    slow->pump();
    return slow->is_over();
  }));
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("a frame that does not end"); }));
  EXPECT_TRUE(is_refused(doctor(1), Purpose::client, "is banned"));
  quiet->pump();
  EXPECT_FALSE(quiet->is_over()) << "who is between two frames may wait";
}

TEST_F(tls_abuse, a_long_frame_may_take_its_time) {
  world.times.frame = std::chrono::seconds(1);
  node.reset();
  start();
  const auto slow = served(doctor(1));
  slow->send(Bytes{0, 16, 0, 0});
  std::size_t sent = 0;
  auto next = std::chrono::steady_clock::now();
  const auto began = next;
  ASSERT_TRUE(world.run_until([&] {
    if (slow->unsent() == 0 && sent < mebibyte && std::chrono::steady_clock::now() >= next) {
      slow->send(Bytes(65'536, 1));
      sent += 65'536;
      next += std::chrono::milliseconds(200);
    }
    slow->pump();
    return events.frames.size() == 1 || slow->is_over();
  }));
  EXPECT_FALSE(slow->is_over());
  EXPECT_GT(std::chrono::steady_clock::now() - began, world.times.frame) << "else this shows nothing";
}

TEST_F(tls_abuse, a_handshake_that_does_not_end_is_ended) {
  world.times.handshake = std::chrono::milliseconds(40);
  node.reset();
  start();
  const TcpProbe silent(node->port());
  ASSERT_TRUE(world.run_until([&] { return silent.is_over(); }));
  EXPECT_TRUE(events.heard_of("it took too long to connect"));
}

TEST_F(tls_abuse, connections_that_say_nothing_do_not_keep_others_out) {
  std::vector<std::unique_ptr<TcpProbe>> silent;
  for (int i = 0; i < 200; ++i) {
    silent.push_back(std::make_unique<TcpProbe>(node->port()));
    world.loop.poll();
  }
  served(doctor(1));
  EXPECT_TRUE(silent.front()->is_over()) << "the oldest goes when there are too many";
  EXPECT_FALSE(silent.back()->is_over());
}

TEST_F(tls_abuse, who_does_not_read_its_answers_loses_the_oldest) {
  const auto one = served(doctor(1));
  const std::size_t before = memory_in_use();
  const auto frame = std::make_shared<const Bytes>(mebibyte, Byte{1});
  for (int i = 0; i < 1024; ++i) {
    node->send(PeerId(2), std::make_shared<const Bytes>(*frame));
    world.loop.poll();
  }
  EXPECT_LT(memory_in_use(), before + 32 * mebibyte);
  // It takes what is left, in whole frames, and is served on.
  node->send(PeerId(2), std::make_shared<const Bytes>(1, Byte{7}));
  ASSERT_TRUE(world.run_until([&] {
    one->pump();
    return !one->frames.empty() && one->frames.back() == Bytes{7};
  }));
  EXPECT_LT(one->frames.size(), 64);
}

TEST_F(tls_abuse, who_takes_nothing_of_what_it_is_sent_is_let_go) {
  world.times.frame = std::chrono::milliseconds(40);
  node.reset();
  start();
  const auto one = served(doctor(1));
  for (int i = 0; i < 8; ++i) node->send(PeerId(2), std::make_shared<const Bytes>(4 * mebibyte, Byte{1}));
  EXPECT_TRUE(world.run_until([&] { return events.heard_of("it takes nothing of what it is sent"); }));
  EXPECT_FALSE(events.is_up(PeerId(2)));
}

}  // namespace
}  // namespace caduceus
