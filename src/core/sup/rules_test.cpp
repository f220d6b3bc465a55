#include "core/sup/rules.h"

#include <gtest/gtest.h>

#include "core/sup/pacemaker.h"

namespace caduceus::sup {
namespace {

SafetyState state(std::uint64_t voted, std::uint64_t timed_out, std::uint64_t lock) {
  SafetyState state;
  state.last_vote.emplace().view = View(voted);
  state.last_timeout.emplace().view = View(timed_out);
  state.lock.view = View(lock);
  return state;
}

VoteQuestion question(std::uint64_t current, std::uint64_t view, std::uint64_t justify, bool extends_lock) {
  return {View(current), View(view), View(justify), extends_lock};
}

TEST(may_vote, in_the_current_view_on_what_extends_the_lock) { EXPECT_TRUE(may_vote(state(6, 5, 5), question(7, 7, 5, true))); }
TEST(may_vote, never_twice_in_a_view) { EXPECT_FALSE(may_vote(state(7, 5, 5), question(7, 7, 6, true))); }
TEST(may_vote, never_at_or_below_the_last_time_out) { EXPECT_FALSE(may_vote(state(6, 7, 5), question(7, 7, 6, true))); }
TEST(may_vote, never_in_another_view) {
  EXPECT_FALSE(may_vote(state(5, 5, 5), question(8, 7, 6, true)));
  EXPECT_FALSE(may_vote(state(5, 5, 5), question(6, 7, 6, true)));
}
TEST(may_vote, beside_the_lock_only_on_a_newer_certificate) {
  EXPECT_FALSE(may_vote(state(6, 5, 5), question(7, 7, 5, false)));
  EXPECT_TRUE(may_vote(state(6, 5, 5), question(7, 7, 6, false)));
}

TEST(commits, only_consecutive_views) {
  EXPECT_EQ(commits(3, View(4), View(5), View(6)), Commits::grandparent);
  EXPECT_EQ(commits(3, View(3), View(5), View(6)), Commits::nothing);
  EXPECT_EQ(commits(3, View(4), View(5), View(7)), Commits::nothing);
  EXPECT_EQ(commits(2, View(3), View(5), View(6)), Commits::parent);
  EXPECT_EQ(commits(2, View(4), View(5), View(7)), Commits::nothing);
}

TEST(check_high_qc, is_the_one_that_was_signed_and_below_the_view) {
  Timeout timeout{View(7), 0, View(5), {}, {}, {}, {}};
  timeout.high_qc.view = View(5);
  EXPECT_TRUE(check_high_qc(timeout));
  timeout.high_qc.view = View(4);
  EXPECT_EQ(check_high_qc(timeout).error(), Reject::timeout_high_views);
  timeout.high_qc.view = timeout.high_view = View(7);
  EXPECT_EQ(check_high_qc(timeout).error(), Reject::timeout_high_views);
}

TEST(check_justification, a_view_follows_its_parents_or_a_tc) {
  SupHeader header;
  header.view = View(7);
  header.justify.view = View(6);
  EXPECT_TRUE(check_justification(header));
  header.tc.emplace().view = View(6);  // needless
  EXPECT_EQ(check_justification(header).error(), Reject::block_justification);
  header.justify.view = View(5);
  header.tc->high_views.items = {View(3), View(5)};
  EXPECT_TRUE(check_justification(header));
  header.tc->high_views.items = {View(3), View(6)};  // somebody knew of a newer block
  EXPECT_EQ(check_justification(header).error(), Reject::block_justification);
  header.tc->high_views.items = {View(3)};
  header.tc->view = View(5);
  EXPECT_EQ(check_justification(header).error(), Reject::block_justification);
  header.tc.reset();
  EXPECT_EQ(check_justification(header).error(), Reject::block_justification);
  header.justify.view = View(7);
  EXPECT_EQ(check_justification(header).error(), Reject::block_view);
}

TEST(view_patience, doubles_while_nothing_is_committed) {
  EXPECT_EQ(view_patience(200, 4, View(9), View(2)), 200);
  EXPECT_EQ(view_patience(200, 4, View(10), View(2)), 400);
  EXPECT_EQ(view_patience(200, 4, View(500), View(2)), 16 * 200);
  EXPECT_EQ(view_patience(200, 4, View(1), View(2)), 200);
}

TEST(first_view, after_a_restart_is_above_everything_said) {
  SafetyState state;
  state.high_qc.view = View(4);
  EXPECT_EQ(state.first_view(), View(5));
  state.tc.emplace().view = View(6);
  EXPECT_EQ(state.first_view(), View(7));
  state.last_vote.emplace().view = View(8);
  EXPECT_EQ(state.first_view(), View(8));
  state.last_timeout.emplace().view = View(9);
  EXPECT_EQ(state.first_view(), View(9));
}

}  // namespace
}  // namespace caduceus::sup
