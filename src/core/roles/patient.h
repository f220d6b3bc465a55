// A patient's wallet (PROTOCOL.md §4 to §7): what she keeps, and what each input changes in it. All of it is functions over her tables; each
// topic has a file of its own, patient_*.h, in a namespace of its own. What leaves is a request to a hospital (record_request.h), or a letter in her outbox.
#pragma once

#include "core/roles/card.h"
#include "core/roles/letter.h"

namespace caduceus::roles::patient {

// Whose wallet it is.
struct PatientSelf {
  const G1& ppub;  // s_sig·P1
  const IdentityKeys& keys;
  const SealingKey& sealing;

  [[nodiscard]] const Identity& identity() const { return keys.signing.identity; }
};

// A letter that waits until its reader's relay has it: it comes again, the same bytes, until then.
struct OutgoingLetter {
  Identity relay;
  Envelope envelope;

  static auto fields(auto& self) { return std::tie(self.relay, self.envelope); }
};

// Tables 60 and 61. Numbers ascend; none is used again.
inline constexpr Table<std::uint64_t, OutgoingLetter> outbox{60};
inline constexpr Table<Byte, std::uint64_t> outbox_next{61};  // one, under 0

void send_letter(WriteSet& step, const PatientSelf& self, const Party& to, LetterContent content, Time now, Rng& rng);
[[nodiscard]] std::vector<std::pair<std::uint64_t, OutgoingLetter>> letters_to_send(const WriteSet& step);
// The relay has it.
void letter_sent(WriteSet& step, std::uint64_t number);

}  // namespace caduceus::roles::patient
