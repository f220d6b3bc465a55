// What consensus costs, counted in a simulation of the product's replicas.
#pragma once

#include "test/sim/sup_setup.h"

namespace caduceus::sim {

struct DecisionCost {
  std::uint64_t heights = 0;
  double messages_a_decision = 0;
  double views_a_commit = 0;
  double milliseconds_a_commit = 0;  // simulated: delays of 5 to 20 ms
};

// Blocks that are always full of transactions, until this height; no fault but `down` of the setup. Zero when it does not get there.
DecisionCost decision_cost(const SupSetup& setup, std::uint64_t heights);

struct CatchUp {
  std::uint64_t blocks = 0;        // that the others committed meanwhile
  std::uint64_t milliseconds = 0;  // simulated, until the replica that was away has them all
  std::uint64_t snapshots = 0;
  bool is_done = false;
};

// The last replica is away while the others commit so many blocks; with faults.prune they keep but a few of these.
CatchUp catch_up(const SupSetup& setup, std::uint64_t blocks);

}  // namespace caduceus::sim
