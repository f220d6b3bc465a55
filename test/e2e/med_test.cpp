// Two hospitals, two miners and three light clients, of which one of each is killed. All end on one chain, with what was mined.
#include "test/e2e/med_devnet.h"

namespace caduceus {
namespace {

class Med : public MedDevnet {
 protected:
  void SetUp() override {
    MedDevnet::SetUp();
    start_all();
  }
};

TEST_F(Med, processes_agree_on_one_chain_whoever_is_killed) {
  const med::SignedBundle bundle = make_bundle("h1", "dr-lee", "bundle");
  ASSERT_TRUE(ask(0, "tx --item " + path("bundle")));
  expect_failure(caduceus("med tx --json --dir " + path("h1") + sesame() + " --item " + path("bundle")), "(pool_known)");

  const std::string question = "proof --record " + last_record(bundle);
  std::optional<nlohmann::json> proof;
  ASSERT_TRUE(soon([&] { return (proof = ask(1, question)).has_value(); }));
  EXPECT_EQ(proof->at("hospital"), "hospital:h1#1");
  const auto mined = proof->at("height").get<std::uint64_t>();
  const auto block = ask(1, "block --height " + std::to_string(mined));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->at("block"), proof->at("block"));
  EXPECT_EQ(block->at("records"), 2);
  for (std::size_t i = 0; i < lights.size(); ++i) ASSERT_TRUE(soon([&] { return height_seen(i) >= mined; })) << lights[i];
  expect_failure(caduceus("light status --dir " + path("l1") + sesame()), "is in use");

  for (const std::size_t killed : {1U, 2U}) nodes_[killed]->stop(SIGKILL);
  followers_[0]->stop(SIGKILL);
  const std::uint64_t before = height(0);
  ASSERT_TRUE(soon([&] { return height(0) >= before + 3; }));
  EXPECT_GE(start(1), mined);
  start(2);
  follow(0);
  ASSERT_TRUE(soon([&] { return agree(); }));
  EXPECT_GE(height(1), before + 3);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto now = ask(i, question);
    ASSERT_TRUE(now) << names[i];
    EXPECT_EQ(now->at("block"), ask(0, question)->at("block"));
  }

  const std::string tip = end_of_chain();
  ASSERT_NE(tip, "");
  proof = ask(0, question);
  ASSERT_TRUE(proof);
  for (std::size_t i = 0; i < lights.size(); ++i) {
    ASSERT_TRUE(soon([&] { return seen(i).value("block", "") == tip; })) << lights[i];
    EXPECT_EQ(followers_[i]->stop(), 0);
    const auto now = ask_light(i, question);
    ASSERT_TRUE(now) << lights[i];
    EXPECT_EQ(now->at("block"), proof->at("block"));
    EXPECT_EQ(now->at("final"), false);
  }
  const auto status = ask_light(2, "status");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at("block"), tip);
  EXPECT_EQ(status->at("final_height"), 0);
  EXPECT_EQ(status->at("certified"), nullptr);
  EXPECT_EQ(status->at("nodes").at(0).at("work"), status->at("work"));
  EXPECT_EQ(status->at("nodes").at(2).at("connected"), false) << "the miners are gone";
  const auto index = ask_light(2, "index --account nobody");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->at("found"), false);

  for (const std::size_t hospital : {0U, 1U}) EXPECT_EQ(nodes_[hospital]->stop(), 0);
  for (const char* name : names) {
    const Outcome checked = caduceus("chain verify --json --dir " + path(name));
    ASSERT_EQ(checked.status, 0) << checked.output;
    // Below its progress.
    EXPECT_GE(nlohmann::json::parse(checked.output.substr(checked.output.find('{'))).at("blocks").get<std::uint64_t>(), before + 3);
  }
}

TEST_F(Med, who_is_no_node_or_is_asked_for_nothing_says_so) {
  expect_failure(caduceus("med init --dir " + path("dr-lee") + " --genesis " + path("genesis") +
                          " --listen 127.0.0.1:1 --node h1=" + address_of(0) + sesame()),
                 "hospitals and miners have");
  expect_failure(caduceus("med proof --dir " + path("h1") + sesame() + " --record 12"), "is no htxM");
  expect_failure(caduceus("med proof --dir " + path("h1") + sesame() + " --record " + std::string(64, '0')), "(record-not-here)");
  expect_failure(caduceus("med block --dir " + path("h1") + sesame() + " --height 1000000"), "(block-not-here)");
  EXPECT_EQ(caduceus("med mine --dir " + path("m1") + sesame() + " --cpu-share 101").status, 2);

  EXPECT_EQ(followers_[0]->stop(), 0);
  const std::string light = " --dir " + path("l1") + sesame();
  expect_failure(caduceus("light proof --record 12" + light), "is no htxM");
  expect_failure(caduceus("light proof --record " + std::string(64, '0') + light), "none of its nodes has that");
  expect_failure(caduceus("light index --account nobody --entry 12" + light), "is no entry's id");
  expect_failure(caduceus("light init --dir " + path("l1") + " --genesis " + path("genesis") + " --node h3=127.0.0.1:1"), "no hospital h3");
  expect_failure(caduceus("light status --dir " + path("dr-lee") + sesame()), "run caduceus light init first");
}

}  // namespace
}  // namespace caduceus
