#include "core/roles/hospital_restoring.h"

#include <gtest/gtest.h>

#include "core/roles/hospital_deliveries.h"

namespace caduceus::roles {
namespace {

constexpr std::uint64_t epoch = 600'000;
const SlotRules rules{.net = {}, .epoch_length = epoch};

struct restored_hospital : testing::Test {
  void restore(Time now) {
    WriteSet step(tables);
    after_restore(step, rules, now);
    tables.apply(step);
  }
  [[nodiscard]] WriteSet view() const { return WriteSet(tables); }
  [[nodiscard]] SlotMark mark() const { return view().get(hospital_slots, Byte{0}).value(); }
  static Identity patient(const std::string& name) { return {Role::patient, {name}, 1}; }

  MemoryTables tables;
};

TEST_F(restored_hospital, takes_no_slot_before_the_second_epoch_after_now) {
  WriteSet before(tables);
  before.put(hospital_slots, Byte{0}, SlotMark{Epoch(100), 32, Epoch()});
  tables.apply(before);
  restore(Time(110 * epoch + 5));
  EXPECT_EQ(mark(), (SlotMark{Epoch(100), 32, Epoch(112)}));

  SlotLedger ledger(rules, hospital_device, mark());
  const Time last(112 * epoch - 1), first(112 * epoch);
  EXPECT_EQ(ledger.take(last, last).error(), Reject::slot_waiting);
  ASSERT_TRUE(ledger.take(first, first));
  ledger.persisted(*ledger.to_persist());
  EXPECT_EQ((*ledger.take(first, first))->slot.epoch, Epoch(112));
}

TEST_F(restored_hospital, waits_also_when_no_slot_was_ever_taken_and_beyond_a_mark_that_is_ahead_of_the_clock) {
  restore(Time(110 * epoch));
  EXPECT_EQ(mark().not_before, Epoch(112));
  WriteSet ahead(tables);
  ahead.put(hospital_slots, Byte{0}, SlotMark{Epoch(200), 16, Epoch()});
  tables.apply(ahead);
  restore(Time(110 * epoch));
  EXPECT_EQ(mark().not_before, Epoch(202));
}

// A grant of batch 3 that was lost must not open another record.
TEST_F(restored_hospital, gives_no_number_of_a_batch_that_may_have_been_given) {
  EXPECT_EQ(next_batch(view(), patient("a")), 1);
  WriteSet before(tables);
  before.put(batches_of_patients, patient("a"), std::uint32_t{2});
  before.put(batches_of_patients, patient("b"), std::uint32_t{40});
  tables.apply(before);
  EXPECT_EQ(next_batch(view(), patient("a")), 3);
  restore(Time(110 * epoch));
  for (const char* name : {"a", "b", "new"}) EXPECT_EQ(next_batch(view(), patient(name)), 40 + batches_passed_over + 1);
  restore(Time(120 * epoch));
  EXPECT_EQ(next_batch(view(), patient("a")), 40 + 2 * batches_passed_over + 1);
}

}  // namespace
}  // namespace caduceus::roles
