// Disputes of emergency requests that this hospital backed (PROTOCOL.md §7): SUP has the hash of a dispute's words and of its answer's; the
// words themselves go between patient and hospital.
#pragma once

#include "core/roles/record_request.h"

namespace caduceus::roles {

struct HeldDispute {
  DisputeWords said;
  TransactionHash htxu{};
  std::optional<Text<1, 4096>> answer;  // being put on SUP, or there

  static auto fields(auto& self) { return std::tie(self.said, self.htxu, self.answer, self.is_answered); }
  bool is_answered = false;  // on SUP
};

// Table 30: by the dispute's hash.
inline constexpr Table<TransactionHash, HeldDispute> held_disputes{30};

// `dispute` and `emergency` are as SUP has them, `account` is the account on MED of the patient that the words name. Said again, nothing
// changes. Reject::request_unknown (no such dispute of a request that this hospital backed), caller_other (another's account),
// delivery_records (other words).
[[nodiscard]] Checked<void> take_dispute(WriteSet& step, const Identity& hospital, const DisputeWords& said,
                                         const std::optional<sup::DisputeRecord>& dispute,
                                         const std::optional<sup::EmergencyRecord>& emergency, const Identity& account);
// The first answer counts. Reject::request_unknown.
[[nodiscard]] Checked<DisputeAnswerTerms> answer_dispute(WriteSet& step, const Identity& hospital, const AnswerDispute& answer, Time now);
// It is committed on SUP: the patient gets the words.
void dispute_answered(WriteSet& step, const TransactionHash& dispute);

[[nodiscard]] std::vector<OpenDispute> disputes_of(const WriteSet& step);

}  // namespace caduceus::roles
