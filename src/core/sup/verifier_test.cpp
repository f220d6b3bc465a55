#include "core/sup/verifier.h"

#include <gtest/gtest.h>

#include "core/chain/bls_committee.h"

namespace caduceus::sup {
namespace {

// Four replicas under BLS, each test's messages signed for real.
class verifier : public testing::Test {
 protected:
  verifier() {
    SeededRng rng(1);
    std::vector<G2> public_keys;
    for (int i = 0; i < 4; ++i) {
      BlsKey key = BlsKey::random(rng);
      public_keys.push_back(key.public_key);
      keys_.emplace_back(std::move(key));
    }
    committee_.emplace(public_keys);
    rules_.leader = [](View view) { return static_cast<Place>(view.value() % 4); };
  }

  [[nodiscard]] QuorumCertificate qc(View view, const BlockHash& block, std::initializer_list<Place> signers) const {
    QuorumCertificate qc{view, block, SignerSet(4), {}};
    std::vector<SignaturePart> parts;
    for (const Place place : signers) {
      qc.signers.insert(place);
      parts.push_back(keys_[place].sign(vote_statement(net_, view, block)));
    }
    qc.sum = *committee_->sum(parts);
    return qc;
  }
  [[nodiscard]] TimeoutCertificate tc(View view, const QuorumCertificate& high_qc, std::initializer_list<View> high_views) const {
    TimeoutCertificate tc{view, SignerSet(4), {high_views}, {}, high_qc};
    std::vector<SignaturePart> parts;
    for (Place place = 0; place < high_views.size(); ++place) {
      tc.signers.insert(place);
      parts.push_back(keys_[place].sign(timeout_statement(net_, view, tc.high_views.items[place])));
    }
    tc.sum = *committee_->sum(parts);
    return tc;
  }
  [[nodiscard]] Proposal proposal(View view, const QuorumCertificate& justify, Place by) const {
    Proposal proposal;
    proposal.block.header.view = view;
    proposal.block.header.justify = justify;
    proposal.block.header.body = body_hash({});
    proposal.signature = keys_[by].sign(proposal_statement(net_, view, block_hash(proposal.block.header)));
    return proposal;
  }
  [[nodiscard]] Vote vote(View view, const BlockHash& block, Place by) const {
    return {view, block, by, keys_[by].sign(vote_statement(net_, view, block))};
  }
  [[nodiscard]] Timeout timeout(View view, const QuorumCertificate& high_qc, Place by) const {
    return {view, by, high_qc.view, keys_[by].sign(timeout_statement(net_, view, high_qc.view)), high_qc, {}, {}};
  }
  [[nodiscard]] std::optional<Reject> refusal(Place sender, const Message& message) const {
    const auto verified = Verifier(net_, *committee_, rules_, [](ByteView) { return Checked<void>(); }).verify(sender, message);
    return verified ? std::nullopt : std::optional(verified.error());
  }

  NetworkId net_{7};
  std::vector<BlsCommitteeKey> keys_;
  std::optional<BlsCommittee> committee_;
  Rules rules_;
  BlockHash block_{1};
};

TEST_F(verifier, accepts_what_is_signed_and_justified) {
  const QuorumCertificate genesis = genesis_certificate(net_, 4);
  EXPECT_FALSE(refusal(0, proposal(View(1), genesis, 1)));
  EXPECT_FALSE(refusal(2, proposal(View(6), qc(View(5), block_, {0, 1, 3}), 2)));
  EXPECT_FALSE(refusal(3, vote(View(5), block_, 3)));
  EXPECT_FALSE(refusal(3, timeout(View(6), qc(View(5), block_, {0, 1, 2, 3}), 3)));
  Timeout full = timeout(View(6), qc(View(4), block_, {0, 1, 2}), 3);
  full.tc = tc(View(5), full.high_qc, {View(3), View(4), View(4)});
  full.vote = vote(View(6), block_, 3);
  EXPECT_FALSE(refusal(3, full));
}

TEST_F(verifier, refuses_who_is_not_the_leader) {
  EXPECT_EQ(refusal(2, proposal(View(1), genesis_certificate(net_, 4), 2)), Reject::multi_signature_invalid);
}

TEST_F(verifier, refuses_a_changed_block) {
  Proposal changed = proposal(View(1), genesis_certificate(net_, 4), 1);
  ++changed.block.header.time;
  EXPECT_EQ(refusal(1, changed), Reject::multi_signature_invalid);
}

// Of fetched blocks they are not looked at again: a quorum did.
TEST_F(verifier, looks_at_the_bodies_of_proposals) {
  const Verifier strict(net_, *committee_, rules_, [](ByteView body) -> Checked<void> {
    if (!body.empty()) return reject(Reject::aggregate_invalid);
    return {};
  });
  const QuorumCertificate genesis = genesis_certificate(net_, 4);
  Proposal full = proposal(View(1), genesis, 1);
  EXPECT_TRUE(strict.verify(1, full));
  full.block.body.value = {1};
  full.block.header.body = body_hash({{1}});
  full.signature = keys_[1].sign(proposal_statement(net_, View(1), block_hash(full.block.header)));
  const auto refused = strict.verify(1, full);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), Reject::aggregate_invalid);
  EXPECT_TRUE(strict.verify(1, FetchResponse{block_hash(full.block.header), {{full.block}}}));
}

TEST_F(verifier, refuses_certificates_that_no_quorum_signed) {
  EXPECT_EQ(refusal(2, proposal(View(6), qc(View(5), block_, {0, 1}), 2)), Reject::quorum_too_small);
  QuorumCertificate claimed = qc(View(5), block_, {0, 1});
  claimed.signers.insert(2);
  EXPECT_EQ(refusal(2, proposal(View(6), claimed, 2)), Reject::multi_signature_invalid);
  QuorumCertificate other = qc(View(5), block_, {0, 1, 2});
  ++other.block[0];
  EXPECT_EQ(refusal(2, proposal(View(6), other, 2)), Reject::multi_signature_invalid);
  QuorumCertificate larger = qc(View(5), block_, {0, 1, 2});
  larger.signers = SignerSet(5);
  EXPECT_EQ(refusal(2, proposal(View(6), larger, 2)), Reject::signer_set_size);
  QuorumCertificate genesis = genesis_certificate(net_, 4);
  genesis.signers.insert(0);
  EXPECT_EQ(refusal(1, proposal(View(1), genesis, 1)), Reject::genesis_certificate);
}

// R6: a leader that makes its signature as wrong as the certificate it carries.
TEST_F(verifier, refuses_a_proposal_whose_errors_cancel) {
  SeededRng rng(2);
  const G1 error = Scalar::random(rng) * G1::generator();
  const auto shift = [](SignaturePart& part, const G1& by) { part = (*G1::decode(part) + by).encode(); };
  QuorumCertificate wrong = qc(View(5), block_, {0, 1, 2});
  shift(wrong.sum, error);
  Proposal shifted = proposal(View(6), wrong, 2);
  EXPECT_EQ(refusal(2, shifted), Reject::multi_signature_invalid);
  shift(shifted.signature, G1() - error);
  EXPECT_EQ(refusal(2, shifted), Reject::multi_signature_invalid);
}

TEST_F(verifier, certifies_what_a_quorum_voted_for) {
  const Verifier strict(net_, *committee_, rules_, {});
  std::vector<Vote> votes{vote(View(5), block_, 3), vote(View(5), block_, 0), vote(View(5), block_, 1)};
  const auto certified = strict.certify(3, votes);
  ASSERT_TRUE(certified);
  EXPECT_EQ(certified->value(), qc(View(5), block_, {0, 1, 3}));
  votes[1].part = vote(View(5), {2}, 0).part;
  EXPECT_EQ(strict.certify(3, votes).error(), Reject::multi_signature_invalid);
  votes[1].part.fill(0xff);
  EXPECT_EQ(strict.certify(3, votes).error(), Reject::point_encoding);
  votes.pop_back();
  EXPECT_EQ(strict.certify(3, std::span(votes).first(1)).error(), Reject::quorum_too_small);
}

TEST_F(verifier, refuses_a_vote_in_another_name) {
  Vote forged = vote(View(5), block_, 3);
  forged.voter = 2;
  EXPECT_EQ(refusal(2, forged), Reject::multi_signature_invalid);
  forged.voter = 4;
  EXPECT_EQ(refusal(2, forged), Reject::sender_unknown);
  EXPECT_EQ(refusal(4, vote(View(5), block_, 3)), Reject::sender_unknown);
}

TEST_F(verifier, refuses_time_outs_that_claim_what_they_do_not_show) {
  const QuorumCertificate high = qc(View(5), block_, {0, 1, 2});
  Timeout inflated = timeout(View(9), high, 3);
  inflated.high_view = View(8);
  inflated.part = keys_[3].sign(timeout_statement(net_, View(9), View(8)));
  EXPECT_EQ(refusal(3, inflated), Reject::timeout_high_views);
  EXPECT_EQ(refusal(3, timeout(View(5), high, 3)), Reject::timeout_high_views);
  EXPECT_EQ(refusal(2, timeout(View(6), high, 3)), Reject::sender_other);
  Timeout wrong = timeout(View(7), high, 3);
  wrong.tc = tc(View(5), qc(View(4), block_, {0, 1, 2}), {View(4), View(4), View(4)});
  EXPECT_EQ(refusal(3, wrong), Reject::timeout_attachment);
  wrong = timeout(View(7), high, 3);
  wrong.vote = vote(View(6), block_, 3);
  EXPECT_EQ(refusal(3, wrong), Reject::timeout_attachment);
  wrong.vote = vote(View(7), block_, 2);
  EXPECT_EQ(refusal(3, wrong), Reject::timeout_attachment);
}

TEST_F(verifier, refuses_a_tc_whose_qc_is_not_its_highest) {
  const QuorumCertificate high = qc(View(4), block_, {0, 1, 2});
  const auto refused = [&](const TimeoutCertificate& tc) {
    Timeout timeout = this->timeout(View(6), high, 3);
    timeout.tc = tc;
    return refusal(3, timeout);
  };
  EXPECT_FALSE(refused(tc(View(5), high, {View(2), View(4), View(3)})));
  EXPECT_EQ(refused(tc(View(5), high, {View(2), View(3), View(3)})), Reject::timeout_high_views);
  EXPECT_EQ(refused(tc(View(5), high, {View(2), View(4), View(5)})), Reject::timeout_high_views);
  TimeoutCertificate short_one = tc(View(5), high, {View(2), View(4), View(3)});
  short_one.high_views.items.pop_back();
  EXPECT_EQ(refused(short_one), Reject::timeout_high_views);
  TimeoutCertificate swapped = tc(View(5), high, {View(2), View(4), View(3)});
  std::swap(swapped.high_views.items[0], swapped.high_views.items[1]);
  EXPECT_EQ(refused(swapped), Reject::multi_signature_invalid);
}

TEST_F(verifier, a_proof_of_commit_needs_consecutive_views) {
  CommitProof proof;
  proof.block.view = View(4);
  SupHeader first;
  first.view = View(5);
  first.justify.block = block_hash(proof.block);
  SupHeader second;
  second.view = View(6);
  second.justify.block = block_hash(first);
  proof.above.items = {first, second};
  proof.qc = qc(View(6), block_hash(second), {1, 2, 3});
  EXPECT_TRUE(caduceus::verify(net_, *committee_, 3, proof));
  proof.block.view = View(3);
  EXPECT_EQ(caduceus::verify(net_, *committee_, 3, proof).error(), Reject::block_parent);
  proof.above.items[0].justify.block = block_hash(proof.block);
  proof.above.items[1].justify.block = block_hash(proof.above.items[0]);
  proof.qc = qc(View(6), block_hash(proof.above.items[1]), {1, 2, 3});
  EXPECT_EQ(caduceus::verify(net_, *committee_, 3, proof).error(), Reject::commit_views);
}

}  // namespace
}  // namespace caduceus::sup
