#include "core/med/sync.h"

#include <gmock/gmock.h>

namespace caduceus::med {
namespace {

struct med_sync : testing::Test {
  // Blocks 1 to 100.
  med_sync() {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      blocks[i].header.height = Height(i + 1);
      blocks[i].hash[0] = static_cast<Byte>(i + 1);
      missing.push_back(&blocks[i]);
    }
  }
  // A peer that announced blocks up to this height.
  Peer peer(std::uint64_t height = 100) {
    const Peer peer(++peers);
    sync.connected(peer);
    sync.heard_of(peer, Height(height));
    return peer;
  }
  [[nodiscard]] std::vector<Sync::Ask> plan(std::size_t first_missing) { return sync.plan({missing.data(), first_missing}, now); }
  // The one that is asked for the first block, if anybody is.
  [[nodiscard]] std::optional<Peer> asked_for_first() {
    const auto asks = plan(1);
    return asks.empty() ? std::nullopt : std::optional(asks[0].peer);
  }

  std::array<HeldHeader, 100> blocks;
  std::vector<const HeldHeader*> missing;
  std::uint64_t peers = 0;
  Sync sync;
  Tick now{5};
};

TEST_F(med_sync, bodies_come_from_several_peers_lowest_first) {
  peer(), peer(), peer();
  const auto asks = plan(100);
  ASSERT_EQ(asks.size(), 3 * Sync::most_asked);
  std::map<Peer, std::size_t> of_peer;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    EXPECT_EQ(asks[i].block, blocks[i].hash);
    ++of_peer[asks[i].peer];
  }
  EXPECT_EQ(of_peer.size(), 3U);
  for (const auto& [peer, count] : of_peer) EXPECT_EQ(count, Sync::most_asked);
  EXPECT_TRUE(plan(100).empty());  // all are busy
}

TEST_F(med_sync, no_more_than_a_window_is_under_way) {
  for (int i = 0; i < 20; ++i) peer();
  EXPECT_EQ(plan(100).size(), Sync::window);
  EXPECT_TRUE(plan(100).empty());
}

TEST_F(med_sync, who_did_not_announce_a_block_is_not_asked_for_it) {
  const Peer low = peer(3), high = peer(4);
  for (const Sync::Ask& ask : plan(5)) {
    EXPECT_TRUE(ask.peer == high || ask.block != blocks[3].hash);
    EXPECT_NE(ask.block, blocks[4].hash);
  }
  sync.disconnected(high);
  for (const Sync::Ask& ask : plan(5)) EXPECT_EQ(ask.peer, low);
  EXPECT_FALSE(sync.is_under_way(blocks[3].hash));
}

TEST_F(med_sync, an_answer_counts_only_from_who_was_asked) {
  const Peer a = peer(), b = peer();
  ASSERT_EQ(asked_for_first(), a);
  EXPECT_FALSE(sync.answered(b, blocks[0].hash));
  EXPECT_FALSE(sync.answered(a, blocks[1].hash));
  EXPECT_TRUE(sync.is_asked(a, blocks[0].hash));
  EXPECT_TRUE(sync.answered(a, blocks[0].hash));
  EXPECT_FALSE(sync.answered(a, blocks[0].hash));
}

TEST_F(med_sync, who_is_silent_is_not_asked_again_until_the_chain_goes_on) {
  const Peer a = peer();
  ASSERT_EQ(asked_for_first(), a);
  EXPECT_EQ(sync.next(), now + Sync::patience);
  now = now + (Sync::patience - 1);
  EXPECT_TRUE(sync.expire(now).empty());
  EXPECT_TRUE(sync.is_under_way(blocks[0].hash));
  now = now + 1;
  EXPECT_TRUE(sync.expire(now).empty());
  EXPECT_EQ(sync.next(), std::nullopt);
  EXPECT_EQ(asked_for_first(), std::nullopt);
  sync.heard_of(a, Height(100));  // nothing new
  EXPECT_EQ(asked_for_first(), std::nullopt);
  const Peer b = peer();
  EXPECT_EQ(asked_for_first(), b);
  sync.not_had(b, blocks[0].hash);
  EXPECT_EQ(asked_for_first(), std::nullopt);
  sync.heard_of(a, Height(101));
  EXPECT_EQ(asked_for_first(), a);
}

TEST_F(med_sync, who_withholds_three_bodies_in_a_row_is_given_up) {
  const Peer a = peer();
  for (std::size_t i = 0; i < Sync::most_strikes; ++i) {
    ASSERT_EQ(sync.plan({&missing[i], 1}, now).size(), 1U);
    now = now + Sync::patience;
    const auto given_up = sync.expire(now);
    EXPECT_EQ(given_up.empty(), i + 1 < Sync::most_strikes);
  }
  EXPECT_FALSE(sync.is_connected(a));
  EXPECT_TRUE(plan(1).empty());
}

TEST_F(med_sync, an_answer_forgives_silence) {
  const Peer a = peer();
  for (std::size_t i = 0; i < 10; ++i) {
    ASSERT_EQ(sync.plan({&missing[i], 1}, now).size(), 1U);
    if (i % Sync::most_strikes == 2) {
      EXPECT_TRUE(sync.answered(a, blocks[i].hash));
      continue;
    }
    now = now + Sync::patience;
    EXPECT_TRUE(sync.expire(now).empty());
  }
}

TEST_F(med_sync, who_was_silent_is_asked_last) {
  const Peer a = peer(), b = peer();
  ASSERT_EQ(asked_for_first(), a);
  now = now + Sync::patience;
  (void)sync.expire(now);
  for (const Sync::Ask& ask : sync.plan({&missing[1], Sync::most_asked}, now)) EXPECT_EQ(ask.peer, b);
}

TEST_F(med_sync, what_a_peer_leaves_open_is_asked_of_another) {
  const Peer a = peer(), b = peer();
  ASSERT_EQ(asked_for_first(), a);
  sync.disconnected(a);
  EXPECT_EQ(asked_for_first(), b);
}

}  // namespace
}  // namespace caduceus::med
