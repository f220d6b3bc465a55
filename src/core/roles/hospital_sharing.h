// A consented request at the hospital (PROTOCOL.md §6): what it needs is read from the tables; AcceptedRequest::check() is computed
// anywhere; the use is counted and logged in one step, on disk before the answer is made.
//
//   prepare_sharing(tables, request)  →  AcceptedRequest::check(…, memory)  →  record_sharing(tables, …)
//     →  on disk  →  persisted(), answer(…)
//
// Requests by one policy, and its revocation, come one after the other.
#pragma once

#include "core/roles/access_log.h"
#include "core/roles/hospital_records.h"

namespace caduceus::roles {

using PolicyKey = std::pair<Identity, Bytes32>;  // ID_C, H(policy)
// Table 25.
inline constexpr Table<PolicyKey, GrantMemory> grant_memories{25};

struct SharingRead {
  GrantMemory memory;
  std::vector<std::pair<TransactionHash, HeldRecord>> records;  // asked for, in their order
};
// Reject::record_unknown, record_erased.
[[nodiscard]] Checked<SharingRead> prepare_sharing(const WriteSet& step, const GrantRequest& request);

// `to_persist` is the accepted request's; `before` is what it was checked against. A request that was answered before leaves everything as
// it is, and has no entry. The patient is to hear of a new one.
std::optional<LogEntry> record_sharing(WriteSet& step, const GrantRequest& request, const GrantMemory& before,
                                       const GrantMemory& to_persist, Time now);

// By the patient, whose signature was verified. Her policy, whether it was ever used or not.
void revoke_grant(WriteSet& step, const RevokeGrant& revocation);

}  // namespace caduceus::roles
