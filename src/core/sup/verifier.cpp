#include "core/sup/verifier.h"

namespace caduceus::sup {

Checked<Verified<Message>> Verifier::verify(Place sender, Message message) const {
  if (sender >= committee_.size()) return reject(Reject::sender_unknown);
  TRY_VOID(std::visit([&](const auto& one) { return check(sender, one); }, message));
  return Verified<Message>(std::move(message), sender);
}

// The certificates in it are valid, and its view follows from them.
Checked<void> Verifier::check_header(const SupHeader& header) const {
  TRY_VOID(check_justification(header));
  TRY_VOID(caduceus::verify(net_, committee_, header.justify));
  return header.tc ? caduceus::verify(net_, committee_, *header.tc) : Checked<void>{};
}

Checked<void> Verifier::check(Place /*sender*/, const Proposal& proposal) const {
  const SupHeader& header = proposal.block.header;
  const Bytes statement = proposal_statement(net_, header.view, block_hash(header));
  Checked<void> is_signed = reject(Reject::multi_signature_invalid);
  for (Place place = 0; place < committee_.size() && !is_signed; ++place) {
    if (rules_.may_propose(rules_, header.view, place)) is_signed = committee_.verify_part(place, statement, proposal.signature);
  }
  TRY_VOID(is_signed);
  TRY_VOID(check_header(header));
  return check_body_(proposal.block.body.value);
}

Checked<void> Verifier::check(Place /*sender*/, const Vote& vote) const {
  if (vote.voter >= committee_.size()) return reject(Reject::sender_unknown);
  return committee_.verify_part(vote.voter, vote_statement(net_, vote.view, vote.block), vote.part);
}

Checked<void> Verifier::check(Place sender, const Timeout& timeout) const {
  if (timeout.sender != sender) return reject(Reject::sender_other);
  TRY_VOID(rules_.check_high_qc(timeout));
  TRY_VOID(committee_.verify_part(sender, timeout_statement(net_, timeout.view, timeout.high_view), timeout.part));
  TRY_VOID(caduceus::verify(net_, committee_, timeout.high_qc));
  if (timeout.tc) {
    if (timeout.tc->view + 1 != timeout.view) return reject(Reject::timeout_attachment);
    TRY_VOID(caduceus::verify(net_, committee_, *timeout.tc));
  }
  if (timeout.vote) {
    if (timeout.vote->view != timeout.view || timeout.vote->voter != sender) return reject(Reject::timeout_attachment);
    TRY_VOID(check(sender, *timeout.vote));
  }
  return {};
}

// These say nothing that could be false: who asks is told, and parts are looked at when they are all there.
Checked<void> Verifier::check(Place /*sender*/, const FetchRequest& /*request*/) const { return {}; }
Checked<void> Verifier::check(Place /*sender*/, const SnapshotRequest& /*request*/) const { return {}; }
Checked<void> Verifier::check(Place /*sender*/, const SnapshotPart& /*part*/) const { return {}; }

Checked<void> Verifier::check(Place /*sender*/, const SnapshotOffer& offer) const {
  return caduceus::verify(net_, committee_, rules_.commit_depth, offer.proof);
}

// One certificate vouches for all blocks below the last: hashes tie them together. A replica takes the last only as what it asked for.
Checked<void> Verifier::check(Place /*sender*/, const FetchResponse& response) const {
  const auto& blocks = response.blocks.items;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    TRY_VOID(check_justification(blocks[i].header));
    if (i > 0 && blocks[i].header.parent() != block_hash(blocks[i - 1].header)) return reject(Reject::block_parent);
  }
  return caduceus::verify(net_, committee_, blocks.back().header.justify);
}

}  // namespace caduceus::sup
