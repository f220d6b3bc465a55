// How one block changes SUP's state (PROTOCOL.md §8): the rules by which transactions, evidence and observed Mblocks are valid, and
// what follows from them. A pure function, a step at a time: a leader tries what it has, a voter takes what the leader listed.
//
//   Transition after(parent_state, place, anchoring);     // revocations expire, a branch of MED is anchored
//   auto valid = after.apply(transaction);                // a refused one leaves no trace
//   StateRef state = after.state();
#pragma once

#include <map>
#include <unordered_map>

#include "core/sup/state.h"

namespace caduceus::sup {

// §8: how far a tx_ur's ts3 may lie from its Sblock's time; milliseconds.
constexpr std::uint64_t emergency_window = 600'000;

// R17.6: how far an Mblock's time may lie after that of the Sblock that observes it; milliseconds.
constexpr std::uint64_t observed_window = 120'000;

class Transition {
 public:
  // Revocations whose time is over go; then the branch that was observed before this block is anchored.
  Transition(const SupState& parent, const BlockPlace& place, const AnchorRules& rules);

  // Its signatures were verified. Reject::transaction_known, account_…, and by kind:
  //   tx_ur       transaction_time, account_hospital, doctor_revoked
  //   tx_qr       signature_other_key (ρ under another L than the hospital's account holds), revocation_redundant, revocation_expired
  //   tx_reg      account_taken
  //   tx_dispute  dispute_request, dispute_repeated
  //   tx_answer   dispute_unknown, dispute_hospital, dispute_answered
  [[nodiscard]] Checked<void> apply(const SupTransaction& transaction);
  // Of this replica, verified. Reject::evidence_known.
  [[nodiscard]] Checked<void> apply(Place replica, const Equivocation& evidence);
  // Reject::observed_known, observed_parent, observed_height, observed_sblock, observed_time, observed_ahead.
  [[nodiscard]] Checked<void> observe(const MblockHeader& header);
  [[nodiscard]] Checked<void> may_observe(const MblockHeader& header) const;

  // The state after what was applied so far. Once.
  [[nodiscard]] std::shared_ptr<const SupState> state();

 private:
  [[nodiscard]] Checked<void> apply(const EmergencyTerms& terms, const TransactionHash& htx);
  [[nodiscard]] Checked<void> apply(const RevocationTerms& terms, const TransactionHash& htx);
  [[nodiscard]] Checked<void> apply(const DisputeTerms& terms, const TransactionHash& htx);
  [[nodiscard]] Checked<void> apply(const DisputeAnswerTerms& terms, const TransactionHash& htx);
  [[nodiscard]] Checked<void> apply(const RegistrationTerms& terms, const TransactionHash& htx);
  [[nodiscard]] Checked<void> apply(const PatientRegistrationTerms& terms, const TransactionHash& htx);
  // A signer that was looked up once in this block: its account stays as it is for ever.
  struct Signer {
    Account account;
    Bytes revocation;  // a doctor's key on the list
  };
  // Reject::account_unknown.
  [[nodiscard]] Checked<const Signer*> signer(const Identity& identity);

  void expire();
  void tick(std::uint64_t fresh_step);
  void anchor(const AnchorRules& rules);
  void forget_sblocks();
  [[nodiscard]] Committed now() const { return {place_.height, place_.time}; }

  BlockPlace place_;
  TrieDraft state_;
  TrieDraft revocations_;
  SblockTip tip_;                    // this block
  std::vector<ObservedBlock> observed_;  // above the new anchor
  std::uint64_t next_observed_ = 0;      // number of the next one
  Anchor anchor_;
  std::vector<MblockHash> anchored_;
  std::vector<TransactionHash> emergencies_;
  std::unordered_map<Identity, Signer> signers_;
};

}  // namespace caduceus::sup
