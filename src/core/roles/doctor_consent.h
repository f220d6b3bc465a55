// A doctor asks a patient for consent, and fetches what she granted (PROTOCOL.md §4, §6). The doctor begins the key agreement with her; its
// keys, of both, are what a grant is sealed under.
#pragma once

#include "core/roles/doctor.h"
#include "core/roles/record_request.h"

namespace caduceus::roles {

using GrantId = ByteArray<16>;  // a policy's
using QuestionId = ByteArray<16>;

enum class AnswerState : std::uint8_t { waits = 1, granted = 2, denied = 3 };
constexpr bool is_known(AnswerState state) { return state >= AnswerState::waits && state <= AnswerState::denied; }

struct AskedQuestion {
  Identity patient;
  GrantQuestion question;
  Time asked;
  AnswerState state = AnswerState::waits;
  Text<0, 1024> words;  // of her denial

  static auto fields(auto& self) { return std::tie(self.patient, self.question, self.asked, self.state, self.words); }
};

struct ReceivedGrant {
  GrantContent content;
  Time received;

  static auto fields(auto& self) { return std::tie(self.content, self.received); }
};

// The newest request by a grant. Its bytes are kept as they left: the same ones get the same answer for 120 s, and no second use.
struct GrantFetch {
  GrantRequester requester;  // its b is erased once the answer is opened
  SealedTo sealed;
  std::optional<Bytes32> opened;  // H(answer)

  static auto fields(auto& self) { return std::tie(self.requester, self.sealed, self.opened); }
};

// Tables 45 to 48.
inline constexpr Table<Identity, Initiator> doctor_agreements{45};
inline constexpr Table<QuestionId, AskedQuestion> doctor_questions{46};
inline constexpr Table<GrantId, ReceivedGrant> doctor_grants{47};
inline constexpr Table<GrantId, GrantFetch> doctor_fetches{48};

// Writes to the patient: the agreement's Hello, as long as she has not answered it, and the question, whose id is drawn here.
// Reject as meet().
[[nodiscard]] Checked<QuestionId> ask_patient(WriteSet& step, const DoctorSelf& self, const Card& card, GrantQuestion question, Time now,
                                              Rng& rng);

// A letter that came. Reject::letter_kind (one that no patient writes), agreement_unknown (from nobody whom the doctor wrote to), grant_factors
// (not a title for each record), request_unknown (a grant's id that another patient used), and as open_letter(), verify(), Initiator::receive() and
// open_grant(). A refused letter changes nothing.
enum class Received : std::uint8_t { agreement, grant, denial, repeat };
[[nodiscard]] Checked<Received> receive_letter(WriteSet& step, const DoctorSelf& self, const Envelope& envelope, Time now, Rng& rng);

[[nodiscard]] std::vector<ReceivedGrant> received_grants(const WriteSet& step);

// The request for these records, or all of the grant's, sealed to the hospital's key; kept, and to leave when the step is on disk. One of
// which no answer was opened goes out again as it was, as long as the hospital takes it. Reject::grant_unknown, and as GrantRequester::begin().
[[nodiscard]] Checked<SealedTo> begin_fetch(WriteSet& step, const DoctorSelf& self, const GrantId& id,
                                            const std::optional<RecordPlaces>& records, const G1& hospital_key, Time now, Rng& rng);
// The newest request once more, byte for byte. Reject::request_unknown.
[[nodiscard]] Checked<SealedTo> repeat_fetch(const WriteSet& step, const GrantId& id);

// What opens the records of an answer with this T_a, in the order of the request's. Reject::request_unknown (or opened, and b erased), and as
// GrantRequester::record_keys().
[[nodiscard]] Checked<std::vector<SecretKey>> fetch_keys(const WriteSet& step, const GrantId& id, const G1& t_a);
// What was opened is where it belongs: b goes. H(answer), so that the same one is known again.
void finish_fetch(WriteSet& step, const GrantId& id, const Bytes32& answer);
// The hospital refused it.
void forget_fetch(WriteSet& step, const GrantId& id);

// b of requests that no hospital takes any more goes.
void expire_fetches(WriteSet& step, Time now);

// That what a hospital gave, of this hEMR, is the record that MED has under its htxM: what its doctor signed, kept by this hospital.
// Reject::record_hash.
[[nodiscard]] Checked<void> check_record(const Bytes32& record, const Identity& hospital, const RecordTerms& on_chain);

}  // namespace caduceus::roles
