// Disputes (PROTOCOL.md §7): the patient says on SUP that an emergency request was wrong, and tells the hospital that backed it why; it answers.
#pragma once

#include "core/chain/sup_signing.h"
#include "core/roles/patient_accesses.h"

namespace caduceus::roles::patient {

struct HeldDispute {
  Dispute transaction;  // the same bytes until SUP has it
  Text<1, 4096> words;
  Identity hospital;  // that backed the request
  std::optional<sup::Committed> committed;
  bool is_told = false;  // the hospital has the words
  std::optional<Text<0, 4096>> reply;  // its, whose letter was verified
  bool is_answered = false;  // SUP has its tx_answer, of these words

  static auto fields(auto& self) {
    return std::tie(self.transaction, self.words, self.hospital, self.committed, self.is_told, self.reply, self.is_answered);
  }
  [[nodiscard]] TransactionHash hash() const { return hash_of(transaction.terms); }
};

// Tables 75 and 76.
inline constexpr Table<TransactionHash, HeldDispute> disputes{75};  // by htxU
inline constexpr Table<TransactionHash, TransactionHash> disputes_by_hash{76};

// Begun before, the same one, whatever the words. Reject::dispute_request (she has not found such a request).
[[nodiscard]] Checked<HeldDispute> begin_dispute(WriteSet& step, const NetworkId& net, const AggregateKey& account,
                                                 const TransactionHash& htxu, const std::string& words, Time now, Rng& rng);
void dispute_committed(WriteSet& step, const TransactionHash& htxu, const sup::Committed& committed);
void dispute_told(WriteSet& step, const TransactionHash& htxu);
// The hospital's letter. Reject::dispute_unknown, dispute_hospital.
[[nodiscard]] Checked<void> take_reply(WriteSet& step, const Identity& from, const DisputeReply& reply);
// The tx_answer that SUP has of it. False: the words that the hospital wrote her are others.
bool dispute_answered(WriteSet& step, const TransactionHash& htxu, const DisputeAnswerTerms& answer);

[[nodiscard]] std::vector<HeldDispute> disputes_of(const WriteSet& step);

}  // namespace caduceus::roles::patient
