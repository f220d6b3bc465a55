#include "core/roles/patient.h"

namespace caduceus::roles::patient {
namespace {

constexpr Byte only{0};

}  // namespace

void send_letter(WriteSet& step, const PatientSelf& self, const Party& to, LetterContent content, Time now, Rng& rng) {
  const std::uint64_t number = step.get(outbox_next, only).value_or(1);
  step.put(outbox, number, OutgoingLetter{to.relay, write_letter(self.ppub, self.keys.signing, to, std::move(content), now, rng)});
  step.put(outbox_next, only, number + 1);
}

std::vector<std::pair<std::uint64_t, OutgoingLetter>> letters_to_send(const WriteSet& step) {
  std::vector<std::pair<std::uint64_t, OutgoingLetter>> all;
  step.for_each_under(outbox, {}, [&](std::uint64_t number, OutgoingLetter letter) {
    all.emplace_back(number, std::move(letter));
    return true;
  });
  return all;
}

void letter_sent(WriteSet& step, std::uint64_t number) { step.erase(outbox, number); }

}  // namespace caduceus::roles::patient
