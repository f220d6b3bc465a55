// A whole SUP cluster in one process: the product's replicas on simulated time, network and disks, with faults, and hospitals that lie.
#pragma once

#include <memory>
#include <string>

#include "core/sup/verifier.h"
#include "test/sim/counting_ledger.h"
#include "test/sim/network.h"
#include "test/sim/real_ledger.h"
#include "test/sim/sup_checker.h"
#include "test/sim/sup_setup.h"

namespace caduceus::sim {

enum class SupEnd { ok = 0, no_progress = 2, broken = 3 };

struct SupReport {
  SupEnd end = SupEnd::ok;
  std::string why;
  std::uint64_t height = 0;
  std::uint64_t views = 0;
  std::uint64_t snapshots = 0;  // that honest replicas joined by
  std::uint64_t transactions = 0;  // committed, of a real ledger
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t milliseconds = 0;  // simulated
  std::uint64_t trace = 0;         // a checksum of every message that arrived, in order
};

SupReport simulate(const SupSetup& setup);

// Instead of chance: who leads the first views, who hears whom in them, and who is held by twins.
struct SupScript {
  struct Round {
    sup::Place leader = 0;
    std::uint32_t second_group = 0;  // bit i: node i is on that side; nodes of different sides do not hear each other
  };
  std::vector<Round> rounds;  // of views 1, 2, …; later ones have their usual leaders
  Tick healed;                // then everybody hears everybody, as in later views
  sup::Place twin = 0;        // the other instance is node n
};

class SupNode;

class SupCluster {
 public:
  explicit SupCluster(const SupSetup& setup, SupScript script = {});
  ~SupCluster();
  SupCluster(const SupCluster&) = delete;
  SupCluster& operator=(const SupCluster&) = delete;
  SupCluster(SupCluster&&) = delete;
  SupCluster& operator=(SupCluster&&) = delete;

  // Faults, then healing, then progress or none.
  SupReport run();

  // By hand.
  [[nodiscard]] SupNode& node(std::size_t number) { return *nodes_[number]; }
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  [[nodiscard]] const SupChecker& checker() const { return checker_; }
  [[nodiscard]] std::uint64_t messages() const { return network_.sent(); }
  [[nodiscard]] Tick now() const { return kernel_.now(); }
  bool step() { return kernel_.step(); }

 private:
  friend class SupNode;

  using Checkable = std::shared_ptr<const Checked<sup::Verified<sup::Message>>>;

  // Those that wait are no more than f, and those count that are faulty anyhow.
  [[nodiscard]] bool may_lose_disk() const;
  void disturb();  // every now and then, while faults last
  void heal();
  void pool();     // a new transaction, at some replicas
  [[nodiscard]] bool has_progressed() const;
  [[nodiscard]] bool hears(View view, std::size_t from, std::size_t to) const;
  void transmit(const SupNode& from, SupNode& to, View view, const Checkable& message);
  void broadcast(const SupNode& from, const sup::Message& message);
  void send(const SupNode& from, sup::Place to, const sup::Message& message);
  [[nodiscard]] Checkable verified(const SupNode& from, const sup::Message& message) const;
  void deliver(const SupNode& from, SupNode& to, const Checkable& message);

  SupSetup setup_;
  SupScript script_;
  Kernel kernel_;
  std::unique_ptr<Committee> committee_;
  std::vector<std::unique_ptr<CommitteeKey>> keys_;
  NetworkId net_{};
  sup::Rules rules_;
  sup::Timing timing_;
  SeededRng weights_{0};  // of batches of signatures
  std::unique_ptr<TransactionVerifier> transactions_;  // of a real ledger
  std::unique_ptr<sup::Verifier> verifier_;
  std::vector<std::unique_ptr<SupNode>> nodes_;  // one a place, then the twins
  Network network_;
  SupChecker checker_;
  bool is_healed_ = false;
  bool splits_views_ = false;  // partitions change with the view
  std::uint64_t next_transaction_ = 1;
  std::uint64_t goal_ = 0;  // height that all have to reach after healing
  std::uint64_t trace_ = 0;
};

}  // namespace caduceus::sim
