#include "core/roles/mailbox.h"

#include <gtest/gtest.h>

#include "core/base/rng.h"

namespace caduceus::roles {
namespace {

const Identity ann{Role::patient, {"ann"}, 1};
const Identity bob{Role::doctor, {"bob.h1"}, 1};
constexpr Time start(1'800'000'000'000);

Envelope envelope(const Identity& to, std::size_t size, Byte fill = 1) { return {to, {G1::generator(), {Bytes(size, fill)}}}; }

struct MailboxTest : testing::Test {
  MemoryTables tables;
  MailLimits limits{1000, 4, 100};

  Checked<std::uint64_t> deposit(const Envelope& one, Time now = start) {
    WriteSet step(tables);
    auto number = Mailbox(limits, step).deposit(one, now);
    if (number) tables.apply(step);
    return number;
  }
  std::vector<std::uint64_t> numbers(const Identity& owner, std::uint64_t after = 0, std::size_t most = 10'000) {
    WriteSet step(tables);
    std::vector<std::uint64_t> found;
    for (const auto& one : Mailbox(limits, step).collect(owner, after, most)) found.push_back(one.number);
    return found;
  }
  void discard(const Identity& owner, std::uint64_t up_to) {
    WriteSet step(tables);
    Mailbox(limits, step).discard(owner, up_to);
    tables.apply(step);
  }
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(MailboxTest, each_owner_has_its_own_in_order) {
  ASSERT_EQ(deposit(envelope(ann, 100)), 1U);
  ASSERT_EQ(deposit(envelope(bob, 100)), 1U);
  ASSERT_EQ(deposit(envelope(ann, 100)), 2U);
  EXPECT_EQ(numbers(ann), (Numbers{1, 2}));
  EXPECT_EQ(numbers(ann, 1), (Numbers{2}));
  EXPECT_EQ(numbers(bob), (Numbers{1}));
}

TEST_F(MailboxTest, a_page_has_one_at_least) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(deposit(envelope(ann, 300)));
  EXPECT_EQ(numbers(ann, 0, 10), (Numbers{1}));
  EXPECT_EQ(numbers(ann, 0, 600), (Numbers{1, 2}));
}

TEST_F(MailboxTest, what_is_discarded_makes_room_and_its_number_is_not_used_again) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(deposit(envelope(ann, 100)));
  EXPECT_EQ(deposit(envelope(ann, 100)).error(), Reject::mailbox_full);
  discard(ann, 2);
  EXPECT_EQ(deposit(envelope(ann, 100)), 5U);
  EXPECT_EQ(numbers(ann), (Numbers{3, 4, 5}));
  discard(ann, 100);
  EXPECT_EQ(numbers(ann), Numbers{});
  EXPECT_EQ(deposit(envelope(ann, 1000)), 6U);
}

TEST_F(MailboxTest, bytes_are_bounded) {
  ASSERT_TRUE(deposit(envelope(ann, 900)));
  EXPECT_EQ(deposit(envelope(ann, 101)).error(), Reject::mailbox_full);
  EXPECT_TRUE(deposit(envelope(ann, 100)));
}

TEST_F(MailboxTest, what_is_too_old_goes) {
  ASSERT_TRUE(deposit(envelope(ann, 900)));
  EXPECT_EQ(deposit(envelope(ann, 900), start + 99).error(), Reject::mailbox_full);
  EXPECT_EQ(deposit(envelope(ann, 900), start + 100), 2U);
  EXPECT_EQ(numbers(ann), (Numbers{2}));
}

}  // namespace
}  // namespace caduceus::roles
