// Two hospitals and two miners as a user has them: processes over TLS, of which a hospital and a miner are killed. All end on one chain, with what
// was mined.
#include "app/command.h"
#include "app/med_folder.h"
#include "app/public_file.h"
#include "core/crypto/slot_ledger.h"
#include "core/med/signing.h"
#include "host/node/system_random.h"
#include "test/app_world.h"

namespace caduceus {
namespace {

class Med : public AppWorld {
 protected:
  static constexpr std::array<const char*, 4> names{"h1", "h2", "m1", "m2"};
  static constexpr std::chrono::seconds patience{120};

  void SetUp() override {
    AppWorld::SetUp();
    join("hospital", "h1");
    join("hospital", "h2");
    join("miner", "m1");
    join("miner", "m2");
    join("doctor", "dr-lee", " --hospital h1");
    const Outcome made = caduceus("consortium new --devnet --name demo --authority " + path("authority/authority") + " --hospital " +
                                  member("h1") + " --hospital " + member("h2") + " --out " + path("genesis"));
    ASSERT_EQ(made.status, 0) << made.output;
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string nodes;
      for (std::size_t at = 0; at < names.size(); ++at) {
        nodes += std::string(" --node ") + (at < 2 ? "" : "miner:") + names[at] + "=" + address_of(at);
      }
      const Outcome ready =
          caduceus("med init --dir " + path(names[i]) + " --genesis " + path("genesis") + " --listen " + address_of(i) + nodes + sesame());
      ASSERT_EQ(ready.status, 0) << ready.output;
    }
    for (std::size_t i = 0; i < names.size(); ++i) start(i);
  }
  [[nodiscard]] std::string address_of(std::size_t i) const { return "127.0.0.1:" + std::to_string(first_port_ + i); }

  // The height at which it begins.
  std::uint64_t start(std::size_t i) {
    const std::string what = i < 2 ? "serve" : "mine --cpu-share 30";
    nodes_[i] = std::make_unique<Process>(CADUCEUS_BINARY " med " + what + " --json --dir " + path(names[i]) + sesame() + " 2>>" +
                                          path(std::string(names[i]) + ".log"));
    const std::string line = nodes_[i]->line();
    EXPECT_NE(line, "") << names[i] << " did not start: see " << path(names[i]) << ".log";
    return line.empty() ? 0 : nlohmann::json::parse(line).at("height").get<std::uint64_t>();
  }
  [[nodiscard]] std::optional<nlohmann::json> ask(std::size_t i, const std::string& what) const {
    const Outcome outcome = caduceus("med " + what + " --json --dir " + path(names[i]) + sesame());
    return outcome.status == 0 ? std::optional(nlohmann::json::parse(outcome.output)) : std::nullopt;
  }
  [[nodiscard]] std::uint64_t height(std::size_t i) const {
    const auto status = ask(i, "status");
    return status ? status->at("height").get<std::uint64_t>() : 0;
  }
  static bool soon(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
    }
    return true;
  }
  [[nodiscard]] bool agree() const {
    std::set<std::string> tips;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto status = ask(i, "status");
      if (!status || status->at("connected").size() != names.size() - 1) return false;
      tips.insert(status->at("block").get<std::string>());
    }
    return tips.size() == 1;
  }
  // Of h1, with two records of its doctor.
  med::SignedBundle make_bundle() {
    const auto genesis = load<sup::Genesis>(path("genesis"), "a genesis");
    const NetworkId net = genesis->network();
    const MemberSecrets hospital = secrets_of("h1"), doctor = secrets_of("dr-lee");
    const Time now = wall_clock();
    const Slot slot{Epoch(now.value() / genesis->med.epoch_length), 1};
    const auto reserve = [&] { return ReservedSlot{slot, UnusedString::assume_unused(slot_string(net, slot))}; };
    SystemRandom random;
    std::vector<med::SignedGroup> groups;
    groups.push_back(med::sign_group(hospital.known.identity, doctor.known.identity, {{random.bytes<32>(), now}, {random.bytes<32>(), now}},
                                     reserve(), doctor.keys.aggregate, random));
    auto bundle = med::make_bundle(net, hospital.known.identity, std::move(groups), now, reserve(), hospital.keys.aggregate, random);
    CHECK(bundle.has_value());
    return *std::move(bundle);
  }

  std::size_t first_port_ = 20'000 + static_cast<std::size_t>(::getpid()) % 1000 * 10;
  std::array<std::unique_ptr<Process>, names.size()> nodes_;
};

TEST_F(Med, processes_agree_on_one_chain_whoever_is_killed) {
  const med::SignedBundle bundle = make_bundle();
  ASSERT_TRUE(write_durably(path("bundle"), encode(med::Item(bundle)), IfExists::fail));
  ASSERT_TRUE(ask(0, "tx --item " + path("bundle")));
  expect_failure(caduceus("med tx --json --dir " + path("h1") + sesame() + " --item " + path("bundle")), "(pool_known)");

  const std::string question = "proof --record " + to_hex(record_hashes(bundle.bundle).back());
  std::optional<nlohmann::json> proof;
  ASSERT_TRUE(soon([&] { return (proof = ask(1, question)).has_value(); }));
  EXPECT_EQ(proof->at("hospital"), "hospital:h1#1");
  const auto mined = proof->at("height").get<std::uint64_t>();
  const auto block = ask(1, "block --height " + std::to_string(mined));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->at("block"), proof->at("block"));
  EXPECT_EQ(block->at("records"), 2);

  for (const std::size_t killed : {1U, 2U}) nodes_[killed]->stop(SIGKILL);
  const std::uint64_t before = height(0);
  ASSERT_TRUE(soon([&] { return height(0) >= before + 3; }));
  EXPECT_GE(start(1), mined);
  start(2);
  ASSERT_TRUE(soon([&] { return agree(); }));
  EXPECT_GE(height(1), before + 3);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto now = ask(i, question);
    ASSERT_TRUE(now) << names[i];
    EXPECT_EQ(now->at("block"), ask(0, question)->at("block"));
  }
  for (auto& node : nodes_) EXPECT_EQ(node->stop(), 0);
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
}

}  // namespace
}  // namespace caduceus
