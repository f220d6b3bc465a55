// What a replica must never forget (PROTOCOL.md §8): it is on disk before any message that follows from it leaves.
#pragma once

#include "core/sup/message.h"

namespace caduceus::sup {

// The one proposal of a view; its block is on disk beside it.
struct Proposed {
  View view;
  BlockHash block{};
  SignaturePart signature{};

  static auto fields(auto& self) { return std::tie(self.view, self.block, self.signature); }
  friend bool operator==(const Proposed&, const Proposed&) = default;
};

struct SafetyState {
  std::optional<Vote> last_vote;
  std::optional<Timeout> last_timeout;  // with what was attached: a repeat sends the same bytes
  std::optional<Proposed> last_proposal;
  QuorumCertificate lock;     // only ever raised
  QuorumCertificate high_qc;  // only ever raised; its block and that block's ancestors are held
  std::optional<TimeoutCertificate> tc;  // the newest

  static auto fields(auto& self) {
    return std::tie(self.last_vote, self.last_timeout, self.last_proposal, self.lock, self.high_qc, self.tc);
  }
  friend bool operator==(const SafetyState&, const SafetyState&) = default;

  [[nodiscard]] View voted() const { return last_vote ? last_vote->view : View(0); }
  [[nodiscard]] View timed_out() const { return last_timeout ? last_timeout->view : View(0); }
  [[nodiscard]] View proposed() const { return last_proposal ? last_proposal->view : View(0); }
  // Where a replica goes on after a restart.
  [[nodiscard]] View first_view() const;
};

// Of a replica that was restored from a backup, and has forgotten what it said since (docs/CONSENSUS.md, "Restored"). It says nothing before
// it holds a block of this time or later that others certified; if its own signature stands under one that is not much older, somebody else
// still signs in its name, and it waits anew.
struct Abstention {
  Time until;
  std::uint64_t quiet = 0;  // ms before `until` in which there must be no such signature
  bool is_another_seen = false;

  static auto fields(auto& self) { return std::tie(self.until, self.quiet, self.is_another_seen); }
  friend bool operator==(const Abstention&, const Abstention&) = default;
};
// Restored at `now`, when the other one was off: so long (ms) that no clock of an honest hospital is wrong by as much.
Abstention abstain_from(Time now, std::uint64_t margin);

SafetyState initial_safety(const QuorumCertificate& genesis);

}  // namespace caduceus::sup
