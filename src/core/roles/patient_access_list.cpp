#include "core/roles/patient_access_list.h"

#include <map>
#include <set>

namespace caduceus::roles::patient {
namespace {

std::vector<RecordName> names(const Identity& hospital, std::span<const RecordPlace> places) {
  std::vector<RecordName> all;
  for (const RecordPlace& place : places) all.push_back({hospital, place});
  return all;
}

AccessConcern concern_of(const WriteSet& step, const GrantRequest& request, Time answered) {
  const auto grant = step.get(grants, request.policy.id);
  if (!grant || grant->policy != request.policy) return AccessConcern::not_granted;
  const bool is_after = grant->revoked && answered > *grant->revoked + request_window;
  return is_after ? AccessConcern::after_revocation : AccessConcern::none;
}

Access access_of(const WriteSet& step, const SignedLogEntry& signed_entry) {
  const LogEntry& entry = signed_entry.entry;
  Access access;
  access.doctor = doctor_of(entry.request);
  access.hospital = signed_entry.hospital;
  access.time = entry.time;
  access.is_in_log = true;
  if (const auto* const request = std::get_if<GrantRequest>(&entry.request)) {
    access.records = names(signed_entry.hospital, request->records.items);
    access.purpose = request->policy.purpose.value;
    access.grant = request->policy.id;
    access.concern = concern_of(step, *request, entry.time);
    return access;
  }
  const auto& request = std::get<EmergencyRequest>(entry.request);
  access.emergency = request.kind;
  access.records = names(signed_entry.hospital, request.scope.records.items);
  access.htxu = request.htxu;
  access.is_disputed = step.get(disputes, request.htxu).has_value();
  const auto found = step.get(found_emergencies, request.htxu);
  access.is_on_sup = found && found->record.terms.doctor == access.doctor && found->record.terms.kind == request.kind;
  if (access.is_on_sup) access.reason = found->record.terms.reason;
  if (!access.is_on_sup) access.concern = AccessConcern::not_on_sup;
  return access;
}

Access access_of(const WriteSet& step, const TransactionHash& htxu, const FoundEmergency& found) {
  const EmergencyTerms& terms = found.record.terms;
  Access access;
  access.emergency = terms.kind;
  access.doctor = terms.doctor;
  access.hospital = terms.hospital;
  access.time = found.record.committed.time;
  access.records = found.records.items;
  access.reason = terms.reason;
  access.htxu = htxu;
  access.is_on_sup = true;
  access.is_disputed = step.get(disputes, htxu).has_value();
  access.concern = AccessConcern::not_answered;
  return access;
}

}  // namespace

std::vector<Access> accesses_of(const WriteSet& step) {
  std::multimap<Time, Access> by_time;
  const auto add = [&](Access one) { by_time.emplace(one.time, std::move(one)); };
  std::set<TransactionHash> in_log;
  step.for_each_under(log_letters, {}, [&](const auto& /*place*/, const SignedLogEntry& entry) {
    Access one = access_of(step, entry);
    if (one.htxu) in_log.insert(*one.htxu);
    add(std::move(one));
    return true;
  });
  step.for_each_under(found_emergencies, {}, [&](const TransactionHash& htxu, const FoundEmergency& found) {
    if (!in_log.contains(htxu)) add(access_of(step, htxu, found));
    return true;
  });
  std::vector<Access> all;
  for (auto& [time, one] : by_time) all.push_back(std::move(one));
  return all;
}

}  // namespace caduceus::roles::patient
