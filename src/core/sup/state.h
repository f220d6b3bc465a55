// SUP's state after a block (PROTOCOL.md §8), and what others ask it for. A value that never changes: versions share their nodes.
#pragma once

#include "core/chain/revocation.h"
#include "core/chain/trie_draft.h"
#include "core/sup/ledger.h"
#include "core/sup/records.h"

namespace caduceus::sup {

// MED's newest anchored block.
struct Anchor {
  MblockHash block{};
  Height height;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

class SupState final : public LedgerState {
 public:
  // roots.state is the root of the state trie, roots.revocations that of the list.
  SupState(const SupRoots& after, PatriciaTrie state, PatriciaTrie revocations);
  // Nothing but MED's genesis as the anchor.
  [[nodiscard]] static std::shared_ptr<const SupState> genesis(const MblockHash& med_genesis);
  // From the nodes of a committed version, in stores that outlive it.
  [[nodiscard]] static std::shared_ptr<const SupState> open(const SupRoots& roots, const TrieStore& state, const TrieStore& revocations);

  // The contract of SUP: what roles ask.

  // What core/crypto/emergency.h checks a request against; nothing when none is committed under htxU.
  [[nodiscard]] std::optional<CommittedEmergency> emergency_request(const TransactionHash& htxu) const;
  [[nodiscard]] std::optional<EmergencyRecord> emergency(const TransactionHash& htxu) const;
  // All requests committed from this height on, block by block: a patient finds hers by their marks.
  void for_each_emergency(Height since, const std::function<bool(const TransactionHash& htxu, const EmergencyRecord& record)>& visit) const;
  [[nodiscard]] std::optional<DisputeRecord> dispute(const TransactionHash& dispute) const;

  // Whether the doctor is on its hospital's revocation list, and the proof of it for whoever has the root only (verify_revocation()).
  [[nodiscard]] bool is_revoked(const Identity& hospital, const Identity& doctor) const;
  [[nodiscard]] TrieProof prove_revocation(const Identity& hospital, const Identity& doctor) const;

  [[nodiscard]] std::optional<Account> account(const Identity& identity) const;
  [[nodiscard]] std::optional<PatientAccount> patient_account(const Identity& account) const;

  [[nodiscard]] Anchor anchor() const { return {roots.anchor, roots.anchor_height}; }
  // Above the anchor, in the order of observation.
  [[nodiscard]] std::vector<ObservedBlock> observed() const;
  // The newest Sblock; and those below it that an Mblock above the anchor may name.
  [[nodiscard]] SblockTip tip() const;
  [[nodiscard]] std::optional<SblockRecord> sblock(Height height) const;

  // When the transaction was committed, of whatever kind: the answer to a client that asks again.
  [[nodiscard]] std::optional<Committed> committed(const TransactionHash& htx) const;
  [[nodiscard]] std::optional<Equivocation> evidence(Place replica) const;

  [[nodiscard]] const PatriciaTrie& state() const { return state_; }
  [[nodiscard]] const PatriciaTrie& revocations() const { return revocations_; }

 private:
  PatriciaTrie state_;
  PatriciaTrie revocations_;
};

// A ledger's state as what it is (CHECK).
[[nodiscard]] const SupState& as_sup(const StateRef& state);

// §8: a node whose list differs from the committed one stops, with an alarm. `own` is its state after the block.
// Reject::revocation_root.
[[nodiscard]] Checked<void> check_revocations(const SupHeader& committed, const LedgerState& own);

}  // namespace caduceus::sup
