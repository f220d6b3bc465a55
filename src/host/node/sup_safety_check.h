// Whether what a replica must never forget (core/sup/safety.h) is its own, and fits the blocks beside it.
#pragma once

#include "core/sup/genesis.h"

namespace caduceus {

using HeldHeaders = std::map<BlockHash, SupHeader>;

// Every signature in it is this place's or a quorum's. Its high QC stands on the newest committed block, through blocks that are held; but for a
// replica that has just come back by a snapshot. Without a record, nothing is held. Failure: what is wrong in "meta: safety".
[[nodiscard]] Result<void> check_safety(const sup::Genesis& genesis, sup::Place self, const std::optional<sup::SafetyState>& safety,
                                        const std::optional<SupHeader>& newest, bool has_just_joined, const HeldHeaders& held);

}  // namespace caduceus
