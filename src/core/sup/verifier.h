// The one place where messages are verified (PROTOCOL.md §8). It needs no state of a replica, so it runs on any thread.
#pragma once

#include "core/sup/rules.h"

namespace caduceus::sup {

class Verifier {
 public:
  // All outlive it.
  Verifier(const NetworkId& net, const Committee& committee, const Rules& rules) : net_(net), committee_(committee), rules_(rules) {}

  // `sender` is who the channel says sent it; proposals, and votes and blocks of others, may come from anybody on the committee.
  // Reject::sender_unknown, sender_other, signer_set_size, quorum_too_small, multi_signature_invalid, point_…, genesis_certificate,
  // block_view, block_justification, block_parent, timeout_high_views, timeout_attachment, commit_views.
  [[nodiscard]] Checked<Verified<Message>> verify(Place sender, Message message) const;

 private:
  [[nodiscard]] Checked<void> check(Place sender, const Proposal& proposal) const;
  [[nodiscard]] Checked<void> check(Place sender, const Vote& vote) const;
  [[nodiscard]] Checked<void> check(Place sender, const Timeout& timeout) const;
  [[nodiscard]] Checked<void> check(Place sender, const FetchRequest& request) const;
  [[nodiscard]] Checked<void> check(Place sender, const FetchResponse& response) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotOffer& offer) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotRequest& request) const;
  [[nodiscard]] Checked<void> check(Place sender, const SnapshotPart& part) const;
  [[nodiscard]] Checked<void> check_header(const SupHeader& header) const;

  const NetworkId& net_;
  const Committee& committee_;
  const Rules& rules_;
};

}  // namespace caduceus::sup
