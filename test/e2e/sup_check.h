// What must hold of the hospitals' chain after whatever happened to them.
#pragma once

#include <map>

#include "test/e2e/asker.h"

namespace caduceus::e2e {

using Acknowledged = std::map<TransactionHash, sup::Committed>;

struct Ending {
  Height height;   // that all have reached
  Bytes32 root{};  // of the state after it
  std::map<std::size_t, Height> first;  // the oldest block that each hospital has
};

// Each of these hospitals proves that all that was acknowledged is committed, once, where the acknowledgement said; and at one height all
// have the same block, so the same state. Where blocks are pruned, some of them may have it no more. Failure: what does not hold.
[[nodiscard]] Result<Ending> check_hospitals(const bench::Cluster& cluster, const Consortium& consortium,
                                             const std::vector<std::size_t>& places, const Acknowledged& acknowledged, bool is_pruned);

}  // namespace caduceus::e2e
