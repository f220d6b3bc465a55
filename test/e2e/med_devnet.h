// MED as a user has it: two hospitals, two miners and three light clients, which are patients', as processes over TLS; on this machine, or each on
// a host of its own of a bad network.
#pragma once

#include <fstream>

#include "app/command.h"
#include "app/med_folder.h"
#include "app/public_file.h"
#include "core/crypto/slot_ledger.h"
#include "core/med/signing.h"
#include "host/node/system_random.h"
#include "test/app_world.h"
#include "test/e2e/bad_network.h"

namespace caduceus {

class MedDevnet : public AppWorld {
 protected:
  static constexpr std::array<const char*, 4> names{"h1", "h2", "m1", "m2"};
  static constexpr std::array<const char*, 3> lights{"l1", "l2", "l3"};
  static constexpr std::size_t first_light = names.size();  // among the hosts
  static constexpr std::chrono::seconds patience{180};

  void SetUp() override {
    AppWorld::SetUp();
    join("hospital", "h1");
    join("hospital", "h2");
    join("miner", "m1");
    join("miner", "m2");
    join("doctor", "dr-lee", " --hospital h1");
    join("doctor", "dr-kim", " --hospital h2");
    for (const std::string light : lights) {
      const Outcome token =
          caduceus("pkg token --dir " + path("authority") + " --role patient --address " + address() + " --out " + path(light + ".token"));
      ASSERT_EQ(token.status, 0) << token.output;
      ASSERT_EQ(enrol(light, light).status, 0);
    }
    ASSERT_EQ(caduceus("consortium new --devnet --name demo --authority " + path("authority/authority") + " --hospital " + member("h1") +
                       " --hospital " + member("h2") + " --out " + path("genesis"))
                  .status,
              0);
  }
  // All of them, once it is known where they are.
  void start_all() {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Outcome ready = caduceus("med init --dir " + path(names[i]) + " --genesis " + path("genesis") + " --listen " + address_of(i) +
                                     options_for({0, 1, 2, 3}) + sesame());
      ASSERT_EQ(ready.status, 0) << ready.output;
    }
    // The last one knows three nodes only.
    for (std::size_t i = 0; i < lights.size(); ++i) {
      const Outcome ready = caduceus("light init --dir " + path(lights[i]) + " --genesis " + path("genesis") +
                                     options_for(i == 2 ? std::vector<std::size_t>{0, 1, 2} : std::vector<std::size_t>{0, 1, 2, 3}));
      ASSERT_EQ(ready.status, 0) << ready.output;
    }
    for (std::size_t i = 0; i < names.size(); ++i) start(i);
    for (std::size_t i = 0; i < lights.size(); ++i) follow(i);
  }

  [[nodiscard]] std::string address_of(std::size_t i) const {
    return network_ ? e2e::BadNetwork::address(i) + ":7000" : "127.0.0.1:" + std::to_string(first_port_ + i);
  }
  [[nodiscard]] std::string options_for(const std::vector<std::size_t>& nodes) const {
    std::string all;
    for (const std::size_t at : nodes) all += std::string(" --node ") + (at < 2 ? "" : "miner:") + names[at] + "=" + address_of(at);
    return all;
  }
  // On its host.
  [[nodiscard]] std::unique_ptr<Process> launch(std::size_t host, const std::string& arguments) const {
    return std::make_unique<Process>(CADUCEUS_BINARY " " + arguments, [this, host] {
      if (network_) network_->enter(host);
    });
  }

  // The height at which it begins.
  std::uint64_t start(std::size_t i) {
    const std::string what = i < 2 ? "serve" : "mine --cpu-share 30";
    nodes_[i] = launch(i, "med " + what + " --json --dir " + path(names[i]) + sesame() + " 2>>" + path(std::string(names[i]) + ".log"));
    const std::string line = nodes_[i]->line();
    EXPECT_NE(line, "") << names[i] << " did not start: see " << path(names[i]) << ".log";
    return line.empty() ? 0 : nlohmann::json::parse(line).at("height").get<std::uint64_t>();
  }
  // What it says is in NAME.out.
  void follow(std::size_t i) {
    const std::string name = lights[i];
    followers_[i] = launch(
        first_light + i, "light follow --json --dir " + path(name) + sesame() + " >>" + path(name + ".out") + " 2>>" + path(name + ".log"));
  }
  // The last that it said, as a whole line; an empty object before that.
  [[nodiscard]] nlohmann::json seen(std::size_t i) const {
    std::ifstream said(path(std::string(lights[i]) + ".out"));
    nlohmann::json last = nlohmann::json::object();
    for (std::string line; std::getline(said, line) && !said.eof();) last = nlohmann::json::parse(line);
    return last;
  }
  [[nodiscard]] std::uint64_t height_seen(std::size_t i) const { return seen(i).value("height", std::uint64_t{0}); }

  [[nodiscard]] std::optional<nlohmann::json> ask(std::size_t i, const std::string& what) const {
    const Outcome outcome = caduceus("med " + what + " --json --dir " + path(names[i]) + sesame());
    return outcome.status == 0 ? std::optional(nlohmann::json::parse(outcome.output)) : std::nullopt;
  }
  // On its own host, while it does not follow; nothing when it failed.
  [[nodiscard]] std::optional<nlohmann::json> ask_light(std::size_t i, const std::string& what) const {
    const auto process = launch(
        first_light + i, "light " + what + " --json --dir " + path(lights[i]) + sesame() + " 2>>" + path(std::string(lights[i]) + ".log"));
    const std::string line = process->line();
    return line.empty() ? std::nullopt : std::optional(nlohmann::json::parse(line));
  }
  [[nodiscard]] std::uint64_t height(std::size_t i) const {
    const auto status = ask(i, "status");
    return status ? status->at("height").get<std::uint64_t>() : 0;
  }
  static bool soon(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }
  // All nodes know each other, and have the same block at the height that all have reached: they go on while they are asked.
  [[nodiscard]] bool agree() const {
    std::uint64_t reached = ~std::uint64_t{0};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto status = ask(i, "status");
      if (!status || status->at("connected").size() != names.size() - 1) return false;
      reached = std::min(reached, status->at("height").get<std::uint64_t>());
    }
    std::set<std::string> blocks;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto block = ask(i, "block --height " + std::to_string(reached));
      if (!block) return false;
      blocks.insert(block->at("block").get<std::string>());
    }
    return reached > 0 && blocks.size() == 1;
  }
  // Nobody mines any more; the newest block, once the hospitals agree, or nothing.
  [[nodiscard]] std::string end_of_chain() {
    // One first: what the other mines alone settles who heard which sibling earlier.
    EXPECT_EQ(nodes_[2]->stop(), 0);
    const std::uint64_t before = std::max(height(0), height(1));
    EXPECT_TRUE(soon([&] { return height(0) > before + 1; }));
    EXPECT_EQ(nodes_[3]->stop(), 0);
    std::string tip;
    const auto is_one = [&] {
      const auto one = ask(0, "status"), other = ask(1, "status");
      if (!one || !other || one->at("block") != other->at("block")) return false;
      tip = one->at("block");
      return true;
    };
    return soon(is_one) ? tip : "";
  }

  // Two records of this doctor, in a file of this name.
  med::SignedBundle make_bundle(const std::string& of, const std::string& by, const std::string& name) {
    const auto genesis = load<sup::Genesis>(path("genesis"), "a genesis");
    const NetworkId net = genesis->network();
    const MemberSecrets hospital = secrets_of(of), doctor = secrets_of(by);
    const Time now = wall_clock();
    const Slot slot{Epoch(now.value() / genesis->med.epoch_length), 1};
    const auto reserve = [&] { return ReservedSlot{slot, UnusedString::assume_unused(slot_string(net, slot))}; };
    SystemRandom random;
    std::vector<med::SignedGroup> groups;
    groups.push_back(med::sign_group(hospital.known.identity, doctor.known.identity, {{random.bytes<32>(), now}, {random.bytes<32>(), now}},
                                     reserve(), doctor.keys.aggregate, random));
    auto bundle = med::make_bundle(net, hospital.known.identity, std::move(groups), now, reserve(), hospital.keys.aggregate, random);
    CHECK(bundle.has_value());
    CHECK(write_durably(path(name), encode(med::Item(*bundle)), IfExists::fail).has_value());
    return *std::move(bundle);
  }
  static std::string last_record(const med::SignedBundle& bundle) { return to_hex(record_hashes(bundle.bundle).back()); }

  std::size_t first_port_ = 20'000 + static_cast<std::size_t>(::getpid()) % 1000 * 10;
  std::unique_ptr<e2e::BadNetwork> network_;
  std::array<std::unique_ptr<Process>, names.size()> nodes_;
  std::array<std::unique_ptr<Process>, lights.size()> followers_;
};

}  // namespace caduceus
