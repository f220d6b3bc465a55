// First visits (PROTOCOL.md §4): the patient begins, the hospital answers on the spot. Wherever it stops in between, the same call goes on, with
// the same bytes.
#pragma once

#include "core/roles/patient.h"
#include "core/roles/record_request.h"

namespace caduceus::roles::patient {

// Table 62: by hospital. "pending" and "active" are the agreement's own states.
inline constexpr Table<Identity, Initiator> visits{62};

// To the hospital, whose registered key this is; begun before, the same Hello. Reject::agreement_parties; signature_other_key when it was
// begun with another key of the hospital.
[[nodiscard]] Checked<Meet> begin_visit(WriteSet& step, const PatientSelf& self, const VerificationKey& hospital, const Card& card,
                                        Rng& rng);
// Reject::visit_unknown, and as Initiator::receive().
[[nodiscard]] Checked<ConfirmMeeting> visit_replied(WriteSet& step, const PatientSelf& self, const Identity& hospital, const Reply& reply,
                                                    Rng& rng);
[[nodiscard]] Checked<void> visit_acknowledged(WriteSet& step, const Identity& hospital, const Ack& ack);

// One that the hospital has answered: from then on its keys are known, and the hospital's letters may overtake its last word. Reject::visit_unknown.
[[nodiscard]] Checked<Initiator> visit_at(const WriteSet& step, const Identity& hospital);
// Hospitals of such visits.
[[nodiscard]] std::vector<Identity> visited(const WriteSet& step);

}  // namespace caduceus::roles::patient
