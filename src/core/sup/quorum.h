// Collects votes and time-outs until a quorum of them makes a certificate (PROTOCOL.md §8).
#pragma once

#include <map>
#include <vector>

#include "core/sup/message.h"

namespace caduceus::sup {

// The certificate that is made of these votes, if they are valid: of one view and block, each of another voter, at least one (CHECK).
// Reject as Committee::sum().
[[nodiscard]] Checked<QuorumCertificate> certificate_of(const Committee& committee, std::span<const Vote> votes);

// Votes of every view above the high QC's, also of views that were left (R16). The first of each signer in a view counts.
class Votes {
 public:
  // Of one sender at once; a replica that says more loses its own oldest ones.
  static constexpr std::size_t most_of_one = 16;

  explicit Votes(const Committee& committee) : committee_(committee), of_(committee.size()) {}

  // The QC when this verified vote completes one.
  [[nodiscard]] std::optional<QuorumCertificate> add(const Vote& vote);
  // Those of this vote's view and block.
  [[nodiscard]] std::vector<Vote> of(const Vote& vote) const;
  // Forgets views up to this one.
  void raise(View high_qc);
  [[nodiscard]] View high_qc() const { return high_qc_; }

 private:
  const Committee& committee_;
  View high_qc_;
  std::vector<std::map<View, Vote>> of_;  // by place
};

// The highest time-out of each sender, and those of the current view.
class Timeouts {
 public:
  explicit Timeouts(const Committee& committee) : committee_(committee), highest_(committee.size()), current_(committee.size()) {}

  // Its attachments were looked at before. False when it says nothing new.
  bool add(const Timeout& timeout);
  void enter(View view);

  // TC(current view), once q replicas timed out in it.
  [[nodiscard]] std::optional<TimeoutCertificate> certificate() const;
  // f + 1 replicas are in views ≥ the current one, timed out: the (f + 1)-th highest of these views.
  [[nodiscard]] std::optional<View> to_join() const;

 private:
  const Committee& committee_;
  View view_;
  std::vector<std::optional<Timeout>> highest_;  // by place
  std::vector<std::optional<Timeout>> current_;  // by place
};

}  // namespace caduceus::sup
