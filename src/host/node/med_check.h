// Everything that a node of MED keeps, checked again from block 0 on: work, targets, times, signatures, states; and that its store holds what
// follows from that, in every key and value, and nothing else.
#pragma once

#include "core/sup/state.h"
#include "host/node/med_replay.h"

namespace caduceus {

struct MedChecked {
  Height final;  // height of the newest final block
  Height newest;  // of the best branch
  std::uint64_t blocks = 0;  // without block 0; open ones, too
  std::uint64_t records = 0;
  std::uint64_t nodes = 0;  // of states
  bool has_anchor = false;  // the anchor's height is reached
};

// On so many threads, all of it into `work` once more (MedReplay), and then both are compared: so it goes on where `work` is, if that is on this
// chain. Says now and then how high the best branch is. `anchor` is what SUP anchored, as its chain says, if that was asked.
// Failure: the first thing that is not as it has to be, by its column, height and hash or key; another block stands where SUP anchored one.
[[nodiscard]] Result<MedChecked> check_med(const store::Store& store, store::Store& work, const MedTerms& terms,
                                           const std::optional<sup::Anchor>& anchor, std::size_t threads,
                                           const std::function<void(Height newest)>& progress);

// Whether the branch has the block that SUP anchored; false while it is not that high. Failure: it has another one there.
[[nodiscard]] Result<bool> check_anchor(const MedReplay& replay, const std::optional<sup::Anchor>& anchor);

}  // namespace caduceus
