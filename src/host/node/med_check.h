// Everything that a node of MED keeps, checked again from block 0 on: work, targets, times, signatures, states; and that its store holds what
// follows from that, in every key and value, and nothing else.
#pragma once

#include "host/node/med_node.h"

namespace caduceus {

struct MedChecked {
  Height final;  // height of the newest final block
  std::uint64_t blocks = 0;  // without block 0; open ones, too
  std::uint64_t records = 0;
  std::uint64_t nodes = 0;  // of states
};

// On so many threads; says now and then how many blocks are done. Failure: the first thing that is not as it has to be, by its column, height and
// hash or key.
[[nodiscard]] Result<MedChecked> check_med(const store::Store& store, const MedTerms& terms, std::size_t threads,
                                           const std::function<void(std::uint64_t blocks)>& progress);

}  // namespace caduceus
