#include "core/roles/patient_accesses.h"

namespace caduceus::roles::patient {
namespace {

constexpr Byte only{0};

const Identity& patient_of(const AccessRequest& request) {
  if (const auto* const consented = std::get_if<GrantRequest>(&request)) return consented->patient;
  return std::get<EmergencyRequest>(request).scope.patient;
}

// As far as entries follow each other. Reject::access_log.
Checked<void> advance(WriteSet& step, const Identity& hospital) {
  LogHead head = log_head_of(step, hospital);
  while (const auto next = step.get(log_letters, {hospital, head.number + 1})) {
    TRY_VOID(follows_of_patient(head, next->entry));
    head = {next->entry.of_patient, entry_hash(next->entry)};
  }
  step.put(log_heads, hospital, head);
  return {};
}

// What hospitals told her of emergency requests, by htxU.
std::map<TransactionHash, EmergencyRequest> told_requests(const WriteSet& step) {
  std::map<TransactionHash, EmergencyRequest> all;
  step.for_each_under(log_letters, {}, [&](const auto& /*place*/, const SignedLogEntry& entry) {
    const auto* const request = std::get_if<EmergencyRequest>(&entry.entry.request);
    if (request != nullptr) all.emplace(request->htxu, *request);
    return true;
  });
  return all;
}

std::vector<RecordName> marked_records(const EmergencyTerms& terms, std::span<const RecordToken> tokens) {
  std::vector<RecordName> found;
  for (const Bytes32& mark : terms.marks.items) {
    for (const auto& [name, token] : tokens) {
      if (emergency_mark(token, terms.doctor, terms.ts3) == mark) found.push_back(name);
    }
  }
  return found;
}

bool is_the_same(const EmergencyRequest& told, const EmergencyTerms& terms) {
  return terms.kind == told.kind && terms.doctor == told.licence.licence.doctor && terms.hur == emergency_hash(told.kind, told.scope);
}

}  // namespace

Checked<bool> take_entry(WriteSet& step, const PatientSelf& self, const VerificationKey& hospital, const SignedLogEntry& entry) {
  TRY_VOID(verify(self.ppub, hospital, entry));
  if (entry.entry.patient != self.identity() || patient_of(entry.entry.request) != self.identity()) return reject(Reject::access_log);
  const std::pair place{entry.hospital, entry.entry.of_patient};
  if (const auto there = step.get(log_letters, place)) {
    if (entry_hash(there->entry) != entry_hash(entry.entry)) return reject(Reject::access_log);
    return false;
  }
  step.put(log_letters, place, entry);
  TRY_VOID(advance(step, entry.hospital));
  const auto* const request = std::get_if<EmergencyRequest>(&entry.entry.request);
  if (request != nullptr && !step.get(found_emergencies, request->htxu)) scan_again(step);
  return true;
}

LogHead log_head_of(const WriteSet& step, const Identity& hospital) { return step.get(log_heads, hospital).value_or(LogHead{}); }

Height scan_from(const WriteSet& step) { return step.get(scanned_up_to, only).value_or(Height(0)); }
void scan_again(WriteSet& step) { step.erase(scanned_up_to, only); }

std::size_t scan(WriteSet& step, std::span<const Emergency> emergencies, Height height) {
  const std::vector<RecordToken> tokens = tokens_of(step);
  const auto told = told_requests(step);
  std::size_t count = 0;
  for (const auto& [htxu, record] : emergencies) {
    const auto request = told.find(htxu);
    FoundEmergency found{record, {marked_records(record.terms, tokens)}};
    if (found.records.items.empty() && (request == told.end() || !is_the_same(request->second, record.terms))) continue;
    step.put(found_emergencies, htxu, found);
    ++count;
  }
  step.put(scanned_up_to, only, height + 1);
  return count;
}

}  // namespace caduceus::roles::patient
