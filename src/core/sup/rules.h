// The rules of §8 on which safety rests, each a pure function: nothing else in sup/ decides whether to vote, commit or believe a
// time-out. They are values, so that tests and the simulator's planted bugs can put a wrong one in.
#pragma once

#include <functional>

#include "core/chain/commit.h"
#include "core/sup/message.h"
#include "core/sup/safety.h"

namespace caduceus::sup {

// Where a vote is being thought about.
struct VoteQuestion {
  View current;          // the replica's
  View view;             // the block's
  View justify;          // its parent's
  bool extends_lock = false;  // whether lock.block is the block's ancestor
};

// v = current view, v > last vote, v > last time-out, and the block extends lock.block or justify.view > lock.view.
bool may_vote(const SafetyState& safety, const VoteQuestion& question);

// Whether the QC that comes with a TIMEOUT is the one its sender signed for, and below its view. Reject::timeout_high_views.
Checked<void> check_high_qc(const Timeout& timeout);

struct Rules {
  std::function<Place(View)> leader;  // V[v mod n]
  unsigned commit_depth = 3;          // or 2; in genesis
  bool (*may_vote)(const SafetyState&, const VoteQuestion&) = sup::may_vote;
  Commits (*commits)(unsigned, View, View, View) = caduceus::commits;
  // Whose signature makes a proposal of this view valid.
  bool (*may_propose)(const Rules&, View, Place) = [](const Rules& rules, View view, Place place) { return rules.leader(view) == place; };
  Checked<void> (*check_high_qc)(const Timeout&) = sup::check_high_qc;
};

}  // namespace caduceus::sup
