// Emergency requests at the hospital that is asked (PROTOCOL.md §7): as hospital_sharing.h, with SUP's word in place of the patient's. An
// opening gives out her keyslot: three times a request, which EmergencyMemory counts, and ten times a day.
#pragma once

#include "core/roles/access_log.h"
#include "core/roles/hospital_records.h"

namespace caduceus::roles {

constexpr std::uint32_t most_openings_a_day = 10;  // §10, of a patient
constexpr std::uint64_t day_length = 86'400'000;  // ms

// Tables 26 to 28.
inline constexpr Table<TransactionHash, EmergencyMemory> emergency_memories{26};  // by htxU
inline constexpr Table<std::pair<Identity, std::uint64_t>, std::uint32_t> openings_of_days{27};  // of a patient, by day since 1970
inline constexpr Table<Identity, Keyslot> keyslots{28};

struct EmergencyRead {
  EmergencyMemory memory;
  std::optional<Keyslot> keyslot;  // of an opening
  std::vector<std::pair<TransactionHash, HeldRecord>> records;  // of a reading
  std::vector<SecretKey> tokens;  // τ_j of these
};
// Reject::keyslot_unknown, emergency_limit, record_unknown, record_erased.
[[nodiscard]] Checked<EmergencyRead> prepare_emergency(const WriteSet& step, const EmergencyRequest& request, Time now);
// As record_sharing(). Reject::emergency_limit: others opened it since prepare_emergency().
[[nodiscard]] Checked<std::optional<LogEntry>> record_emergency(WriteSet& step, const EmergencyRequest& request,
                                                                const EmergencyMemory& before, const EmergencyMemory& to_persist, Time now);

}  // namespace caduceus::roles
