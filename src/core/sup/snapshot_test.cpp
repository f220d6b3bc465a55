#include "core/sup/snapshot.h"

#include <gmock/gmock.h>

#include "test/attacks/refusal.h"
#include "test/sup_steps.h"
#include "test/tries.h"

namespace caduceus::sup {
namespace {

// A state of some megabytes, with something in every table.
StatePtr large_state() {
  SupWorld world(1);
  Steps steps;
  CHECK(steps.block(world.registrations()).has_value());
  MblockHeader header;
  header.height = Height(1);
  header.previous = steps.state->anchor().block;
  header.miner = {Role::miner, {"m"}, 1};
  steps.anchoring.depth = 1;
  CHECK(steps.block({header}).has_value());
  for (int block = 0; block < 3; ++block) {
    std::vector<SupTransaction> transactions;
    for (int i = 0; i < 2000; ++i) {
      EmergencyTerms terms = world.emergency_terms(world.doctor(3), steps.time, EmergencyKind::read);
      while (terms.marks.items.size() < 10) terms.marks.items.push_back(world.rng.bytes<32>());
      transactions.push_back(unsigned_of(terms));
    }
    transactions.push_back(unsigned_of(DisputeTerms{world.patient(0).account.identity, hash_of(transactions[0]), {}, steps.time}));
    const auto& doctor = world.doctor(static_cast<std::size_t>(block));
    transactions.push_back(unsigned_of(world.revocation_terms(doctor, RevocationAction::add, steps.time + 9, steps.time)));
    CHECK(steps.block(transactions).has_value());
  }
  Transition after = steps.next();
  CHECK(after.apply(2, Equivocation{View(2), {1}, {}, {2}, {}}).has_value());
  return after.state();
}

std::vector<Bytes> parts_of(const SupState& state) {
  std::vector<Bytes> parts;
  Bytes cursor;
  do {
    const auto part = snapshot_part(state, cursor);
    CHECK(part.has_value());
    EXPECT_LE(part->content.value.size(), most_part_bytes);
    parts.push_back(part->content.value);
    cursor = part->next.value;
  } while (!cursor.empty());
  return parts;
}

class snapshot : public testing::Test {
 protected:
  static void SetUpTestSuite() { state = large_state(); }
  static void TearDownTestSuite() { state.reset(); }
  static inline StatePtr state;
};

TEST_F(snapshot, puts_the_same_state_together) {
  const auto parts = parts_of(*state);
  EXPECT_GT(parts.size(), 2U);
  SnapshotRestorer restorer;
  for (const Bytes& part : parts) EXPECT_THAT(restorer.add(part), accepted());
  const auto restored = restorer.finish(state->roots);
  ASSERT_TRUE(restored);
  EXPECT_EQ((*restored)->roots, state->roots);
  EXPECT_EQ(content(as_sup(*restored).state()), content(state->state()));
  EXPECT_EQ(content(as_sup(*restored).revocations()), content(state->revocations()));
}

TEST_F(snapshot, of_an_empty_state) {
  const StatePtr genesis = SupState::genesis({1});
  EXPECT_EQ(parts_of(*genesis), std::vector<Bytes>(1));
  SnapshotRestorer restorer;
  EXPECT_THAT(restorer.add({}), accepted());
  EXPECT_TRUE(restorer.finish(genesis->roots));
}

TEST_F(snapshot, a_cursor_that_is_no_entry_is_answered_by_nothing) {
  EXPECT_FALSE(snapshot_part(*state, Bytes{0}));
  EXPECT_FALSE(snapshot_part(*state, Bytes{2, 1}));
  EXPECT_FALSE(snapshot_part(*state, Bytes(64, 1)));
  EXPECT_FALSE(snapshot_part(*state, Bytes(200, 0)));
  Bytes other = snapshot_part(*state, {})->next.value;
  ASSERT_TRUE(snapshot_part(*state, other));
  other.back() ^= 1;
  EXPECT_FALSE(snapshot_part(*state, other));
}

TEST_F(snapshot, entries_changed_left_out_or_out_of_order_are_refused) {
  const auto parts = parts_of(*state);
  const auto restored = [&](const std::vector<Bytes>& from) -> Checked<StateRef> {
    SnapshotRestorer restorer;
    for (const Bytes& part : from) TRY_VOID(restorer.add(part));
    return restorer.finish(state->roots);
  };
  auto changed = parts;
  std::swap(changed[0], changed[1]);
  EXPECT_THAT(restored(changed), refused_as(Reject::snapshot_order));
  changed = parts;
  changed.push_back(parts.back());
  EXPECT_THAT(restored(changed), refused_as(Reject::snapshot_order));
  const Bytes entry = encode(SnapshotEntry{SnapshotTrie::state, {{1}}, {{1}}});
  EXPECT_THAT(restored({entry, entry}), refused_as(Reject::snapshot_order));
  changed = parts;
  changed.pop_back();
  EXPECT_THAT(restored(changed), refused_as(Reject::snapshot_roots));
  changed = parts;
  changed[0].back() ^= 1;
  EXPECT_THAT(restored(changed), refused_as(Reject::snapshot_roots));
  changed = parts;
  changed[0].pop_back();
  EXPECT_THAT(restored(changed), refused_as(Reject::truncated));
  changed[0] = {2};
  EXPECT_THAT(restored(changed), refused_as(Reject::unknown_value));
}

TEST_F(snapshot, a_state_is_opened_from_the_nodes_of_its_tries) {
  MemoryTrieStore states, revocations;
  states.put(state->state(), {});
  revocations.put(state->revocations(), {});
  const StatePtr opened = SupState::open(state->roots, states, revocations);
  EXPECT_EQ(content(opened->state()), content(state->state()));
  EXPECT_EQ(content(opened->revocations()), content(state->revocations()));
  EXPECT_EQ(opened->observed(), state->observed());
}

}  // namespace
}  // namespace caduceus::sup
