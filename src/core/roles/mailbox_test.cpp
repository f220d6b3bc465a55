#include "core/roles/mailbox.h"

#include <gtest/gtest.h>

#include "core/base/rng.h"

namespace caduceus::roles {
namespace {

const Identity ann{Role::patient, {"ann"}, 1};
const Identity bob{Role::doctor, {"bob.h1"}, 1};
const Identity h1{Role::hospital, {"h1"}, 1};
constexpr Time start(1'800'000'000'000);

Envelope envelope(const Identity& to, std::size_t size, Byte fill = 1) {
  return {to, {EncodedG1::of(G1::generator()), {Bytes(size, fill)}}};
}

// How many entries somebody looked at.
class CountedTables final : public Tables {
 public:
  explicit CountedTables(const Tables& tables) : tables_(tables) {}

  [[nodiscard]] std::optional<SecretBytes> get(TableId table, ByteView key) const override { return tables_.get(table, key); }
  void for_each_from(TableId table, ByteView first, const Visit& visit) const override {
    tables_.for_each_from(table, first, [&](ByteView key, ByteView value) {
      ++visited;
      return visit(key, value);
    });
  }

  mutable std::size_t visited = 0;

 private:
  const Tables& tables_;
};

struct MailboxTest : testing::Test {
  MemoryTables tables;
  MailLimits limits{1000, 4, 100};

  Checked<std::uint64_t> deposit(const Envelope& one, Time now = start, const Identity& from = h1) {
    WriteSet step(tables);
    auto number = Mailbox(limits, step).deposit(one, from, now);
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

// What another wrote to people of whom nobody has heard goes by its depositor.
TEST_F(MailboxTest, a_depositor_has_so_much_for_all_together) {
  const auto unheard = [](int i) { return Identity{Role::patient, {"p" + std::to_string(i)}, 1}; };
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(deposit(envelope(unheard(i), 100), start, bob));
  EXPECT_EQ(deposit(envelope(ann, 100), start, bob).error(), Reject::mailbox_full);
  ASSERT_TRUE(deposit(envelope(ann, 100), start, h1));
  ASSERT_TRUE(deposit(envelope(ann, 1), start, ann));
  EXPECT_EQ(deposit(envelope(unheard(9), 1000), start, ann).error(), Reject::mailbox_full);
  discard(unheard(2), 1);
  ASSERT_TRUE(deposit(envelope(ann, 700), start, bob));
  discard(unheard(0), 1);
  EXPECT_EQ(deposit(envelope(unheard(0), 101), start, bob).error(), Reject::mailbox_full);
  EXPECT_TRUE(deposit(envelope(unheard(0), 100), start, bob));
}

TEST_F(MailboxTest, what_nobody_collects_is_swept) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(deposit(envelope({Role::patient, {"p" + std::to_string(i)}, 1}, 100), start + i, bob));
  }
  const auto sweep = [&](const Bytes& place, std::size_t owners, Time now) {
    WriteSet step(tables);
    auto next = Mailbox(limits, step).sweep(place, owners, now);
    tables.apply(step);
    return next;
  };
  const auto first = sweep({}, 3, start + 101);
  ASSERT_TRUE(first);
  EXPECT_EQ(sweep(*first, 3, start + 101), std::nullopt);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(numbers({Role::patient, {"p" + std::to_string(i)}, 1}).empty(), i < 2) << i;
  EXPECT_TRUE(deposit(envelope(ann, 100), start, bob));
}

// Whoever asks, it is where SUP's messages are read, too.
TEST_F(MailboxTest, no_more_is_looked_at_than_a_page) {
  limits = {1U << 20U, 10'000, 100};
  WriteSet step(tables);
  for (std::size_t i = 0; i < Mailbox::most_collected + 2; ++i) {
    ASSERT_TRUE(Mailbox(limits, step).deposit(envelope(ann, 28), h1, start));
  }
  tables.apply(step);
  const CountedTables counted(tables);
  WriteSet read(counted);
  const Mailbox mailbox(limits, read);
  EXPECT_EQ(mailbox.collect(ann, 0, limits.bytes).size(), Mailbox::most_collected);
  EXPECT_EQ(counted.visited, Mailbox::most_collected);
  EXPECT_EQ(mailbox.collect(ann, Mailbox::most_collected, limits.bytes).size(), 2U);
  EXPECT_EQ(counted.visited, Mailbox::most_collected + 2);
  EXPECT_TRUE(mailbox.collect(ann, ~std::uint64_t{0}, limits.bytes).empty());
}

}  // namespace
}  // namespace caduceus::roles
