// SUP supervises MED: what a selfish miner withholds is orphaned by an anchor, whoever is killed or cut off, and all end on one anchored chain.
#include "test/e2e/both_devnet.h"

namespace caduceus {
namespace {

class Both : public BothDevnet {};

TEST_F(Both, a_selfish_miner_is_orphaned_and_whoever_is_killed_comes_back) {
  start_all();
  ASSERT_TRUE(soon([&] { return all_have_anchored(3); }));

  // What it withheld, others' blocks were anchored instead of: its own node says so, too.
  ASSERT_TRUE(soon([&] { return said("m2").value("orphaned", 0) > 0; }));
  ASSERT_TRUE(soon([&] {
    const auto status = ask(selfish, "status");
    return status && status->at("anchor") == block_at(0, status->at("anchor_height"));
  }));

  // A light client proves an entry of the index, after the anchored block.
  const std::string account(64, 'a');
  make_call(account, {1}, "call");
  ASSERT_TRUE(ask(0, "tx --item " + path("call")));

  // Alone, the selfish miner would have nobody to race, and show nothing: the honest one stays.
  const std::array<std::size_t, 2> killed{3, selfish};
  for (const std::size_t i : killed) nodes_[i]->stop(SIGKILL);
  followers_[0]->stop(SIGKILL);
  const std::uint64_t before = anchored(0);
  ASSERT_TRUE(soon([&] { return anchored(0) >= before + 3; })) << "three hospitals are a quorum, and one miner is left";
  for (const std::size_t i : killed) start(i);
  follow(0);
  ASSERT_TRUE(soon([&] { return all_have_anchored(before + 5); }));
  const std::string same = block_at(0, before + 5);
  for (std::size_t i = 0; i <= honest; ++i) EXPECT_EQ(block_at(i, before + 5), same) << names[i];

  const std::string tip = end_of_chain();
  ASSERT_NE(tip, "");
  for (std::size_t i = 0; i < lights.size(); ++i) {
    ASSERT_TRUE(soon([&] { return said(lights[i]).value("final", "") == tip; })) << lights[i];
    EXPECT_EQ(followers_[i]->stop(), 0);
    const auto index = ask_light(i, "index --account " + account);
    ASSERT_TRUE(index) << lights[i];
    EXPECT_EQ(index->at("block"), tip);
    EXPECT_EQ(index->at("entries"), 1);
    const auto status = ask_light(i, "status");
    ASSERT_TRUE(status) << lights[i];
    EXPECT_EQ(status->at("final"), tip);
    EXPECT_NE(status->at("certified"), nullptr);
  }

  for (std::size_t i = 0; i < hospitals; ++i) EXPECT_EQ(nodes_[i]->stop(), 0);
  for (std::size_t i = 0; i <= honest; ++i) {
    const Outcome checked = caduceus("chain verify --json --dir " + path(names[i]));
    ASSERT_EQ(checked.status, 0) << names[i] << ": " << checked.output;
    const auto what = nlohmann::json::parse(checked.output.substr(checked.output.find('{')));
    EXPECT_GE(what.at("final").get<std::uint64_t>(), before + 5);
    if (i < hospitals) {
      EXPECT_EQ(what.at("anchored"), true);
    }
  }
}

// The same, each process on a host of its own of a network that delays and loses, is cut in two, and heals.
class BothOnBadNetwork : public BothDevnet {
 protected:
  void SetUp() override {
    BothDevnet::SetUp();
    auto made = e2e::BadNetwork::make(names.size() + lights.size(), 1);
    if (!made) GTEST_SKIP() << made.error().message;
    network_ = *std::move(made);
    network_->run();
    cut({});
    start_all();
  }
  // These and the others do not hear each other; we hear all.
  void cut(std::set<std::size_t> hosts) { network_->set({std::chrono::milliseconds(20), 2, std::move(hosts)}); }
};

TEST_F(BothOnBadNetwork, a_hospital_and_a_miner_that_were_cut_off_come_back_to_the_anchored_chain) {
  ASSERT_TRUE(soon([&] { return all_have_anchored(2); }));
  const std::uint64_t before = anchored(3);
  // The side with a quorum anchors; the selfish miner, alone, has nobody to race and shows nothing.
  cut({3, selfish});
  ASSERT_TRUE(soon([&] { return anchored(0) >= before + 4; }));
  EXPECT_LT(anchored(3), anchored(0));
  const std::string anchored_block = block_at(0, before + 4);
  cut({});
  ASSERT_TRUE(soon([&] { return all_have_anchored(before + 8); }));
  for (std::size_t i = 0; i <= honest; ++i) EXPECT_EQ(block_at(i, before + 4), anchored_block) << names[i];
  const std::string tip = end_of_chain();
  ASSERT_NE(tip, "");
  for (const char* light : lights) EXPECT_TRUE(soon([&] { return said(light).value("final", "") == tip; })) << light;
  for (std::size_t i = 0; i < hospitals; ++i) EXPECT_EQ(nodes_[i]->stop(), 0);
}

}  // namespace
}  // namespace caduceus
