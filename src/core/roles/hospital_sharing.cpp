#include "core/roles/hospital_sharing.h"

#include "core/roles/hospital_notices.h"

namespace caduceus::roles {
namespace {

GrantMemory memory_of(const WriteSet& step, const PolicyKey& key) {
  auto memory = step.get(grant_memories, key);
  return memory ? *std::move(memory) : GrantMemory{};
}

}  // namespace

Checked<SharingRead> prepare_sharing(const WriteSet& step, const GrantRequest& request) {
  const Identity& patient = request.policy.patient;
  SharingRead read{memory_of(step, {patient, policy_hash(request.policy)}), {}};
  TRY(read.records, records_at(step, patient, request.records.items, request.time));
  return read;
}

std::optional<LogEntry> record_sharing(WriteSet& step, const GrantRequest& request, const GrantMemory& before,
                                       const GrantMemory& to_persist, Time now) {
  if (to_persist.used == before.used) return std::nullopt;
  const Identity& patient = request.policy.patient;
  step.put(grant_memories, {patient, policy_hash(request.policy)}, to_persist);
  LogEntry entry = AccessLog(step).add(patient, request, now);
  notify(step, {patient, NewAccess{entry.number}});
  return entry;
}

void revoke_grant(WriteSet& step, const RevokeGrant& revocation) {
  const PolicyKey key{revocation.patient, revocation.policy};
  GrantMemory memory = memory_of(step, key);
  memory.revoked = true;
  step.put(grant_memories, key, memory);
}

}  // namespace caduceus::roles
