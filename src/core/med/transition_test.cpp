#include "core/med/transition.h"

#include <gmock/gmock.h>

#include "test/attacks/refusal.h"
#include "test/med_world.h"

namespace caduceus::med {
namespace {

struct med_transition : testing::Test {
  MedWorld world{2, 2, 2, 2};
  const Epoch epoch{5000};
  const Time now{MedWorld::epoch_length * epoch.value() + 17};
  State parent;

  [[nodiscard]] BlockPlace place(Time median) const { return {Height(1), median, MedWorld::epoch_length}; }
  [[nodiscard]] Transition after() const { return {parent, place(now)}; }
  void take(const Bundle& bundle) {
    Transition next = after();
    ASSERT_TRUE(next.apply(bundle));
    parent = next.state();
  }
  // Unsigned: the state does not look at signatures.
  [[nodiscard]] Bundle bundle(std::vector<std::pair<std::size_t, Slot>> groups, Slot own) {
    Bundle one{world.hospital(0).identity(), now, own, {}};
    for (const auto& [doctor, slot] : groups) one.groups.items.push_back({world.doctor(doctor).identity(), slot, {{world.line(now)}}});
    return one;
  }
  [[nodiscard]] Call call(std::size_t patient, std::uint64_t number, const IndexOperation& operation) {
    return {world.patient(patient).account.identity, number, {std::string(emr_index_name)}, {encode(operation)}, {}};
  }
  void take(const Call& one) {
    Transition next = after();
    ASSERT_TRUE(next.apply(one));
    parent = next.state();
  }
};

TEST_F(med_transition, slot_is_used_once_on_a_branch) {
  const State before = parent;
  take(bundle({{0, {epoch, 0}}, {2, {epoch, 0}}}, {epoch, 0}));
  EXPECT_TRUE(parent.is_used(world.doctor(0).identity(), {epoch, 0}));
  EXPECT_FALSE(parent.is_used(world.doctor(0).identity(), {epoch, 16}));
  EXPECT_FALSE(parent.is_used(world.doctor(1).identity(), {epoch, 0}));
  const Bytes32 root = parent.root();
  EXPECT_THAT(after().apply(bundle({{0, {epoch, 0}}}, {epoch, 1})), refused_as(Reject::slot_used));
  EXPECT_THAT(after().apply(bundle({{0, {epoch, 1}}}, {epoch, 0})), refused_as(Reject::slot_used));
  EXPECT_EQ(parent.root(), root);
  // On another branch it is free.
  parent = before;
  EXPECT_TRUE(after().apply(bundle({{0, {epoch, 0}}}, {epoch, 1})));
}

TEST_F(med_transition, slot_twice_in_one_block_or_bundle_is_refused) {
  Transition next = after();
  EXPECT_THAT(next.apply(bundle({{0, {epoch, 3}}, {0, {epoch, 3}}}, {epoch, 0})), refused_as(Reject::slot_used));
  EXPECT_TRUE(next.apply(bundle({{0, {epoch, 3}}}, {epoch, 0})));
  EXPECT_THAT(next.apply(bundle({{0, {epoch, 3}}}, {epoch, 1})), refused_as(Reject::slot_used));
}

// The bundle whose last slot is refused leaves the others' free.
TEST_F(med_transition, refused_bundle_leaves_no_trace) {
  Transition next = after();
  ASSERT_TRUE(next.apply(bundle({{0, {epoch, 0}}}, {epoch, 0})));
  const Bytes32 root = next.state().root();
  EXPECT_THAT(next.apply(bundle({{0, {epoch, 1}}, {2, {epoch, 1}}}, {epoch, 0})), refused_as(Reject::slot_used));
  EXPECT_EQ(next.state().root(), root);
}

TEST_F(med_transition, slots_epoch_lies_around_the_median_time_past) {
  const auto of = [&](std::uint64_t number) { return bundle({{0, {Epoch(number), 0}}}, {epoch, 0}); };
  EXPECT_TRUE(after().apply(of(epoch.value() - epochs_back)));
  EXPECT_THAT(after().apply(of(epoch.value() - epochs_back - 1)), refused_as(Reject::slot_epoch));
  EXPECT_TRUE(after().apply(of(epoch.value() + epochs_ahead)));
  EXPECT_THAT(after().apply(of(epoch.value() + epochs_ahead + 1)), refused_as(Reject::slot_epoch));
  EXPECT_THAT(after().apply(of(~std::uint64_t{0})), refused_as(Reject::slot_epoch));
}

TEST_F(med_transition, used_slots_are_kept_as_long_as_their_epoch_is_valid) {
  take(bundle({{0, {epoch, 0}}}, {epoch, 0}));
  const auto later = [&](std::uint64_t epochs) {
    return Transition(parent, place(Time(now.value() + MedWorld::epoch_length * epochs))).state();
  };
  EXPECT_TRUE(later(epochs_back).is_used(world.doctor(0).identity(), {epoch, 0}));
  EXPECT_FALSE(later(epochs_back + 1).is_used(world.doctor(0).identity(), {epoch, 0}));
  EXPECT_EQ(later(epochs_back + 1).root(), State().root());
}

// What a hospital asks before it tries again: a group that waited until its epoch was over holds up the others else.
TEST_F(med_transition, slot_is_spent_when_no_block_can_have_it) {
  const Identity& doctor = world.doctor(0).identity();
  const auto spent = [&](std::uint64_t number) { return is_spent(parent, place(now), doctor, {Epoch(number), 0}); };
  EXPECT_FALSE(spent(epoch.value()));
  EXPECT_FALSE(spent(epoch.value() - epochs_back));
  EXPECT_TRUE(spent(epoch.value() - epochs_back - 1));
  EXPECT_FALSE(spent(epoch.value() + epochs_ahead + 1));  // its time comes
  take(bundle({{0, {epoch, 0}}}, {epoch, 0}));
  EXPECT_TRUE(spent(epoch.value()));
  EXPECT_FALSE(spent(epoch.value() + 1));
  Transition next = after();
  ASSERT_TRUE(next.apply(ReuseEvidence{doctor, {{1}}, {1}, {2}, {}, {}}));
  parent = next.state();
  EXPECT_TRUE(spent(epoch.value() + 1));
}

TEST_F(med_transition, order_of_bundles_leaves_one_state) {
  const Bundle a = bundle({{0, {epoch, 0}}}, {epoch, 0}), b = bundle({{0, {epoch, 16}}}, {epoch, 16});
  Transition ab = after(), ba = after();
  ASSERT_TRUE(ab.apply(a) && ab.apply(b) && ba.apply(b) && ba.apply(a));
  EXPECT_EQ(ab.state().root(), ba.state().root());
}

TEST_F(med_transition, who_used_a_w_twice_retires) {
  take(bundle({{0, {epoch, 0}}}, {epoch, 0}));
  Transition next = after();
  const ReuseEvidence evidence{world.doctor(0).identity(), {{1}}, {1}, {2}, {}, {}};
  ASSERT_TRUE(next.apply(evidence));
  EXPECT_THAT(next.apply(evidence), refused_as(Reject::signer_retired));
  EXPECT_THAT(next.apply(bundle({{0, {epoch, 1}}}, {epoch, 1})), refused_as(Reject::signer_retired));
  EXPECT_TRUE(next.apply(bundle({{2, {epoch, 1}}}, {epoch, 1})));
  parent = next.state();
  EXPECT_TRUE(parent.is_retired(world.doctor(0).identity()));
  EXPECT_TRUE(parent.is_used(world.doctor(0).identity(), {epoch, 0}));  // what is on chain stays
}

TEST_F(med_transition, calls_of_an_account_count_from_zero) {
  EXPECT_THAT(after().apply(call(0, 1, SetSlot{{1}, {{world.hospital(0).identity()}}})), refused_as(Reject::call_number));
  take(call(0, 0, SetSlot{{1}, {{world.hospital(0).identity()}}}));
  EXPECT_EQ(parent.next_call(world.patient(0).account.identity), 1);
  EXPECT_EQ(parent.next_call(world.patient(1).account.identity), 0);
  // A replay.
  EXPECT_THAT(after().apply(call(0, 0, SetSlot{{1}, {{world.hospital(0).identity()}}})), refused_as(Reject::call_number));
}

TEST_F(med_transition, unknown_contract_is_refused) {
  Call one = call(0, 0, DeleteEntry{});
  one.contract.value = "casino";
  EXPECT_THAT(after().apply(one), refused_as(Reject::contract_unknown));
}

}  // namespace
}  // namespace caduceus::med
