// A hospital's patients: who has been here, and what was agreed at the first visit (PROTOCOL.md §4).
#pragma once

#include "core/roles/record_request.h"

namespace caduceus::roles {

struct Visit {
  Card card;  // as she showed it last
  Responder agreement;  // pending, until she confirms it; then pinned

  static auto fields(auto& self) { return std::tie(self.card, self.agreement); }
};

// Table 14.
inline constexpr Table<Identity, Visit> visits{14};

// Of a card that verifies, and its owner's (card.h). Whether a Responder has to be made: not for a Hello that was answered before, nor when
// it is refused. Reject::agreement_pinned: she confirmed another one. (What was not confirmed binds nobody: a wallet that crashed begins
// again.)
[[nodiscard]] Checked<bool> is_first_meeting(const WriteSet& step, const Meet& meet);
// What is answered. `fresh` is of this Hello; without it, it was answered before (CHECK).
[[nodiscard]] Reply meet(WriteSet& step, const Meet& meet, std::optional<Responder> fresh);

// The visit as it is here, to be confirmed by Responder::receive(), which takes a verification, and then to be kept. Reject::visit_unknown.
[[nodiscard]] Checked<Visit> visit_of(const WriteSet& step, const Identity& patient);
// That is active. Reject::visit_unknown.
[[nodiscard]] Checked<Visit> active_visit_of(const WriteSet& step, const Identity& patient);

}  // namespace caduceus::roles
