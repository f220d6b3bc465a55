// Both chains as a user has them: four hospitals, an honest miner and a selfish one, three light clients, as processes over TLS; on this machine, or
// each on a host of its own of a bad network.
#pragma once

#include <fstream>
#include <set>
#include <thread>

#include "app/authority.h"
#include "app/network.h"
#include "app/public_file.h"
#include "core/med/emr_index.h"
#include "core/med/mempool.h"
#include "host/node/system_random.h"
#include "test/app_world.h"
#include "test/e2e/bad_network.h"

namespace caduceus {

class BothDevnet : public AppWorld {
 protected:
  static constexpr std::size_t hospitals = 4;
  static constexpr std::size_t honest = hospitals, selfish = hospitals + 1;  // miners
  static constexpr std::array<const char*, 6> names{"h1", "h2", "h3", "h4", "m1", "m2"};
  static constexpr std::array<const char*, 3> lights{"l1", "l2", "l3"};
  static constexpr std::size_t first_light = names.size();  // among the hosts
  static constexpr std::chrono::seconds patience{300};

  void SetUp() override {
    AppWorld::SetUp();
    std::string all;
    for (std::size_t i = 0; i < hospitals; ++i) {
      join("hospital", names[i]);
      all += " --hospital " + member(names[i]);
    }
    join("miner", names[honest]);
    join("miner", names[selfish]);
    for (const std::string light : lights) {
      const Outcome token =
          caduceus("pkg token --dir " + path("authority") + " --role patient --address " + address() + " --out " + path(light + ".token"));
      ASSERT_EQ(token.status, 0) << token.output;
      ASSERT_EQ(enrol(light, light).status, 0);
    }
    ASSERT_EQ(caduceus("consortium new --devnet --name demo --authority " + path("authority/authority") + all + " --out " + path("genesis"))
                  .status,
              0);
  }
  void TearDown() override {
    for (auto& one : followers_) one.reset();
    for (auto& one : nodes_) one.reset();
    AppWorld::TearDown();
  }

  // All of them, once it is known where they are.
  void start_all() {
    Network network;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i < hospitals) {
        network.hospitals[names[i]] = {sup_address(i), med_address(i), records_address(i)};
      } else {
        network.miners[names[i]] = med_address(i);
      }
    }
    network.pkg = address();
    ASSERT_TRUE(save_network(path("network.json"), network));
    const std::string where = " --genesis " + path("genesis");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Outcome ready = caduceus((i < hospitals ? "hospital init --dir " : "miner init --dir ") + path(names[i]) + where +
                                     " --network " + path("network.json") + sesame());
      ASSERT_EQ(ready.status, 0) << ready.output;
    }
    for (const char* light : lights) {
      const Outcome ready = caduceus("light init --dir " + path(light) + where + node(0) + node(3) + node(honest));
      ASSERT_EQ(ready.status, 0) << ready.output;
    }
    for (std::size_t i = 0; i < names.size(); ++i) start(i);
    for (std::size_t i = 0; i < lights.size(); ++i) follow(i);
  }

  [[nodiscard]] std::string sup_address(std::size_t i) const { return address_of(i, 0); }
  [[nodiscard]] std::string med_address(std::size_t i) const { return address_of(i, hospitals); }
  [[nodiscard]] std::string records_address(std::size_t i) const { return address_of(i, hospitals + names.size()); }
  [[nodiscard]] std::string address_of(std::size_t i, std::size_t above) const {
    return network_ ? e2e::BadNetwork::address(i) + ":" + std::to_string(7000 + above)
                    : "127.0.0.1:" + std::to_string(first_port_ + above + i);
  }
  [[nodiscard]] std::string node(std::size_t i) const {
    return std::string(" --node ") + (i < hospitals ? "" : "miner:") + names[i] + "=" + med_address(i);
  }
  [[nodiscard]] std::unique_ptr<Process> launch(std::size_t host, const std::string& command) const {
    return std::make_unique<Process>(command, [this, host] {
      if (network_) network_->enter(host);
    });
  }
  void start(std::size_t i) {
    std::string command = CADUCEUS_BINARY " hospital serve --json --dir ";
    if (i == honest) command = CADUCEUS_BINARY " miner serve --cpu-share 20 --json --dir ";
    if (i == selfish) command = CADUCEUS_LAB " selfish-miner --cpu-share 20 --dir ";
    command += path(names[i]) + sesame() + " 2>>" + path(std::string(names[i]) + ".log");
    if (i == selfish) command += " >>" + path("m2.out");
    nodes_[i] = launch(i, command);
    if (i != selfish) {
      EXPECT_NE(nodes_[i]->line(), "") << names[i] << " did not start: see " << path(names[i]) << ".log";
    }
  }
  // What it says is in NAME.out.
  void follow(std::size_t i) {
    const std::string name = lights[i];
    followers_[i] = launch(first_light + i, CADUCEUS_BINARY " light follow --json --dir " + path(name) + sesame() + " >>" +
                                                path(name + ".out") + " 2>>" + path(name + ".log"));
  }
  // The last that it said, as a whole line; an empty object before that.
  [[nodiscard]] nlohmann::json said(const std::string& name) const {
    std::ifstream file(path(name + ".out"));
    nlohmann::json last = nlohmann::json::object();
    for (std::string line; std::getline(file, line) && !file.eof();) last = nlohmann::json::parse(line);
    return last;
  }

  [[nodiscard]] std::optional<nlohmann::json> ask(std::size_t i, const std::string& what) const {
    const Outcome outcome = caduceus("med " + what + " --json --dir " + path(names[i]) + sesame());
    return outcome.status == 0 ? std::optional(nlohmann::json::parse(outcome.output)) : std::nullopt;
  }
  [[nodiscard]] std::optional<nlohmann::json> ask_light(std::size_t i, const std::string& what) const {
    const auto process = launch(first_light + i, CADUCEUS_BINARY " light " + what + " --json --dir " + path(lights[i]) + sesame() + " 2>>" +
                                                     path(std::string(lights[i]) + ".log"));
    const std::string line = process->line();
    return line.empty() ? std::nullopt : std::optional(nlohmann::json::parse(line));
  }
  [[nodiscard]] std::uint64_t anchored(std::size_t i) const {
    const auto status = ask(i, "status");
    return status ? status->at("anchor_height").get<std::uint64_t>() : 0;
  }
  [[nodiscard]] bool all_have_anchored(std::uint64_t least) const {
    for (std::size_t i = 0; i <= honest; ++i) {
      if (anchored(i) < least) return false;
    }
    return true;
  }
  static bool soon(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return true;
  }
  // The block of this height at each node that has it anchored is the same.
  [[nodiscard]] std::string block_at(std::size_t i, std::uint64_t height) const {
    const auto block = ask(i, "block --height " + std::to_string(height));
    return block ? block->at("block").get<std::string>() : "";
  }
  // Nobody mines any more: the newest block, once SUP has anchored it at every node that is left; or nothing.
  [[nodiscard]] std::string end_of_chain() {
    for (const std::size_t miner : {honest, selfish}) EXPECT_EQ(nodes_[miner]->stop(), 0);
    std::string tip;
    const auto is_one = [&] {
      std::set<std::string> all;
      for (std::size_t i = 0; i < hospitals; ++i) {
        const auto status = ask(i, "status");
        if (!status) return false;
        all.insert(status->at("block"));
        all.insert(status->at("anchor"));
      }
      tip = *all.begin();
      return all.size() == 1;
    };
    return soon(is_one) ? tip : "";
  }

  // A patient's first call, to put an entry into her index; in a file of this name.
  void make_call(const std::string& account, const med::EntryId& entry, const std::string& name) const {
    const auto genesis = load<sup::Genesis>(path("genesis"), "a genesis");
    const auto authority = AuthorityFolder(path("authority")).open(SecretBytes(as_bytes("open sesame")));
    ASSERT_TRUE(genesis && authority);
    const Identity identity{Role::patient_med, {account}, 1};
    const AggregateKey key = extract_aggregate_key(authority->master.aggregate, identity);
    SystemRandom random;
    const med::IndexOperation put = med::PutEntry{{entry, 1, {Bytes(540, 7)}}};
    const Call call{identity, 0, {std::string(med::emr_index_name)}, {encode(put)}, {}};
    const med::Item item = med::sign_call(genesis->network(), call, key, random);
    ASSERT_TRUE(write_durably(path(name), encode(item), IfExists::fail));
  }

  std::size_t first_port_ = 20'000 + static_cast<std::size_t>(::getpid()) % 600 * 20;
  std::unique_ptr<e2e::BadNetwork> network_;
  std::array<std::unique_ptr<Process>, names.size()> nodes_;
  std::array<std::unique_ptr<Process>, lights.size()> followers_;
};

}  // namespace caduceus
