// The same, each process on a host of its own of a network that delays and loses, is cut in two, and heals.
#include "test/e2e/med_devnet.h"

namespace caduceus {
namespace {

class MedOnBadNetwork : public MedDevnet {
 protected:
  static constexpr std::chrono::milliseconds delay{20};
  static constexpr std::uint64_t lost_in_100 = 2;
  static constexpr std::size_t h1 = 0, h2 = 1, m1 = 2, l1 = first_light;

  void SetUp() override {
    MedDevnet::SetUp();
    auto made = e2e::BadNetwork::make(names.size() + lights.size(), 1);
    if (!made) GTEST_SKIP() << made.error().message;
    network_ = *std::move(made);
    network_->run();
    cut({});
    start_all();
  }
  // These and the others do not hear each other; we hear all.
  void cut(std::set<std::size_t> hosts) { network_->set({delay, lost_in_100, std::move(hosts)}); }
  // A bundle is in a block of this node's chain.
  [[nodiscard]] std::optional<std::uint64_t> place_of(const med::SignedBundle& bundle, std::size_t node) const {
    const auto proof = ask(node, "proof --record " + last_record(bundle));
    return proof ? std::optional(proof->at("height").get<std::uint64_t>()) : std::nullopt;
  }
};

TEST_F(MedOnBadNetwork, both_sides_of_a_partition_mine_and_are_one_chain_when_it_heals) {
  ASSERT_TRUE(soon([&] { return agree(); }));
  const std::uint64_t before = height(h1);
  cut({h1, m1, l1});
  const med::SignedBundle lees = make_bundle("h1", "dr-lee", "lees"), kims = make_bundle("h2", "dr-kim", "kims");
  ASSERT_TRUE(soon([&] { return ask(h1, "tx --item " + path("lees")).has_value(); }));
  ASSERT_TRUE(soon([&] { return ask(h2, "tx --item " + path("kims")).has_value(); }));
  for (const std::size_t side : {h1, h2}) {
    ASSERT_TRUE(soon([&] { return place_of(side == h1 ? lees : kims, side) && height(side) >= before + 4; })) << names[side];
  }
  EXPECT_FALSE(place_of(lees, h2));
  EXPECT_FALSE(place_of(kims, h1));
  const auto one = ask(h1, "block --height " + std::to_string(before + 4)), other = ask(h2, "block --height " + std::to_string(before + 4));
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->at("block"), other->at("block")) << "two chains";

  // The last light client's nodes are these two and h2: it is left with that.
  const std::uint64_t cut_off_at = height(h2);
  ASSERT_TRUE(soon([&] { return height_seen(2) > cut_off_at && seen(2).at("connected") == 1; }));
  const auto eclipsed = seen(2);
  const auto same = ask(h2, "block --height " + std::to_string(eclipsed.at("height").get<std::uint64_t>()));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->at("block"), eclipsed.at("block"));

  cut({});
  ASSERT_TRUE(soon([&] { return agree(); }));
  const auto healed = ask(h1, "block --height " + std::to_string(before + 4)),
             same_block = ask(h2, "block --height " + std::to_string(before + 4));
  ASSERT_TRUE(healed && same_block);
  EXPECT_EQ(healed->at("block"), same_block->at("block")) << "one chain";
  // What only one side had: from the pools of those who left their branch.
  for (std::size_t node = 0; node < names.size(); ++node) {
    ASSERT_TRUE(soon([&] { return place_of(lees, node) && place_of(kims, node); })) << names[node];
  }
  const std::string tip = end_of_chain();
  ASSERT_NE(tip, "");
  for (std::size_t i = 0; i < lights.size(); ++i) {
    ASSERT_TRUE(soon([&] { return seen(i).value("block", "") == tip; }))
        << lights[i] << " is at " << seen(i) << ", the hospitals at " << tip;
    EXPECT_EQ(followers_[i]->stop(), 0);
    EXPECT_TRUE(ask_light(i, "proof --record " + last_record(lees))) << lights[i];
    EXPECT_TRUE(ask_light(i, "proof --record " + last_record(kims))) << lights[i];
  }
  EXPECT_GT(network_->counts().cut, 0U);
  EXPECT_GT(network_->counts().lost, 0U);
  for (const std::size_t hospital : {h1, h2}) EXPECT_EQ(nodes_[hospital]->stop(), 0);
}

}  // namespace
}  // namespace caduceus
