#include "core/roles/doctor.h"

namespace caduceus::roles {

Checked<void> meet(WriteSet& step, const DoctorSelf& self, const Card& card) {
  TRY_VOID(verify(self.ppub, card));
  const auto known = step.get(doctor_patients, card.patient.identity);
  if (known && known->patient.public_point != card.patient.public_point) return reject(Reject::signature_other_key);
  step.put(doctor_patients, card.patient.identity, card);
  return {};
}

void send_letter(WriteSet& step, const DoctorSelf& self, const Party& to, LetterContent content, Time now, Rng& rng) {
  const std::uint64_t number = step.get(doctor_outbox_next, Byte{0}).value_or(1);
  step.put(doctor_outbox, number, {to.relay, write_letter(self.ppub, self.keys.signing, to, std::move(content), now, rng)});
  step.put(doctor_outbox_next, Byte{0}, number + 1);
}

std::vector<std::pair<std::uint64_t, DoctorLetter>> doctor_letters(const WriteSet& step) {
  std::vector<std::pair<std::uint64_t, DoctorLetter>> all;
  step.for_each_under(doctor_outbox, {}, [&](std::uint64_t number, DoctorLetter letter) {
    all.emplace_back(number, std::move(letter));
    return true;
  });
  return all;
}

}  // namespace caduceus::roles
