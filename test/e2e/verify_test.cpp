// caduceus chain verify as a user has it: both chains from disk and from nodes that run, killed and gone on with, and bytes changed on disk.
#include <thread>

#include "host/node/med_store.h"
#include "host/node/sup_store.h"
#include "host/store/rocks_store.h"
#include "test/app_world.h"

namespace caduceus {
namespace {

using nlohmann::json;

class Verify : public AppWorld {
 protected:
  static constexpr std::size_t n = 4;
  static constexpr std::chrono::seconds patience{300};

  void SetUp() override {
    AppWorld::SetUp();
    std::string hospitals, sup_nodes;
    for (std::size_t i = 0; i < n; ++i) {
      join("hospital", name(i));
      hospitals += " --hospital " + member(name(i));
      sup_nodes += " --node " + node(i, 0);
    }
    join("miner", "m1");
    join("doctor", "dr-lee", " --hospital h1");
    ASSERT_EQ(caduceus("consortium new --devnet --name demo --authority " + path("authority/authority") + hospitals + " --out " + genesis())
                  .status,
              0);
    for (std::size_t i = 0; i < n; ++i) init("sup", name(i), 0 + i, sup_nodes);
    const std::string med_nodes = " --node " + node(0, n) + " --node miner:m1=" + address_of(n + 1);
    init("med", "h1", n, med_nodes);
    init("med", "m1", n + 1, med_nodes);
    for (std::size_t i = 0; i < n; ++i) start("sup serve", name(i));
    start("med serve", "h1");
    start("med mine --cpu-share 30", "m1");
    const Outcome account = caduceus("register --dir " + path("h1") + " --pkg " + address() + sesame());
    EXPECT_EQ(account.status, 0) << account.output;
  }
  void TearDown() override {
    nodes_.clear();
    AppWorld::TearDown();
  }
  static std::string name(std::size_t i) { return "h" + std::to_string(i + 1); }
  [[nodiscard]] std::string genesis() const { return path("genesis"); }
  [[nodiscard]] std::string address_of(std::size_t i) const { return "127.0.0.1:" + std::to_string(first_port_ + i); }
  [[nodiscard]] std::string node(std::size_t i, std::size_t above) const { return name(i) + "=" + address_of(i + above); }
  void init(const std::string& chain, const std::string& who, std::size_t port, const std::string& nodes) {
    const Outcome made =
        caduceus(chain + " init --dir " + path(who) + " --genesis " + genesis() + " --listen " + address_of(port) + nodes + sesame());
    ASSERT_EQ(made.status, 0) << made.output;
  }
  void start(const std::string& what, const std::string& who) {
    nodes_.push_back(
        std::make_unique<Process>(CADUCEUS_BINARY " " + what + " --json --dir " + path(who) + sesame() + " 2>>" + path("log")));
    EXPECT_NE(nodes_.back()->line(), "") << what << " of " << who << " did not start";
  }
  [[nodiscard]] std::uint64_t height(const std::string& chain, const std::string& who) const {
    const Outcome status = caduceus(chain + " status --json --dir " + path(who) + sesame());
    return status.status == 0 ? json::parse(status.output).at("height").get<std::uint64_t>() : 0;
  }
  static bool soon(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::seconds(1));  // to ask takes a core: a keystore is opened
    }
    return true;
  }
  // Below its progress.
  static json result(const Outcome& outcome) {
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    return json::parse(outcome.output.substr(std::min(outcome.output.find('{'), outcome.output.size())), nullptr, false);
  }
  // As a doctor, who has no node.
  [[nodiscard]] std::string of_nodes() const {
    return "chain verify --json --dir " + path("dr-lee") + " --genesis " + genesis() + sesame() + " --sup-node " + node(1, 0) +
           " --med-node " + node(0, n);
  }
  // The first height that it says; then it is killed, unless it was done before that.
  struct Begun {
    std::uint64_t height = 0;
    bool is_killed = false;
  };
  [[nodiscard]] static Begun kill_after_a_line(const std::string& command) {
    Process verifying(CADUCEUS_BINARY " " + command + " 2>&1");
    const std::string line = verifying.line();
    return {std::stoull(line.substr(line.rfind(' ') + 1)), verifying.stop(SIGKILL) == -1};
  }

  // In this column of a stopped node's store a byte in the middle of some value changes, and then it is as it was.
  void expect_found(const std::string& who, const std::string& chain, std::span<const std::string_view> columns, std::size_t column) {
    const auto change = [&] {
      const auto store = store::open_rocks_store(path(who) + "/" + chain, columns);
      ASSERT_TRUE(store) << store.error().message;
      store::Batch batch;
      const store::Column at{static_cast<std::uint8_t>(column)};
      ASSERT_TRUE((*store)->for_each_from(at, {}, [&](ByteView key, ByteView value) {
        Bytes changed(value.begin(), value.end());
        changed[changed.size() / 2] ^= 0x10;
        batch.put(at, key, changed);
        return false;
      }));
      ASSERT_FALSE(batch.empty()) << columns[column] << " is empty";
      ASSERT_TRUE((*store)->write(batch));
    };
    change();
    expect_failure(caduceus("chain verify --json --dir " + path(who)), std::string(columns[column]));
    change();
  }

  std::size_t first_port_ = 21'000 + static_cast<std::size_t>(::getpid()) % 1000 * 10;
  std::vector<std::unique_ptr<Process>> nodes_;
};

TEST_F(Verify, both_chains_from_nodes_and_from_disk) {
  ASSERT_TRUE(soon([&] { return height("sup", "h2") >= 20 && height("med", "h1") >= 5; })) << "those that will be asked";
  const json asked = result(caduceus(of_nodes()));
  EXPECT_GE(asked.at("sup_height"), 20);
  EXPECT_EQ(asked.at("sup_executed"), asked.at("sup_height"));
  EXPECT_EQ(asked.at("sup_transactions"), 1);
  EXPECT_GE(asked.at("height"), 5);
  EXPECT_EQ(asked.at("anchored"), true);
  EXPECT_FALSE(std::filesystem::exists(path("dr-lee") + "/verify/sup"));

  // Killed, it goes on where it was, and ends where the other one did, or above.
  Begun first;
  for (int i = 0; i < 50 && !first.is_killed; ++i) first = kill_after_a_line(of_nodes());
  ASSERT_TRUE(first.is_killed);
  EXPECT_EQ(first.height, 2);
  EXPECT_GT(kill_after_a_line(of_nodes()).height, 2);
  const json rest = result(caduceus(of_nodes()));
  EXPECT_GE(rest.at("sup_height"), asked.at("sup_height"));
  EXPECT_EQ(rest.at("sup_executed"), rest.at("sup_height"));
  EXPECT_EQ(rest.at("sup_transactions"), 1);

  expect_failure(caduceus("chain verify --dir " + path("h1")), "another process");
  expect_failure(caduceus("chain verify --dir " + path("dr-lee")), "name nodes");
  for (auto& one : nodes_) EXPECT_EQ(one->stop(), 0);

  for (const std::size_t i : {0U, 1U, 2U, 3U}) {
    const json kept = result(caduceus("chain verify --json --dir " + path(name(i))));
    EXPECT_GE(kept.at("sup_height"), 20);
    EXPECT_EQ(kept.at("sup_executed"), kept.at("sup_height"));
    EXPECT_EQ(kept.contains("blocks"), i == 0);
  }
  for (std::size_t column = 0; column < 3; ++column) expect_found("h2", "sup", SupStore::columns, column);
  for (const std::size_t column : {0U, 1U, 2U, 3U}) expect_found("h1", "med", MedStore::columns, column);
  EXPECT_EQ(caduceus("chain verify --dir " + path("h1")).status, 0);
  EXPECT_EQ(caduceus("chain verify --dir " + path("h2")).status, 0);
}

}  // namespace
}  // namespace caduceus
