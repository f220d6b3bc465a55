// What both twins hold to.
#include "host/net/transport.h"

#include <gtest/gtest.h>

#include "test/net_world.h"

namespace caduceus {
namespace {

using test::hospital;
using test::Recorder;

template <class World>
class transport : public testing::Test {
 protected:
  World world;
  Recorder first_events, second_events;
  // The second one first: it is dialled.
  std::unique_ptr<Transport> second = join_second();
  std::unique_ptr<Transport> first = world.join(hospital(1), {hospital(2)}, first_events);

  std::unique_ptr<Transport> join_second() { return world.join(hospital(2), {hospital(1)}, second_events); }
  bool both_up() {
    return world.run_until([&] { return first_events.is_up(PeerId(1)) && second_events.is_up(PeerId(1)); });
  }
  static Frame frame(Byte fill, std::size_t size = 10) { return std::make_shared<const Bytes>(size, fill); }
  bool second_has(std::size_t count) {
    return world.run_until([&] { return second_events.frames.size() >= count; });
  }
};

using Worlds = testing::Types<test::LoopbackWorld, test::TlsWorld>;
TYPED_TEST_SUITE(transport, Worlds);

TYPED_TEST(transport, says_who_is_there) {
  ASSERT_TRUE(this->both_up());
  EXPECT_EQ(this->first_events.ups, (std::vector<std::pair<PeerId, Caller>>{{PeerId(1), Subject(hospital(2))}}));
  EXPECT_EQ(this->second_events.ups, (std::vector<std::pair<PeerId, Caller>>{{PeerId(1), Subject(hospital(1))}}));
}

TYPED_TEST(transport, keeps_the_order_of_frames_of_any_length) {
  ASSERT_TRUE(this->both_up());
  SeededRng rng(1);
  std::vector<std::pair<PeerId, Bytes>> sent;
  for (int i = 0; i < 300; ++i) {
    Bytes bytes(1 + rng.below(i % 50 == 0 ? 3'000'000 : 300));
    rng.fill(bytes);
    sent.emplace_back(PeerId(1), bytes);
    this->first->send(PeerId(1), std::make_shared<const Bytes>(bytes));
  }
  ASSERT_TRUE(this->second_has(300));
  EXPECT_TRUE(this->second_events.frames == sent);
}

TYPED_TEST(transport, answers_in_the_same_turn) {
  ASSERT_TRUE(this->both_up());
  this->second_events.answer = [this](PeerId from, const Bytes& bytes) { this->second->send(from, std::make_shared<const Bytes>(bytes)); };
  this->first->send(PeerId(1), this->frame(7));
  ASSERT_TRUE(this->world.run_until([this] { return this->first_events.frames.size() == 1; }));
  EXPECT_EQ(this->first_events.frames[0].second, Bytes(10, 7));
}

TYPED_TEST(transport, a_broadcast_shares_one_buffer) {
  Recorder third_events;
  const auto third = this->world.join(hospital(0), {hospital(1), hospital(2), hospital(3)}, third_events);
  const Frame frame = this->frame(1);
  for (const PeerId peer : {PeerId(1), PeerId(2), PeerId(3)}) third->send(peer, frame);
  EXPECT_EQ(frame.use_count(), 4);
}

TYPED_TEST(transport, what_is_sent_to_a_peer_that_is_not_there_waits_and_the_oldest_goes) {
  this->second.reset();
  Recorder events;
  TransportLimits limits;
  limits.peer_frame = 1000;
  limits.peer_queue = 1064;
  const auto third = this->world.join(hospital(0), {hospital(2)}, events, limits);
  for (Byte i = 0; i < 20; ++i) third->send(PeerId(1), this->frame(i, 212 - 64));  // five fit
  this->second = this->world.join(hospital(2), {hospital(0)}, this->second_events);
  ASSERT_TRUE(this->second_has(5));
  std::vector<Byte> got;
  for (const auto& [from, bytes] : this->second_events.frames) got.push_back(bytes[0]);
  EXPECT_EQ(got, (std::vector<Byte>{15, 16, 17, 18, 19}));
}

TYPED_TEST(transport, finds_a_peer_that_comes_back) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(this->both_up());
    this->second.reset();
    this->second_events.ups.clear();
    this->second_events.downs.clear();
    ASSERT_TRUE(this->world.run_until([this] { return !this->first_events.is_up(PeerId(1)); }));
    this->second = this->join_second();
  }
  ASSERT_TRUE(this->both_up());
  this->first->send(PeerId(1), this->frame(9));
  ASSERT_TRUE(this->second_has(1));
}

TYPED_TEST(transport, reads_nothing_of_a_paused_peer) {
  ASSERT_TRUE(this->both_up());
  this->second_events.answer = [this](PeerId from, const Bytes&) { this->second->pause(from); };
  for (Byte i = 0; i < 5; ++i) this->first->send(PeerId(1), this->frame(i));
  for (std::size_t count = 1; count <= 5; ++count) {
    ASSERT_TRUE(this->second_has(count));
    // All that can happen without it happens.
    this->second->send(PeerId(1), this->frame(0));
    ASSERT_TRUE(this->world.run_until([&] { return this->first_events.frames.size() == count; }));
    ASSERT_EQ(this->second_events.frames.size(), count);
    this->second->resume(PeerId(1));
  }
  for (Byte i = 0; i < 5; ++i) EXPECT_EQ(this->second_events.frames[i].second, Bytes(10, i));
}

TYPED_TEST(transport, a_disconnected_peer_comes_back) {
  ASSERT_TRUE(this->both_up());
  this->second->disconnect(PeerId(1));
  EXPECT_TRUE(this->second_events.downs.empty()) << "called back from within a call";
  ASSERT_TRUE(this->world.run_until([this] { return this->first_events.ups.size() == 2 && this->second_events.ups.size() == 2; }));
  EXPECT_EQ(this->first_events.downs.size(), 1);
  EXPECT_EQ(this->second_events.downs.size(), 1);
}

TYPED_TEST(transport, a_banned_peer_comes_back_when_the_ban_ends) {
  for (const bool by_dialler : {true, false}) {
    ASSERT_TRUE(this->both_up());
    const std::size_t before = this->first_events.ups.size();
    (by_dialler ? this->first : this->second)->ban(PeerId(1), TypeParam::ban);
    ASSERT_TRUE(this->world.run_until([this] { return !this->first_events.is_up(PeerId(1)) && !this->second_events.is_up(PeerId(1)); }));
    EXPECT_EQ(this->second_events.ups.size(), before);
    this->world.ban_ends();
    ASSERT_TRUE(this->world.run_until([&] { return this->second_events.ups.size() > before; }));
  }
}

TYPED_TEST(transport, nothing_is_called_back_after_stop) {
  ASSERT_TRUE(this->both_up());
  this->first->send(PeerId(1), this->frame(3));
  this->first->stop();
  this->second->send(PeerId(1), this->frame(4));
  const auto ups = this->first_events.ups.size();
  ASSERT_TRUE(this->world.run_until([this] { return !this->second_events.is_up(PeerId(1)); }));
  EXPECT_TRUE(this->first_events.frames.empty());
  EXPECT_TRUE(this->first_events.downs.empty());
  EXPECT_EQ(this->first_events.ups.size(), ups);
  this->first->send(PeerId(1), this->frame(5));
  this->first->stop();
}

}  // namespace
}  // namespace caduceus
