// Everything that a hospital keeps of SUP, checked again: certificates, signatures, states, the safety record; and that its store holds what
// follows from that, in every key and value, and nothing else.
#pragma once

#include "host/node/sup_replay.h"
#include "host/node/sup_store.h"

namespace caduceus {

struct SupChecked {
  Height newest;  // height of the newest committed block
  Height first;  // from here on blocks are kept
  std::uint64_t executed = 0;  // committed blocks that were executed again
  std::uint64_t transactions = 0;  // in committed blocks
  std::uint64_t held = 0;  // blocks above
  std::uint64_t versions = 0;  // states
  std::uint64_t nodes = 0;  // of them
  sup::Anchor anchor;  // on MED
};

// `work` has SupReplay::columns: where it is, if that is on this store's chain, the check goes on. It says now and then which block is next.
// Blocks of which the state before them is kept no more (pruned, or before a snapshot) are not executed: a quorum's certificates vouch for them.
// Failure: the first thing that is not as it has to be, by its column and its key, or its block's hash and height.
[[nodiscard]] Result<SupChecked> check_sup(const store::Store& store, store::Store& work, const sup::Genesis& genesis, sup::Place self,
                                           std::size_t threads, const std::function<void(Height next)>& progress);

}  // namespace caduceus
