#include "test/sup_replica.h"

namespace caduceus::sup {
namespace {

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

  // On b, after view 4 timed out at three who had heard of no certificate of c.
  [[nodiscard]] Proposal other_than_c() {
    Proposal made = propose(View(5), &b.block.header, certify(b.block.header));
    TimeoutCertificate tc{View(4), SignerSet(4), {{View(2), View(2), View(2)}}, {}, certify(b.block.header)};
    std::vector<SignaturePart> parts;
    for (Place place = 1; place < 4; ++place) {
      tc.signers.insert(place);
      parts.push_back(sim::StandInKey(place).sign(timeout_statement(net_, View(4), View(2))));
    }
    tc.sum = *committee_.sum(parts);
    made.block.header.tc = tc;
    sign(made);
    return made;
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

// The nodes of its state are kept for it.
TEST_F(replica_snapshot, is_let_go_when_nobody_has_asked_for_it_for_some_time) {
  constexpr std::uint64_t kept = StateSync::kept * 200;
  hear(1, a);
  hear(2, b);
  hear(3, c);
  fall_behind();
  ASSERT_EQ(out_.committed, std::vector{a.block});
  ASSERT_EQ(sent<Proposal>().size(), 1);  // view 4 is its own
  const SupHeader d = sent<Proposal>()[0].block.header;
  const std::weak_ptr<const LedgerState> given = replica_->committed().state;
  expect_offer();
  hear(1, time_out(View(5), 1, certify(d)));
  ASSERT_EQ(out_.committed, std::vector{b.block});
  wait(kept - 1);
  EXPECT_FALSE(given.expired());
  const Bytes cursor;
  hear(3, SnapshotRequest{block_hash(a.block.header), {cursor}});
  EXPECT_EQ(sent<SnapshotPart>().size(), 1);
  wait(kept - 1);
  EXPECT_FALSE(given.expired());
  wait(1);
  EXPECT_TRUE(given.expired());
  hear(3, SnapshotRequest{block_hash(a.block.header), {cursor}});
  EXPECT_TRUE(sent<SnapshotPart>().empty());
  hear(3, FetchRequest{block_hash(c.block.header), {}});
  ASSERT_EQ(sent<SnapshotOffer>().size(), 1);
  EXPECT_EQ(sent<SnapshotOffer>()[0].proof.block, b.block.header);
}

// A liar knows a certificate of c that nobody else has, and gives its snapshot late: others went on from b meanwhile.
TEST_F(replica_snapshot, that_comes_after_the_blocks_is_not_needed) {
  const Proposal d = other_than_c();
  hear(2, time_out(View(6), 2, certify(d.block.header)));
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{1});
  hear(1, SnapshotOffer{proof});
  hear(1, part({}));
  hear(2, FetchResponse{block_hash(d.block.header), {{a.block, b.block, d.block}}});
  ASSERT_EQ(replica_->safety().high_qc, certify(d.block.header));
  EXPECT_FALSE(replica_->is_behind());
  hear(1, part(part({}).next.value));
  EXPECT_FALSE(out_.joined);
  const Proposal e = propose(View(6), &d.block.header, certify(d.block.header));
  hear(2, e);
  ASSERT_EQ(sent<Vote>().size(), 1);
  EXPECT_EQ(sent<Vote>()[0].block, block_hash(e.block.header));
}

TEST_F(replica_snapshot, of_a_block_that_is_held_commits_it_and_loses_nothing_above_it) {
  const Proposal d = other_than_c();
  const Proposal e = propose(View(6), &d.block.header, certify(d.block.header));
  hear(2, time_out(View(7), 2, certify(e.block.header)));
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{1});
  hear(1, SnapshotOffer{proof});
  hear(1, part({}));
  // The last of a batch is there to vouch for the others. e is still wanted.
  const Proposal other = propose(View(6), &d.block.header, certify(d.block.header), 7);
  hear(2, FetchResponse{block_hash(e.block.header), {{a.block, b.block, d.block, other.block}}});
  hear(3, time_out(View(6), 3, certify(d.block.header)));
  ASSERT_EQ(replica_->safety().high_qc, certify(d.block.header));
  ASSERT_TRUE(replica_->is_behind());
  hear(1, part(part({}).next.value));
  EXPECT_FALSE(out_.joined);
  EXPECT_EQ(out_.committed, std::vector{a.block});
  EXPECT_EQ(out_.proof, proof);
  hear(2, FetchResponse{block_hash(e.block.header), {{e.block}}});
  EXPECT_EQ(replica_->safety().high_qc, certify(e.block.header));
}

// A liar's snapshot shows itself only when it is whole.
TEST_F(replica_snapshot, of_a_liar_is_refused_and_the_next_signers_is_taken) {
  fall_behind();
  hear(1, SnapshotOffer{proof});
  SnapshotPart wrong = part({});
  hear(1, wrong);
  wrong = part(wrong.next.value);
  wrong.content.value.back() ^= 1;
  hear(1, wrong);
  EXPECT_FALSE(out_.joined);
  ASSERT_EQ(asked<FetchRequest>(), nobody);
  wait(200);
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{2});
  wait(200);
  wait(200);
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{1}) << "everybody is asked for blocks, by turns";
  hear(1, SnapshotOffer{proof});
  EXPECT_EQ(asked<SnapshotRequest>(), nobody);
  wait(200);
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{2});
  hear(2, SnapshotOffer{proof});
  hear(2, part({}));
  hear(2, part(part({}).next.value));
  EXPECT_EQ(out_.joined, a.block.header);
}

// f + 1 are asked at one time before all that lie can hold up who joins.
TEST_F(replica_snapshot, one_that_takes_its_time_is_not_the_only_one_asked_for_long) {
  fall_behind();
  hear(1, SnapshotOffer{proof});
  SnapshotPart nothing{block_hash(a.block.header), {}, {}, {{1}}};
  // Just before it would be given up, always one part more.
  std::uint64_t waited = 0;
  while (asked<FetchRequest>().empty()) {
    ASSERT_LE(waited, (StateSync::hedge + 1) * 200);
    ASSERT_EQ(asked<SnapshotRequest>(), std::vector<Place>{1});
    hear(1, nothing);
    nothing.cursor = nothing.next;
    wait(200);
    waited += 200;
  }
  EXPECT_GE(waited, StateSync::hedge * 200);
  ASSERT_EQ(asked<FetchRequest>(), std::vector<Place>{2});
  hear(2, SnapshotOffer{proof});
  hear(1, nothing);
  hear(2, part({}));
  hear(1, nothing);
  hear(2, part(part({}).next.value));
  EXPECT_EQ(out_.joined, a.block.header);
}

}  // namespace
}  // namespace caduceus::sup
