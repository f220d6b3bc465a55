// MED's target, by aserti3-2d: a function of how far the chain is ahead of or behind its schedule (PROTOCOL.md §9).
#pragma once

#include "core/chain/med_parameters.h"

namespace caduceus::med {

// Of the block above one of this height and time: the genesis block's target · 2^((time − its time − interval · height) / half-life), rounded
// and approximated as the specification of aserti3-2d says, with milliseconds for seconds. The genesis block is the anchor, and the
// interval before it counts as passed as planned. At least 1, at most easiest_target. The parameters were checked.
[[nodiscard]] Bytes32 next_target(const MedParameters& parameters, const MblockHeader& genesis, Height height, Time time);

}  // namespace caduceus::med
