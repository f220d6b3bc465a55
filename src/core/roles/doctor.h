// A doctor's agent (PROTOCOL.md §4 to §7): what it keeps, and what each input changes in it. All of it is functions over its tables, each
// topic in a file of its own:
//
//   doctor_writing.h     records for a patient, signed under slots that survive a crash (§5)
//   doctor_consent.h     asks a patient, receives her grants, fetches records with them (§4, §6)
//   doctor_emergency.h   without consent: backed by the hospital, opened by biometrics (§7)
//
// What leaves is a request to a hospital (record_request.h), or a letter in the outbox.
#pragma once

#include "core/crypto/licence.h"
#include "core/roles/card.h"
#include "core/roles/letter.h"

namespace caduceus::roles {

// Whose agent it is.
struct DoctorSelf {
  NetworkId net;
  const G1& ppub;  // s_sig·P1
  const IdentityKeys& keys;
  const SealingKey& sealing;
  const SignedLicence& licence;

  [[nodiscard]] const Identity& identity() const { return keys.signing.identity; }
  [[nodiscard]] const Identity& hospital() const { return licence.licence.hospital; }
};

// Waits until its reader's relay has it: it comes again, the same bytes, until then.
struct DoctorLetter {
  Identity relay;
  Envelope envelope;

  static auto fields(auto& self) { return std::tie(self.relay, self.envelope); }
};

// Tables 40 to 42. Numbers ascend; none is used again. Of each patient, whom the doctor met, the card: her L is pinned.
inline constexpr Table<std::uint64_t, DoctorLetter> doctor_outbox{40};
inline constexpr Table<Byte, std::uint64_t> doctor_outbox_next{41};  // one, under 0
inline constexpr Table<Identity, Card> doctor_patients{42};

// A verified card is taken over; her relay may change, her key may not. Reject::signature_other_key, and as verify() of a card.
[[nodiscard]] Checked<void> meet(WriteSet& step, const DoctorSelf& self, const Card& card);

void send_letter(WriteSet& step, const DoctorSelf& self, const Party& to, LetterContent content, Time now, Rng& rng);
[[nodiscard]] std::vector<std::pair<std::uint64_t, DoctorLetter>> doctor_letters(const WriteSet& step);

}  // namespace caduceus::roles
