// A hospital that was put back from a backup: what it did since is unknown (PROTOCOL.md R5). Slots wait; and the numbers of patients' batches are
// passed over that may have been given, because factors, and so grants, go by them (§4).
#pragma once

#include "core/roles/hospital_publishing.h"

namespace caduceus::roles {

inline constexpr std::uint32_t batches_passed_over = 1U << 16U;

// Before the hospital serves again.
void after_restore(WriteSet& step, const SlotRules& rules, Time now);

}  // namespace caduceus::roles
