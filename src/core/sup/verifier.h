// The one place where messages are verified (PROTOCOL.md §8). It needs no state of a replica, so it runs on any thread.
#pragma once

#include "core/sup/rules.h"

namespace caduceus::sup {

// What a block's body is checked for that needs no state: its signatures (body_check.h). The reason, if it fails.
using BodyCheck = std::function<Checked<void>(ByteView body)>;

class Verifier {
 public:
  // All outlive it. It is as free to be used by several threads at once as its body check is.
  Verifier(const NetworkId& net, const Committee& committee, const Rules& rules, BodyCheck check_body)
      : net_(net), committee_(committee), rules_(rules), check_body_(std::move(check_body)) {}

  // `sender` is who the channel says sent it; proposals, and votes and blocks of others, may come from anybody on the committee.
  // Reject::sender_unknown, sender_other, signer_set_size, quorum_too_small, multi_signature_invalid, point_…, genesis_certificate,
  // block_view, block_justification, block_parent, timeout_high_views, timeout_attachment, commit_views; and the body check's, of proposals: a fetched block's body was
  // checked by the quorum that certified it.
  [[nodiscard]] Checked<Verified<Message>> verify(Place sender, Message message) const;

  // A quorum's votes of one view and block, which `self` collected (unverified_votes.h), by their sum: it is what everybody else will look at. Reject::multi_signature_invalid,
  // point_…: some of them are false.
  [[nodiscard]] Checked<Verified<QuorumCertificate>> certify(Place self, std::span<const Vote> votes) const;

 private:
  [[nodiscard]] Checked<void> check(Place sender, const Proposal& proposal) const;
  [[nodiscard]] Checked<void> check(Place sender, const Vote& vote) const;
  [[nodiscard]] Checked<void> check(Place sender, const Timeout& timeout) const;
  [[nodiscard]] Checked<void> check(Place sender, const FetchRequest& request) const;
  [[nodiscard]] Checked<void> check(Place sender, const FetchResponse& response) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotOffer& offer) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotRequest& request) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotPart& part) const;
  [[nodiscard]] Claim claim(const Vote& vote) const;

  const NetworkId& net_;
  const Committee& committee_;
  const Rules& rules_;
  BodyCheck check_body_;
};

}  // namespace caduceus::sup
