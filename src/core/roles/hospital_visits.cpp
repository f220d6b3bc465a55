#include "core/roles/hospital_visits.h"

#include "core/roles/hospital_counts.h"

namespace caduceus::roles {

Checked<bool> is_first_meeting(const WriteSet& step, const Meet& meet) {
  const auto before = step.get(visits, meet.card.patient.identity);
  if (!before) return true;
  if (before->agreement.receive(meet.hello)) return false;
  if (before->agreement.is_active()) return reject(Reject::agreement_pinned);
  return true;
}

Reply meet(WriteSet& step, const Meet& meet, std::optional<Responder> fresh) {
  const Identity& patient = meet.card.patient.identity;
  auto before = step.get(visits, patient);
  CHECK(fresh || before);
  if (!before) count(step, [](HospitalCounts& counts) { ++counts.patients; });
  const Visit visit{meet.card, fresh ? *std::move(fresh) : std::move(before->agreement)};
  step.put(visits, patient, visit);
  return visit.agreement.reply();
}

Checked<Visit> visit_of(const WriteSet& step, const Identity& patient) {
  auto visit = step.get(visits, patient);
  if (!visit) return reject(Reject::visit_unknown);
  return *std::move(visit);
}

Checked<Visit> active_visit_of(const WriteSet& step, const Identity& patient) {
  TRY(Visit visit, visit_of(step, patient));
  if (!visit.agreement.is_active()) return reject(Reject::visit_unknown);
  return visit;
}

}  // namespace caduceus::roles
