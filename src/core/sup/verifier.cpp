#include "core/sup/verifier.h"

#include <array>

#include "core/sup/quorum.h"

namespace caduceus::sup {

Checked<Verified<Message>> Verifier::verify(Place sender, Message message) const {
  if (sender >= committee_.size()) return reject(Reject::sender_unknown);
  TRY_VOID(std::visit([&](const auto& one) { return check(sender, one); }, message));
  return Verified<Message>(std::move(message), sender);
}

Checked<Verified<QuorumCertificate>> Verifier::certify(Place self, std::span<const Vote> votes) const {
  TRY(QuorumCertificate qc, certificate_of(committee_, votes));
  TRY_VOID(caduceus::verify(net_, committee_, qc));
  return Verified<QuorumCertificate>(std::move(qc), self);
}

Checked<void> Verifier::check(Place /*sender*/, const Proposal& proposal) const {
  const SupHeader& header = proposal.block.header;
  TRY_VOID(check_justification(header));
  std::vector<Claim> claims;
  TRY_VOID(add_claims(net_, committee_, header.justify, claims));
  if (header.tc) TRY_VOID(add_claims(net_, committee_, *header.tc, claims));

  const Bytes statement = proposal_statement(net_, header.view, block_hash(header));
  Checked<void> is_signed = reject(Reject::multi_signature_invalid);
  for (Place place = 0; place < committee_.size() && !is_signed; ++place) {
    if (!rules_.may_propose(rules_, header.view, place)) continue;
    claims.push_back(committee_.part_of(place, statement, proposal.signature));
    is_signed = committee_.verify(claims);
    claims.pop_back();
  }
  TRY_VOID(is_signed);
  return check_body_(proposal.block.body.value);
}

Claim Verifier::claim(const Vote& vote) const {
  return committee_.part_of(vote.voter, vote_statement(net_, vote.view, vote.block), vote.part);
}

Checked<void> Verifier::check(Place /*sender*/, const Vote& vote) const {
  if (vote.voter >= committee_.size()) return reject(Reject::sender_unknown);
  return committee_.verify(std::array{claim(vote)});
}

Checked<void> Verifier::check(Place sender, const Timeout& timeout) const {
  if (timeout.sender != sender) return reject(Reject::sender_other);
  TRY_VOID(rules_.check_high_qc(timeout));
  std::vector<Claim> claims{committee_.part_of(sender, timeout_statement(net_, timeout.view, timeout.high_view), timeout.part)};
  TRY_VOID(add_claims(net_, committee_, timeout.high_qc, claims));
  if (timeout.tc) {
    if (timeout.tc->view + 1 != timeout.view) return reject(Reject::timeout_attachment);
    TRY_VOID(add_claims(net_, committee_, *timeout.tc, claims));
  }
  if (timeout.vote) {
    if (timeout.vote->view != timeout.view || timeout.vote->voter != sender) return reject(Reject::timeout_attachment);
    claims.push_back(claim(*timeout.vote));
  }
  return committee_.verify(claims);
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
