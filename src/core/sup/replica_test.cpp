#include "test/sup_replica.h"

namespace caduceus::sup {
namespace {

TEST_F(replica, votes_for_the_next_leader_and_persists_vote_and_block_with_it) {
  const Proposal first = propose(View(1), nullptr, genesis_);
  hear(1, first);
  ASSERT_EQ(out_.send.size(), 1);
  EXPECT_EQ(out_.send[0].to, Place(2));
  EXPECT_EQ(sent<Vote>().at(0).block, block_hash(first.block.header));
  ASSERT_TRUE(out_.safety);
  EXPECT_EQ(out_.safety->last_vote, sent<Vote>().at(0));
  EXPECT_EQ(out_.held, std::vector{first.block});
}

TEST_F(replica, commits_the_first_of_three_consecutive_views) {
  const Proposal a = propose(View(1), nullptr, genesis_);
  const Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
  const Proposal c = propose(View(3), &b.block.header, certify(b.block.header));
  hear(1, a);
  hear(2, b);
  hear(3, c);
  EXPECT_TRUE(out_.committed.empty());
  hear(1, time_out(View(4), 1, certify(c.block.header)));
  EXPECT_EQ(out_.committed, std::vector{a.block});
  EXPECT_EQ(replica_->committed().hash, block_hash(a.block.header));
  EXPECT_EQ(replica_->safety().lock, certify(b.block.header));
}

TEST_F(replica, votes_once_though_the_leader_proposes_twice_and_hands_evidence_on) {
  const Proposal first = propose(View(1), nullptr, genesis_);
  const Proposal second = propose(View(1), nullptr, genesis_, 5);
  hear(1, first);
  hear(1, second);
  EXPECT_TRUE(sent<Vote>().empty());
  ASSERT_EQ(ledger_->evidence().size(), 1);
  EXPECT_TRUE(caduceus::verify(net_, committee_, 1, ledger_->evidence()[0]));
}

TEST_F(replica, does_not_vote_in_a_view_it_gave_up) {
  wait(1200);
  ASSERT_EQ(sent<Timeout>().size(), 1);
  hear(1, propose(View(1), nullptr, genesis_));
  EXPECT_TRUE(sent<Vote>().empty());
}

TEST_F(replica, repeats_a_time_out_with_the_same_bytes_and_its_vote) {
  hear(1, propose(View(1), nullptr, genesis_));
  const Vote vote = sent<Vote>().at(0);
  wait(1200);
  const Timeout first = sent<Timeout>().at(0);
  EXPECT_EQ(first.vote, vote);
  wait(1200);
  EXPECT_EQ(sent<Timeout>().at(0), first);
  EXPECT_FALSE(out_.safety);
}

TEST_F(replica, after_a_restart_neither_votes_again_nor_says_anything_else) {
  hear(1, propose(View(1), nullptr, genesis_));
  wait(1200);
  const Timeout said = sent<Timeout>().at(0);
  start();
  EXPECT_EQ(sent<Timeout>().at(0), said);
  hear(1, propose(View(1), nullptr, genesis_, 6));
  EXPECT_TRUE(sent<Vote>().empty());
}

// Only the next leader sees the votes that commit: the others, and whoever waits for their answer, hear of it by its proposal.
TEST_F(replica, proposes_at_once_when_its_certificate_committed_something) {
  for (const bool has_body : {false, true}) {
    state_ = initial_safety(genesis_);
    committed_.reset();
    held_.clear();
    start();
    const Proposal a = propose(View(1), nullptr, genesis_, has_body ? 1 : 0);
    const Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
    const Proposal c = propose(View(3), &b.block.header, certify(b.block.header));
    hear(1, a);
    hear(2, b);
    hear(3, c);
    for (Place place = 1; place < 3; ++place) {
      const BlockHash block = block_hash(c.block.header);
      hear(place, Vote{View(3), block, place, sim::StandInKey(place).sign(vote_statement(net_, View(3), block))});
    }
    ASSERT_EQ(out_.committed.size(), 1);
    EXPECT_EQ(sent<Proposal>().size(), has_body ? 1 : 0);
  }
}

// Decision 0009: who waits for nothing is not waited for as long as an idle leader.
TEST_F(replica, gives_a_view_with_work_the_base_and_an_idle_one_T_idle_more) {
  wait(1199);
  EXPECT_TRUE(sent<Timeout>().empty());
  wait(1);
  EXPECT_EQ(sent<Timeout>().size(), 1);

  state_ = initial_safety(genesis_);
  start();
  const Proposal a = propose(View(1), nullptr, genesis_, 1);
  hear(1, a);
  hear(2, propose(View(2), &a.block.header, certify(a.block.header)));
  hear(1, time_out(View(5), 1, genesis_));
  hear(2, time_out(View(5), 2, genesis_));
  ASSERT_EQ(replica_->view(), View(6));  // with its own
  wait(199);
  EXPECT_TRUE(sent<Timeout>().empty());
  wait(1);
  EXPECT_EQ(sent<Timeout>().size(), 1);
  wait(1199);
  EXPECT_TRUE(sent<Timeout>().empty());
  wait(1);
  EXPECT_EQ(sent<Timeout>().size(), 1);
}

TEST_F(replica, joins_when_f_plus_1_gave_up_a_view_above_its_own) {
  hear(1, time_out(View(5), 1, genesis_));
  EXPECT_EQ(replica_->view(), View(1));
  hear(2, time_out(View(7), 2, genesis_));
  EXPECT_EQ(replica_->view(), View(5));
  EXPECT_EQ(sent<Timeout>().at(0).view, View(5));
}

TEST_F(replica, leads_after_a_quorum_gave_up_with_their_certificate) {
  hear(1, time_out(View(3), 1, genesis_));
  hear(2, time_out(View(3), 2, genesis_));
  ASSERT_EQ(replica_->view(), View(4));  // with its own
  wait(1000);                            // nothing is pooled
  ASSERT_EQ(sent<Proposal>().size(), 1);
  const SupHeader header = sent<Proposal>().at(0).block.header;
  ASSERT_TRUE(header.tc);
  EXPECT_EQ(header.tc->view, View(3));
  EXPECT_EQ(header.tc->signers.count(), 3);
  EXPECT_EQ(out_.safety->last_proposal->block, block_hash(header));
  wait(1);
  EXPECT_TRUE(sent<Proposal>().empty());
}

TEST_F(replica, whose_view_is_ended_by_others_sends_its_vote_to_all) {
  hear(1, propose(View(1), nullptr, genesis_));
  TimeoutCertificate tc{View(1), SignerSet(4), {{View(0), View(0), View(0)}}, {}, genesis_};
  std::vector<SignaturePart> parts;
  for (Place place = 1; place < 4; ++place) {
    tc.signers.insert(place);
    parts.push_back(sim::StandInKey(place).sign(timeout_statement(net_, View(1), View(0))));
  }
  tc.sum = *committee_.sum(parts);
  Timeout next = time_out(View(2), 1, genesis_);
  next.tc = tc;
  hear(1, next);
  EXPECT_EQ(replica_->view(), View(2));
  ASSERT_EQ(sent<Vote>().size(), 1);
  EXPECT_FALSE(out_.send[0].to);
}

TEST_F(replica, counts_votes_for_a_view_that_it_left) {
  const Proposal first = propose(View(1), nullptr, genesis_);
  hear(1, first);
  hear(1, time_out(View(5), 1, genesis_));
  hear(2, time_out(View(5), 2, genesis_));
  const auto vote = [&](Place by) {
    const BlockHash block = block_hash(first.block.header);
    return Vote{View(1), block, by, sim::StandInKey(by).sign(vote_statement(net_, View(1), block))};
  };
  hear(2, vote(2));
  EXPECT_EQ(replica_->safety().high_qc.view, View(0));
  hear(3, vote(3));
  EXPECT_EQ(replica_->safety().high_qc.view, View(1));
}

TEST_F(replica, holds_its_vote_back_until_the_blocks_time_is_near) {
  Proposal early = propose(View(1), nullptr, genesis_);
  early.block.header.time = Time(wall().value() + 2500);
  sign(early);
  hear(1, early);
  EXPECT_TRUE(sent<Vote>().empty());
  EXPECT_EQ(replica_->next_tick(), now_ + 500);
  wait(500);
  EXPECT_EQ(sent<Vote>().size(), 1);
}

TEST_F(replica, fetches_a_parent_it_misses_from_a_signer_and_votes_then) {
  const Proposal a = propose(View(1), nullptr, genesis_);
  const Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
  hear(2, b);
  ASSERT_EQ(sent<FetchRequest>().size(), 1);
  EXPECT_EQ(sent<FetchRequest>().at(0).target, block_hash(a.block.header));
  EXPECT_EQ(replica_->view(), View(2));
  hear(1, FetchResponse{block_hash(a.block.header), {{a.block}}});
  ASSERT_EQ(sent<Vote>().size(), 1);
  EXPECT_EQ(sent<Vote>().at(0).block, block_hash(b.block.header));
}

TEST_F(replica, says_that_it_diverged_when_a_quorum_certified_what_is_invalid_here) {
  Proposal a = propose(View(1), nullptr, genesis_);
  a.block.header.roots.revocations[0] ^= 1;
  const Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
  hear(2, b);
  EXPECT_FALSE(out_.diverged);
  hear(1, FetchResponse{block_hash(a.block.header), {{a.block}}});
  EXPECT_EQ(out_.diverged, Reject::block_roots);
}

TEST_F(replica, refuses_blocks_whose_roots_or_heights_are_wrong) {
  Proposal wrong = propose(View(1), nullptr, genesis_, 3);
  ++wrong.block.header.roots.state[0];
  sign(wrong);
  hear(1, wrong);
  EXPECT_TRUE(sent<Vote>().empty());
  wrong = propose(View(1), nullptr, genesis_, 4);
  wrong.block.header.height = Height(2);
  sign(wrong);
  hear(1, wrong);
  EXPECT_TRUE(sent<Vote>().empty());
  EXPECT_TRUE(out_.held.empty());
}

TEST_F(replica, refuses_a_block_that_is_earlier_than_its_parent) {
  const Proposal a = propose(View(1), nullptr, genesis_);
  hear(1, a);
  Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
  b.block.header.time = Time(a.block.header.time.value() - 1);
  sign(b);
  hear(2, b);
  EXPECT_TRUE(sent<Vote>().empty());
  EXPECT_TRUE(out_.held.empty());
  hear(3, propose(View(3), &b.block.header, certify(b.block.header)));
  hear(2, FetchResponse{block_hash(b.block.header), {{b.block}}});
  EXPECT_EQ(out_.diverged, Reject::block_time);
}

// Before the first commit there is nothing to offer.
TEST_F(replica, sends_nothing_to_who_says_that_it_has_all_blocks_there_could_be) {
  const Proposal a = propose(View(1), nullptr, genesis_);
  hear(1, a);
  for (const BlockHash& target : {block_hash(a.block.header), BlockHash{1}}) {
    hear(3, FetchRequest{target, Height(~std::uint64_t{0})});
    EXPECT_TRUE(out_.is_empty());
  }
}

}  // namespace
}  // namespace caduceus::sup
