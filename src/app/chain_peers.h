// Both chains as nodes show them, checked again block by block: caduceus chain verify of somebody else's node.
#pragma once

#include "app/asker.h"
#include "host/node/med_check.h"
#include "host/node/sup_check.h"

namespace caduceus {

// Each goes on where `work` is (SupReplay, MedReplay), if these nodes' chain has the block that it stands at, and begins anew otherwise. It says
// now and then how far it is. Failure: no node answers; the first block that is not right, by hash, height and Reject.

// From block 1 up to one that SUP's certificates prove committed. A node that keeps old blocks no more cannot be checked from the beginning.
[[nodiscard]] Result<SupChecked> verify_sup_of(const AskOptions::Opened& who, store::Store& work, std::size_t threads,
                                               const std::function<void(Height next)>& progress);

// The node's best branch; `anchor` as check_med() takes it.
[[nodiscard]] Result<MedChecked> verify_med_of(const AskOptions::Opened& who, store::Store& work, const std::optional<sup::Anchor>& anchor,
                                               std::size_t threads, const std::function<void(Height newest)>& progress);

}  // namespace caduceus
