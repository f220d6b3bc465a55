#include "core/roles/hospital_disputes.h"

#include "core/roles/hospital_notices.h"

namespace caduceus::roles {

Checked<void> take_dispute(WriteSet& step, const Identity& hospital, const DisputeWords& said,
                           const std::optional<sup::DisputeRecord>& dispute, const std::optional<sup::EmergencyRecord>& emergency,
                           const Identity& account) {
  if (!dispute || !emergency || emergency->terms.hospital != hospital) return reject(Reject::request_unknown);
  if (dispute->terms.account != account) return reject(Reject::caller_other);
  if (dispute->terms.text != dispute_text_hash(said.words.value)) return reject(Reject::delivery_records);
  if (step.get(held_disputes, said.dispute)) return {};
  step.put(held_disputes, said.dispute, HeldDispute{said, dispute->terms.htxu, {}, false});
  return {};
}

Checked<DisputeAnswerTerms> answer_dispute(WriteSet& step, const Identity& hospital, const AnswerDispute& answer, Time now) {
  auto dispute = step.get(held_disputes, answer.dispute);
  if (!dispute) return reject(Reject::request_unknown);
  if (!dispute->answer) {
    dispute->answer = answer.words;
    step.put(held_disputes, answer.dispute, *dispute);
  }
  return DisputeAnswerTerms{hospital, answer.dispute, dispute_text_hash(dispute->answer->value), now};
}

void dispute_answered(WriteSet& step, const TransactionHash& dispute) {
  auto held = step.get(held_disputes, dispute);
  CHECK(held && held->answer);
  if (held->is_answered) return;
  held->is_answered = true;
  step.put(held_disputes, dispute, *held);
  notify(step, {held->said.patient, DisputeReply{dispute, {held->answer->value}}});
}

std::vector<OpenDispute> disputes_of(const WriteSet& step) {
  std::vector<OpenDispute> all;
  step.for_each_under(held_disputes, {}, [&](const TransactionHash& dispute, HeldDispute held) {
    all.push_back({dispute, held.htxu, std::move(held.said.words), held.is_answered});
    return all.size() < 1024;
  });
  return all;
}

}  // namespace caduceus::roles
