#include "core/roles/patient_disputes.h"

namespace caduceus::roles::patient {
namespace {

void change(WriteSet& step, const TransactionHash& htxu, const auto& how) {
  auto dispute = step.get(disputes, htxu);
  CHECK(dispute.has_value());
  how(*dispute);
  step.put(disputes, htxu, *dispute);
}

}  // namespace

Checked<HeldDispute> begin_dispute(WriteSet& step, const NetworkId& net, const AggregateKey& account, const TransactionHash& htxu,
                                   const std::string& words, Time now, Rng& rng) {
  if (auto begun = step.get(disputes, htxu)) return *std::move(begun);
  const auto found = step.get(found_emergencies, htxu);
  if (!found) return reject(Reject::dispute_request);
  if (words.empty()) return reject(Reject::too_short);
  if (words.size() > 4096) return reject(Reject::too_long);
  const DisputeTerms terms{account.identity, htxu, dispute_text_hash(words), now};
  const HeldDispute dispute{sign_terms(net, terms, account, rng), {words}, found->record.terms.hospital, {}, false, {}, false};
  step.put(disputes, htxu, dispute);
  step.put(disputes_by_hash, dispute.hash(), htxu);
  return dispute;
}

void dispute_committed(WriteSet& step, const TransactionHash& htxu, const sup::Committed& committed) {
  change(step, htxu, [&](HeldDispute& dispute) { dispute.committed = committed; });
}
void dispute_told(WriteSet& step, const TransactionHash& htxu) {
  change(step, htxu, [](HeldDispute& dispute) { dispute.is_told = true; });
}

Checked<void> take_reply(WriteSet& step, const Identity& from, const DisputeReply& reply) {
  const auto htxu = step.get(disputes_by_hash, reply.dispute);
  if (!htxu) return reject(Reject::dispute_unknown);
  const auto dispute = step.get(disputes, *htxu);
  CHECK(dispute.has_value());
  if (dispute->hospital != from) return reject(Reject::dispute_hospital);
  if (!dispute->is_answered) change(step, *htxu, [&](HeldDispute& one) { one.reply = reply.words; });
  return {};
}

bool dispute_answered(WriteSet& step, const TransactionHash& htxu, const DisputeAnswerTerms& answer) {
  const auto dispute = step.get(disputes, htxu);
  CHECK(dispute.has_value());
  if (!dispute->reply || answer.dispute != dispute->hash() || answer.text != dispute_text_hash(dispute->reply->value)) return false;
  change(step, htxu, [](HeldDispute& one) { one.is_answered = true; });
  return true;
}

std::vector<HeldDispute> disputes_of(const WriteSet& step) {
  std::vector<HeldDispute> all;
  step.for_each_under(disputes, {}, [&](const TransactionHash& /*htxu*/, HeldDispute dispute) {
    all.push_back(std::move(dispute));
    return true;
  });
  return all;
}

}  // namespace caduceus::roles::patient
