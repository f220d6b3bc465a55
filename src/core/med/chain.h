// MED as a full node holds it (docs/MED.md): headers, the states after the bodies that are valid, and what is anchored. Pure: bodies come with their
// signatures verified, anchors from SUP.
#pragma once

#include "core/med/header_tree.h"
#include "core/med/signing.h"
#include "core/med/transition.h"

namespace caduceus::med {

class Chain {
 public:
  // From where it was: `recent` as HeaderTree takes it, and the state after the root. Of a new chain, the genesis block and no state.
  Chain(const MedParameters& parameters, const MblockHeader& genesis, std::span<const MblockHeader> recent, State after_root);
  // A block above the root that was valid before a restart, parents first, and the state after it.
  void restore(const MblockHeader& header, State after);

  [[nodiscard]] const HeaderTree& headers() const { return tree_; }
  // The newest block of the branch that counts: all bodies valid, most work above the anchor.
  [[nodiscard]] const HeldHeader& best() const { return tree_.best_block(); }
  [[nodiscard]] const HeldHeader& anchor() const { return tree_.root(); }
  // After a block of the tree whose body is valid, and which is not below the anchor (CHECK).
  [[nodiscard]] const State& state(const MblockHash& block) const;
  // The same state, read from the host's store from now on: memory holds what was not written yet. A block that is gone stays so.
  void set_stored(const MblockHash& block, State state);
  // Where a block above this one would stand.
  [[nodiscard]] BlockPlace place_above(const HeldHeader& parent) const;

  // Reject as HeaderTree::add().
  [[nodiscard]] Checked<const HeldHeader*> add(const MblockHeader& header, Time now);

  // The bodies to be had next, lowest first: on the way to the anchor that was announced; or to the best header, then to all others, what is
  // heavier than the best block first: who keeps back the body of the heaviest holds up nobody, and SUP's hospitals hold what they vote
  // for, also where it is lighter (R17.2). None that wait already.
  [[nodiscard]] std::vector<const HeldHeader*> missing(std::size_t most) const;
  // Whether this body would be taken: its header is held, and nothing is known of it yet.
  [[nodiscard]] bool is_wanted(const MblockHash& block) const;

  // A block that became valid, with the state after it: to be stored, parents first.
  struct Executed {
    MedBlock block;
    MblockHash hash{};
    State state;
  };
  // The body of a wanted block (CHECK). It is executed as soon as its parent is, and what waited for it, too.
  // Verified as this header's. Reject::mblock_state and Transition's: the block is invalid for good, and all above it. Of bodies that waited the
  // refusal is not told.
  [[nodiscard]] Checked<std::vector<Executed>> add(const MblockHash& block, Signed<MedBody> body);
  // A wanted block whose body, its own, does not verify.
  void set_invalid(const MblockHash& block);

  // SUP has anchored this block. It binds as soon as it is held and its body is valid: then what does not grow on it goes. Until then its
  // branch is what missing() leads to. An anchor not above the one that binds says nothing new.
  void set_anchor(const MblockHash& block, Height height);
  // The announced one, while it does not bind yet.
  [[nodiscard]] const std::optional<MblockHash>& awaited_anchor() const { return awaited_; }
  // Up to here there is one branch, whether it is held or not.
  [[nodiscard]] Height anchored() const { return std::max(anchor().height(), awaited_height_); }
  // The awaited anchor is invalid here: SUP's hospitals and this node disagree on a rule. It must stop.
  [[nodiscard]] bool is_diverged() const;
  // Headers that became final since it was asked last, lowest first.
  [[nodiscard]] std::vector<MblockHeader> take_final() { return std::exchange(final_, {}); }

 private:
  [[nodiscard]] Checked<State> execute(const HeldHeader& held, const MedBody& body) const;
  void bind_anchor();
  void forget_waiting();

  HeaderTree tree_;
  std::uint64_t epoch_length_;
  std::map<MblockHash, State> states_;  // of the root and each valid block above it
  std::map<MblockHash, Signed<MedBody>> waiting_;  // for their parents
  std::optional<MblockHash> awaited_;
  Height awaited_height_;
  std::vector<MblockHeader> final_;
};

}  // namespace caduceus::med
