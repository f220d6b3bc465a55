// How one block changes MED's state (PROTOCOL.md §3 R5, §5, §9): a pure function, a step at a time. A miner tries what it has, a node takes what
// the block lists.
//
//   Transition after(parent_state, {median time past, epoch length, height});   // slots of epochs that are over are forgotten
//   auto valid = after.apply(bundle);                                            // a refused one leaves no trace
//   State state = after.state();
#pragma once

#include "core/chain/med_body.h"
#include "core/med/state.h"

namespace caduceus::med {

// What is known of a block before the state after it is.
struct BlockPlace {
  Height height;
  Time median_time_past;  // of the 11 blocks up to its parent
  std::uint64_t epoch_length = 0;  // ms
};

// Whether no block at this place, or later on its branch, can have what the signer signs under this slot: it is used, its epoch is over, or
// the signer retired.
[[nodiscard]] bool is_spent(const State& parent, const BlockPlace& place, const Identity& signer, const Slot& slot);

class Transition {
 public:
  Transition(const State& parent, const BlockPlace& place);

  // Its signatures were verified. Reject::slot_epoch, slot_used, signer_retired.
  [[nodiscard]] Checked<void> apply(const Bundle& bundle);
  // Reject::call_number, contract_unknown, signer_retired, and the contract's.
  [[nodiscard]] Checked<void> apply(const Call& call);
  // Verified. Reject::signer_retired.
  [[nodiscard]] Checked<void> apply(const ReuseEvidence& evidence);
  // All of a body; the first reason. After a refusal the transition is of no use.
  [[nodiscard]] Checked<void> apply(const MedBody& body);

  // The state after what was applied so far.
  [[nodiscard]] State state() const { return State(draft_.updated()); }

 private:
  [[nodiscard]] Checked<void> check_signer(const Identity& signer) const;
  // Adds the slot to those of its signer and epoch, as they are in `used` or in the draft.
  using UsedByKey = std::map<Bytes, UsedSlots>;
  [[nodiscard]] Checked<void> use(const Identity& signer, const Slot& slot, UsedByKey& used) const;

  BlockPlace place_;
  Epoch now_;  // the median time past's
  TrieDraft draft_;
};

}  // namespace caduceus::med
