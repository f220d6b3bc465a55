#include "core/roles/patient_visits.h"

namespace caduceus::roles::patient {

Checked<Meet> begin_visit(WriteSet& step, const PatientSelf& self, const VerificationKey& hospital, const Card& card, Rng& rng) {
  if (const auto begun = step.get(visits, hospital.identity)) {
    if (begun->peer().public_point != hospital.public_point) return reject(Reject::signature_other_key);
    return Meet{card, begun->hello()};
  }
  TRY(const Initiator visit, Initiator::begin(self.keys.signing.verification_key(), hospital, rng));
  step.put(visits, hospital.identity, visit);
  return Meet{card, visit.hello()};
}

Checked<ConfirmMeeting> visit_replied(WriteSet& step, const PatientSelf& self, const Identity& hospital, const Reply& reply, Rng& rng) {
  auto visit = step.get(visits, hospital);
  if (!visit) return reject(Reject::visit_unknown);
  TRY(const Confirm confirm, visit->receive(self.ppub, self.keys, reply, rng));
  step.put(visits, hospital, *visit);
  return ConfirmMeeting{confirm};
}

Checked<void> visit_acknowledged(WriteSet& step, const Identity& hospital, const Ack& ack) {
  auto visit = step.get(visits, hospital);
  if (!visit) return reject(Reject::visit_unknown);
  TRY_VOID(visit->receive(ack));
  step.put(visits, hospital, *visit);
  return {};
}

Checked<Initiator> visit_at(const WriteSet& step, const Identity& hospital) {
  auto visit = step.get(visits, hospital);
  if (!visit || visit->state() == AgreementState::waiting) return reject(Reject::visit_unknown);
  return *std::move(visit);
}

std::vector<Identity> visited(const WriteSet& step) {
  std::vector<Identity> all;
  step.for_each_under(visits, {}, [&](const Identity& hospital, const Initiator& visit) {
    if (visit.state() != AgreementState::waiting) all.push_back(hospital);
    return true;
  });
  return all;
}

}  // namespace caduceus::roles::patient
