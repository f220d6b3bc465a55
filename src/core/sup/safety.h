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

SafetyState initial_safety(const QuorumCertificate& genesis);

}  // namespace caduceus::sup
