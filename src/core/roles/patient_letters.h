// The patient's mail: doctors' agreements and questions, hospitals' records, accesses and receipts. Each letter may come twice, late or never.
#pragma once

#include "core/roles/patient_accesses.h"
#include "core/roles/patient_disputes.h"

namespace caduceus::roles::patient {

enum class QuestionState : std::uint8_t { open = 0, granted = 1, denied = 2 };
constexpr bool is_known(QuestionState state) { return state <= QuestionState::denied; }

struct HeldQuestion {
  Identity doctor;
  GrantQuestion question;
  Time sent;
  QuestionState state = QuestionState::open;

  static auto fields(auto& self) { return std::tie(self.doctor, self.question, self.sent, self.state); }
};
using QuestionId = ByteArray<16>;

// Tables 67 to 69.
inline constexpr Table<Identity, Party> correspondents{67};  // as SUP has them: an account's keys are for ever
inline constexpr Table<Identity, Responder> doctors{68};  // agreements with doctors
inline constexpr Table<QuestionId, HeldQuestion> questions{69};

// What a letter came to.
enum class LetterOutcome { agreement, question, record, access, erasure, dispute_reply, nothing_new };

// Verifies the letter against who wrote it, as SUP has him, and does what it says; answers stand in the outbox. Reject::letter_parties,
// letter_kind (nobody of this role writes such a one), signature_…, agreement_…, and as take_notice(), take_entry(), take_erasure(),
// take_reply().
[[nodiscard]] Checked<LetterOutcome> receive(WriteSet& step, const PatientSelf& self, const Party& from, const Letter& letter, Time now,
                                             Rng& rng);

[[nodiscard]] std::vector<HeldQuestion> questions_of(const WriteSet& step);

}  // namespace caduceus::roles::patient
