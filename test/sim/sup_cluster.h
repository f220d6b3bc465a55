// A whole SUP cluster in one process: the product's replicas on simulated time, network and disks, with faults, and hospitals that lie.
#pragma once

#include <memory>
#include <string>

#include "core/sup/verifier.h"
#include "test/sim/counting_ledger.h"
#include "test/sim/network.h"
#include "test/sim/sup_checker.h"
#include "test/sim/sup_setup.h"

namespace caduceus::sim {

enum class SupEnd { ok = 0, no_progress = 2, broken = 3 };

struct SupReport {
  SupEnd end = SupEnd::ok;
  std::string why;
  std::uint64_t height = 0;
  std::uint64_t views = 0;
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t milliseconds = 0;  // simulated
  std::uint64_t trace = 0;         // a checksum of every message that arrived, in order
};

SupReport simulate(const SupSetup& setup);

class SupNode;

class SupCluster {
 public:
  explicit SupCluster(const SupSetup& setup);
  ~SupCluster();
  SupCluster(const SupCluster&) = delete;
  SupCluster& operator=(const SupCluster&) = delete;
  SupCluster(SupCluster&&) = delete;
  SupCluster& operator=(SupCluster&&) = delete;

  SupReport run();

 private:
  friend class SupNode;

  using Checkable = std::shared_ptr<const Checked<sup::Verified<sup::Message>>>;

  void disturb();  // every now and then, while faults last
  void heal();
  void pool();     // a new transaction, at some replicas
  [[nodiscard]] bool has_progressed() const;
  void broadcast(const SupNode& from, const sup::Message& message);
  void send(const SupNode& from, sup::Place to, const sup::Message& message);
  [[nodiscard]] Checkable verified(sup::Place from, const sup::Message& message) const;
  void deliver(const SupNode& from, SupNode& to, const Checkable& message);

  SupSetup setup_;
  Kernel kernel_;
  std::unique_ptr<Committee> committee_;
  std::vector<std::unique_ptr<CommitteeKey>> keys_;
  NetworkId net_{};
  sup::Rules rules_;
  sup::Timing timing_;
  std::unique_ptr<sup::Verifier> verifier_;
  std::vector<std::unique_ptr<SupNode>> nodes_;  // one a place, then the twins
  Network network_;
  SupChecker checker_;
  bool is_healed_ = false;
  std::uint64_t next_transaction_ = 1;
  std::uint64_t goal_ = 0;  // height that all have to reach after healing
  std::uint64_t trace_ = 0;
};

}  // namespace caduceus::sim
