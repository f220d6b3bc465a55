#include "test/sup_replica.h"

namespace caduceus::sup {
namespace {

// Replica 0 was restored at 1 s with a margin of 100 ms, while the others went on: it has an empty disk, and may have signed anything.
class replica_abstention : public replica {
 protected:
  replica_abstention() {
    abstention_ = abstain_from(wall(), 100);
    start();
  }
  // On top of `parent`, at the wall's time. Who led it, and signed the certificate below it, is heard.
  Proposal next(const Proposal* parent, std::uint64_t view, const QuorumCertificate& justify) {
    const Proposal made = propose(View(view), parent == nullptr ? nullptr : &parent->block.header, justify);
    hear(rules_.leader(View(view)), made);
    return made;
  }
  void expect_silence() { EXPECT_TRUE(sent<Vote>().empty() && sent<Timeout>().empty() && sent<Proposal>().empty()); }
};

TEST_F(replica_abstention, says_nothing_whatever_it_hears_and_however_long_it_waits) {
  const Proposal a = next(nullptr, 1, genesis_);
  expect_silence();
  wait(50);
  const Proposal b = next(&a, 2, certify(a.block.header));
  expect_silence();
  for (int i = 0; i < 5; ++i) {
    wait(1200);
    expect_silence();
  }
  hear(1, time_out(View(9), 1, certify(b.block.header)));
  hear(2, time_out(View(9), 2, certify(b.block.header)));
  expect_silence();
  hear(3, time_out(View(9), 3, certify(b.block.header)));
  expect_silence();
  EXPECT_TRUE(replica_->abstention());
}

// That the others certified a block of before is no news: the forgotten votes may be of later views.
TEST_F(replica_abstention, ends_with_a_certificate_over_a_block_that_is_late_enough_and_locks_on_it) {
  const Proposal a = next(nullptr, 1, genesis_);
  wait(199);
  const Proposal early = next(&a, 2, certify(a.block.header));
  wait(1);
  const Proposal late = next(&early, 3, certify(early.block.header));
  expect_silence();
  ASSERT_TRUE(replica_->abstention());
  next(&late, 4, certify(late.block.header));  // replica 0 leads it: this is another's doing, and it votes for nothing
  EXPECT_FALSE(replica_->abstention());
  EXPECT_TRUE(out_.is_back);
  ASSERT_TRUE(out_.safety);
  EXPECT_EQ(out_.safety->lock, certify(late.block.header));
  EXPECT_EQ(out_.safety->high_qc, certify(late.block.header));
  EXPECT_GT(replica_->view(), View(3));
  start();
  EXPECT_FALSE(replica_->abstention());
  EXPECT_GT(replica_->view(), View(3));
}

TEST_F(replica_abstention, once_over_it_votes_in_later_views_alone) {
  const Proposal a = next(nullptr, 1, genesis_);
  wait(200);
  const Proposal late = next(&a, 2, certify(a.block.header));
  hear(1, time_out(View(5), 1, certify(late.block.header)));
  ASSERT_FALSE(replica_->abstention());
  ASSERT_EQ(replica_->view(), View(3));
  hear(2, propose(View(2), &a.block.header, certify(a.block.header), 7));
  EXPECT_TRUE(sent<Vote>().empty());
  EXPECT_FALSE(replica_->safety().last_vote);
  hear(3, propose(View(3), &late.block.header, certify(late.block.header)));
  ASSERT_TRUE(out_.safety && out_.safety->last_vote);  // for itself, who leads the next view
  EXPECT_EQ(out_.safety->last_vote->view, View(3));
}

TEST_F(replica_abstention, waits_anew_while_somebody_else_signs_in_its_name) {
  const Proposal a = next(nullptr, 1, genesis_);
  wait(250);
  const Proposal b = next(&a, 2, certify(a.block.header));
  hear(1, time_out(View(3), 1, certify(b.block.header, 3)));  // replica 0 is among the signers
  ASSERT_TRUE(out_.abstention);
  EXPECT_TRUE(out_.abstention->is_another_seen);
  EXPECT_EQ(out_.abstention->until, b.block.header.time + 200);
  start();
  wait(199);
  const Proposal c = next(&b, 3, certify(b.block.header, 3));
  const Proposal d = next(&c, 4, certify(c.block.header));
  EXPECT_TRUE(replica_->abstention());
  wait(10);
  const Proposal e = next(&d, 5, certify(d.block.header));
  hear(1, time_out(View(6), 1, certify(e.block.header)));
  EXPECT_FALSE(replica_->abstention());
}

// What it signed itself before, the old machine had sent.
TEST_F(replica_abstention, does_not_take_its_own_old_signatures_for_anothers) {
  const Proposal a = next(nullptr, 1, genesis_);
  wait(50);
  const Proposal b = next(&a, 2, certify(a.block.header, 3));
  hear(1, time_out(View(3), 1, certify(b.block.header, 3)));
  ASSERT_TRUE(replica_->abstention());
  EXPECT_FALSE(replica_->abstention()->is_another_seen);
}

}  // namespace
}  // namespace caduceus::sup
