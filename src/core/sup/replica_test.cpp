#include "core/sup/replica.h"

#include <gtest/gtest.h>

#include "core/sup/verifier.h"
#include "test/sim/counting_ledger.h"
#include "test/sim/stand_in_committee.h"

namespace caduceus::sup {
namespace {

struct EmptyArchive final : Archive {
  [[nodiscard]] std::optional<SupBlock> at(Height /*height*/) const override { return {}; }
  [[nodiscard]] Height first() const override { return first_kept; }
  Height first_kept{1};
};

// Replica 0 of four, stepped by hand; the test speaks for the others. Leader of view v: v mod 4.
class replica : public testing::Test {
 protected:
  replica() : state_(initial_safety(genesis_certificate(net_, 4))) {
    rules_.leader = [](View view) { return static_cast<Place>(view.value() % 4); };
    start();
  }

  void start() {
    ledger_ = std::make_unique<sim::CountingLedger>();
    Membership me{net_, committee_, key_, 0, rules_, {200, 1000, 5, 2000}, Time(1000)};
    replica_.emplace(std::move(me), *ledger_, archive_, Recovered{state_, committed_, held_}, now_, wall());
    out_ = take();
  }
  [[nodiscard]] Time wall() const { return Time(1000 + now_.value()); }
  // What came out; persisted by the test as a host would.
  Output take() {
    Output output = replica_->take_output();
    if (output.safety) state_ = *output.safety;
    if (output.proof) committed_ = output.proof;
    held_.insert(held_.end(), output.held.begin(), output.held.end());
    return output;
  }
  void hear(Place from, const Message& message) {
    auto verified = Verifier(net_, committee_, rules_, [](ByteView) { return Checked<void>(); }).verify(from, message);
    ASSERT_TRUE(verified) << name(verified.error());
    replica_->step(*verified);
    out_ = take();
  }
  void wait(std::uint64_t milliseconds) {
    now_ = now_ + milliseconds;
    replica_->tick(now_, wall());
    out_ = take();
  }
  template <class T>
  [[nodiscard]] std::vector<T> sent() const {
    std::vector<T> found;
    for (const Send& send : out_.send) {
      if (const auto* one = std::get_if<T>(&send.message)) found.push_back(*one);
    }
    return found;
  }

  // A block of `view` on the given parent, as its leader would make it. `number` makes it different.
  Proposal propose(View view, const SupHeader* parent, const QuorumCertificate& justify, std::uint64_t number = 0) {
    Proposal proposal;
    SupHeader& header = proposal.block.header;
    header.view = view;
    header.height = parent == nullptr ? Height(1) : parent->height + 1;
    header.justify = justify;
    header.time = std::max(parent == nullptr ? Time(1000) : parent->time, wall());
    if (number != 0) proposal.block.body.value = encode(List<std::uint64_t, 4096>{{number}});
    header.body = body_hash(proposal.block.body.value);
    sim::CountingLedger ledger;
    const StateRef below = parent == nullptr ? ledger.genesis() : ledger.load(*parent);
    header.roots = (*ledger.execute(below, {header.parent(), header.height, header.time}, proposal.block.body.value))->roots;
    sign(proposal);
    return proposal;
  }
  void sign(Proposal& proposal) {
    const View view = proposal.block.header.view;
    proposal.signature = sim::StandInKey(rules_.leader(view)).sign(proposal_statement(net_, view, block_hash(proposal.block.header)));
  }
  [[nodiscard]] QuorumCertificate certify(const SupHeader& header) const {
    QuorumCertificate qc{header.view, block_hash(header), SignerSet(4), {}};
    std::vector<SignaturePart> parts;
    for (Place place = 1; place < 4; ++place) {
      qc.signers.insert(place);
      parts.push_back(sim::StandInKey(place).sign(vote_statement(net_, qc.view, qc.block)));
    }
    qc.sum = *committee_.sum(parts);
    return qc;
  }
  [[nodiscard]] Timeout time_out(View view, Place by, const QuorumCertificate& high_qc) const {
    return {view, by, high_qc.view, sim::StandInKey(by).sign(timeout_statement(net_, view, high_qc.view)), high_qc, {}, {}};
  }

  NetworkId net_{9};
  QuorumCertificate genesis_ = genesis_certificate(net_, 4);
  sim::StandInCommittee committee_{4};
  sim::StandInKey key_{0};
  EmptyArchive archive_;
  Rules rules_;
  Tick now_{10};
  SafetyState state_;
  std::optional<CommitProof> committed_;
  std::vector<SupBlock> held_;
  std::unique_ptr<sim::CountingLedger> ledger_;
  std::optional<Replica> replica_;
  Output out_;
};

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

// Three blocks of consecutive views, of which others committed the first; replica 0 knows nothing of them yet.
class replica_snapshot : public replica {
 protected:
  [[nodiscard]] SnapshotPart part(const Bytes& cursor) const {
    sim::CountingLedger ledger;
    auto part = ledger.part(ledger.load(a.block.header), cursor);
    return {block_hash(a.block.header), {cursor}, std::move(part->content), std::move(part->next)};
  }
  // The others keep no blocks, and replica 0 hears of the newest certificate.
  void fall_behind() { hear(1, time_out(View(4), 1, proof.qc)); }
  template <class T>
  [[nodiscard]] std::vector<Place> asked() const {
    std::vector<Place> places;
    for (const Send& send : out_.send) {
      if (std::holds_alternative<T>(send.message)) places.push_back(send.to.value());
    }
    return places;
  }
  // Of who has nothing; the archive here begins above what was committed.
  void expect_offer() {
    archive_.first_kept = Height(2);
    hear(3, FetchRequest{block_hash(c.block.header), {}});
    ASSERT_EQ(sent<SnapshotOffer>().size(), 1);
    EXPECT_EQ(sent<SnapshotOffer>()[0].proof, proof);
    const Bytes cursor;
    hear(3, SnapshotRequest{block_hash(a.block.header), {cursor}});
    EXPECT_EQ(sent<SnapshotPart>(), std::vector{part(cursor)});
  }

  Proposal a = propose(View(1), nullptr, genesis_, 1);
  Proposal b = propose(View(2), &a.block.header, certify(a.block.header));
  Proposal c = propose(View(3), &b.block.header, certify(b.block.header));
  CommitProof proof{a.block.header, {{b.block.header, c.block.header}}, certify(c.block.header)};
  const std::vector<Place> nobody;
};

// Seed 7007750 of the simulator: every hospital that was not behind had started again since its last commit, had pruned, and could not
// prove what it had committed. The one that was behind got no snapshot before the next commit, which had to wait for it.
TEST_F(replica_snapshot, is_offered_after_a_restart) {
  hear(1, a);
  hear(2, b);
  hear(3, c);
  fall_behind();
  ASSERT_EQ(out_.committed, std::vector{a.block});
  start();
  EXPECT_TRUE(out_.committed.empty());
  expect_offer();
}

TEST_F(replica_snapshot, of_another_who_came_by_one_is_offered_after_a_restart) {
  fall_behind();
  hear(1, SnapshotOffer{proof});
  ASSERT_EQ(asked<SnapshotRequest>(), std::vector<Place>{1});
  const SnapshotPart first = part({});
  hear(1, first);
  ASSERT_EQ(sent<SnapshotRequest>().at(0).cursor, first.next);
  hear(1, part(first.next.value));
  EXPECT_EQ(out_.joined, a.block.header);
  EXPECT_EQ(out_.proof, proof);
  start();
  expect_offer();
}

TEST_F(replica_snapshot, is_taken_from_the_next_signer_when_one_is_silent_and_from_nobody_who_was_not_asked) {
  fall_behind();
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{1});
  hear(3, SnapshotOffer{proof});
  EXPECT_EQ(asked<SnapshotRequest>(), nobody);
  hear(1, SnapshotOffer{proof});
  EXPECT_EQ(asked<SnapshotRequest>(), std::vector<Place>{1});
  for (int again = 0; again < 2; ++again) {
    wait(200);
    EXPECT_EQ(asked<SnapshotRequest>(), std::vector<Place>{1});
  }
  wait(200);
  EXPECT_EQ(asked<SnapshotRequest>(), nobody);
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{2});
  hear(1, SnapshotOffer{proof});  // it would never be another's turn
  EXPECT_EQ(asked<SnapshotRequest>(), nobody);
  hear(2, SnapshotOffer{proof});
  EXPECT_EQ(asked<SnapshotRequest>(), std::vector<Place>{2});
}

// §8: a node whose own state differs from the committed one must not go on.
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

}  // namespace
}  // namespace caduceus::sup
