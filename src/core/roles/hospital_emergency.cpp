#include "core/roles/hospital_emergency.h"

#include "core/roles/hospital_notices.h"

namespace caduceus::roles {
namespace {

std::pair<Identity, std::uint64_t> day_of(const Identity& patient, Time now) { return {patient, now.value() / day_length}; }

bool was_answered(const EmergencyMemory& memory, const EmergencyRequest& request) {
  const auto& answered = memory.answered.items;
  return std::ranges::find(answered, request_hash(request), &EmergencyMemory::Answered::request) != answered.end();
}

}  // namespace

Checked<EmergencyRead> prepare_emergency(const WriteSet& step, const EmergencyRequest& request, Time now) {
  const Identity& patient = request.scope.patient;
  EmergencyRead read;
  if (auto memory = step.get(emergency_memories, request.htxu)) read.memory = *std::move(memory);
  if (request.kind == EmergencyKind::open) {
    read.keyslot = step.get(keyslots, patient);
    if (!read.keyslot) return reject(Reject::keyslot_unknown);
    const std::uint32_t opened = step.get(openings_of_days, day_of(patient, now)).value_or(0);
    if (opened >= most_openings_a_day && !was_answered(read.memory, request)) return reject(Reject::emergency_limit);
    return read;
  }
  TRY(read.records, records_at(step, patient, request.scope.records.items, request.time));
  for (const auto& [htxm, record] : read.records) read.tokens.push_back(emergency_token(record.factor));
  return read;
}

Checked<std::optional<LogEntry>> record_emergency(WriteSet& step, const EmergencyRequest& request, const EmergencyMemory& before,
                                                  const EmergencyMemory& to_persist, Time now) {
  if (to_persist.answered.items.size() == before.answered.items.size()) return std::nullopt;
  const Identity& patient = request.scope.patient;
  if (request.kind == EmergencyKind::open) {
    const auto day = day_of(patient, now);
    const std::uint32_t opened = step.get(openings_of_days, day).value_or(0);
    if (opened >= most_openings_a_day) return reject(Reject::emergency_limit);  // others were recorded meanwhile
    step.put(openings_of_days, day, opened + 1);
  }
  step.put(emergency_memories, request.htxu, to_persist);
  LogEntry entry = AccessLog(step).add(patient, request, now);
  notify(step, {patient, NewAccess{entry.number}});
  return entry;
}

}  // namespace caduceus::roles
