#include "core/crypto/slot_ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "core/crypto/aggregate_signature.h"

namespace caduceus {
namespace {

constexpr std::uint64_t epoch_length = 600'000;
constexpr std::uint8_t device = 5;

Time at(std::uint64_t epoch, std::uint64_t into = 0) { return Time(epoch * epoch_length + into); }

// A ledger with its disk, as a host would drive it. A crash between persist and release is a take() whose answer is lost.
struct Signer {
  SlotMark disk;
  SlotLedger ledger{SlotRules{}, device, {}};

  void restart() { ledger = SlotLedger(SlotRules{}, device, disk); }
  void flush() {
    while (const auto mark = ledger.to_persist()) {
      disk = *mark;
      ledger.persisted(*mark);
    }
  }
  Checked<Slot> take(Time now) { return take(now, now); }
  Checked<Slot> take(Time now, Time sblock) {
    auto slot = ledger.take(now, sblock);
    if (slot && !*slot) {
      flush();
      slot = ledger.take(now, sblock);
    }
    if (!slot) return reject(slot.error());
    return (*slot)->slot;
  }
};

TEST(slot_ledger, gives_the_lowest_free_slots_of_its_device) {
  Signer signer;
  for (std::uint32_t k = 0; k < 40; ++k) {
    const auto slot = signer.take(at(100));
    ASSERT_TRUE(slot);
    EXPECT_EQ(*slot, (Slot{Epoch(100), static_cast<std::uint16_t>(16 * k + device)}));
  }
  EXPECT_EQ(signer.take(at(101))->k(), 0U);
}

TEST(slot_ledger, nothing_is_released_before_a_mark_above_it_is_on_disk) {
  SlotLedger ledger(SlotRules{}, device);
  for (int i = 0; i < 3; ++i) {
    const auto slot = ledger.take(at(100), at(100));
    ASSERT_TRUE(slot);
    EXPECT_FALSE(*slot);
  }
  const auto mark = ledger.to_persist();
  ASSERT_TRUE(mark);
  ledger.persisted(*mark);
  EXPECT_FALSE(ledger.to_persist());
  const auto slot = ledger.take(at(100), at(100));
  ASSERT_TRUE(slot && *slot);
  EXPECT_LT((*slot)->slot.k(), mark->next_k);
}

TEST(slot_ledger, one_fsync_reserves_a_run) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(100)));
  for (std::uint32_t k = 1; k < SlotRules{}.run; ++k) {
    ASSERT_TRUE(*signer.ledger.take(at(100), at(100))) << "slot " << k << " asked for the disk";
  }
  EXPECT_FALSE(*signer.ledger.take(at(100), at(100)));
}

TEST(slot_ledger, the_w_is_that_of_the_slot) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(100)));
  auto reserved = signer.ledger.take(at(100), at(100));
  ASSERT_TRUE(reserved && *reserved);
  EXPECT_EQ((*reserved)->w.string(), slot_string({}, (*reserved)->slot));
}

TEST(slot_ledger, after_a_crash_between_persist_and_release_it_goes_on_above) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(100)));
  const SlotMark before = signer.disk;
  EXPECT_EQ(before.next_k, SlotRules{}.run);
  signer.restart();  // slots 1…15 were on disk as reserved, and are given up
  EXPECT_EQ(signer.take(at(100))->k(), before.next_k);
}

TEST(slot_ledger, a_clock_set_back_a_little_goes_on_in_the_marks_epoch) {
  Signer signer;
  std::set<Slot> given;
  EXPECT_TRUE(given.insert(*signer.take(at(106), at(100))).second);
  for (const std::uint64_t epoch : {100U, 105U, 103U, 106U}) {
    const auto slot = signer.take(at(epoch));
    ASSERT_TRUE(slot);
    EXPECT_EQ(slot->epoch, Epoch(106));
    EXPECT_TRUE(given.insert(*slot).second);
  }
}

TEST(slot_ledger, a_clock_two_hours_off_the_newest_sblock_is_refused) {
  Signer signer;
  const std::uint64_t two_hours = SlotRules{}.clock_tolerance;
  EXPECT_TRUE(signer.take(at(100), Time(at(100).value() + two_hours)));
  EXPECT_TRUE(signer.take(at(100), Time(at(100).value() - two_hours)));
  EXPECT_EQ(signer.take(at(100), Time(at(100).value() + two_hours + 1)).error(), Reject::slot_clock);
  EXPECT_EQ(signer.take(at(100), Time(at(100).value() - two_hours - 1)).error(), Reject::slot_clock);
}

TEST(slot_ledger, a_restored_backup_waits_for_the_second_epoch_after_now) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(100)));
  signer.disk = {};  // the backup is older than the signatures
  signer.restart();
  signer.ledger.restored(at(101));
  for (const std::uint64_t epoch : {101U, 102U}) EXPECT_EQ(signer.take(at(epoch, epoch_length - 1)).error(), Reject::slot_waiting);
  EXPECT_EQ(signer.take(at(103))->epoch, Epoch(103));
}

TEST(slot_ledger, a_restored_backup_waits_beyond_its_own_mark_too) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(110), at(100)));
  signer.restart();
  signer.ledger.restored(at(100));
  EXPECT_EQ(signer.take(at(111)).error(), Reject::slot_waiting);
  EXPECT_TRUE(signer.take(at(112)));
}

TEST(slot_ledger, the_wait_survives_a_crash_once_it_is_on_disk) {
  Signer signer;
  signer.ledger.restored(at(100));
  ASSERT_TRUE(signer.ledger.to_persist());
  signer.flush();
  signer.restart();
  EXPECT_EQ(signer.take(at(101)).error(), Reject::slot_waiting);
  EXPECT_TRUE(signer.take(at(102)));
}

TEST(slot_ledger, a_slot_on_chain_that_it_did_not_give_makes_it_wait) {
  Signer signer;
  ASSERT_TRUE(signer.take(at(100)));
  signer.ledger.seen_on_chain(Slot{Epoch(100), 16 * 0 + device}, at(100));  // its own
  EXPECT_FALSE(signer.ledger.to_persist());
  signer.ledger.seen_on_chain(Slot{Epoch(100), 16 * 1 + device + 1}, at(100));  // another device's
  EXPECT_FALSE(signer.ledger.to_persist());
  signer.ledger.seen_on_chain(Slot{Epoch(99), 16 * 900 + device}, at(100));  // of an epoch that is over for it
  EXPECT_FALSE(signer.ledger.to_persist());

  signer.ledger.seen_on_chain(Slot{Epoch(103), 16 * 1 + device}, at(100));
  EXPECT_EQ(signer.take(at(104)).error(), Reject::slot_waiting);
  EXPECT_TRUE(signer.take(at(105)));
}

TEST(slot_ledger, an_epoch_has_4096_slots) {
  Signer signer{.disk = {Epoch(100), Slot::per_epoch - 1, {}}};
  signer.restart();
  EXPECT_EQ(signer.take(at(100))->k(), Slot::per_epoch - 1);
  EXPECT_EQ(signer.take(at(100)).error(), Reject::slot_exhausted);
  EXPECT_TRUE(signer.take(at(101)));
}

TEST(slot_ledger, a_mark_beyond_the_epoch_is_refused) {
  EXPECT_EQ(decode<SlotMark>(encode(SlotMark{Epoch(1), Slot::per_epoch + 1, {}})).error(), Reject::too_long);
}

// Any mix of signing, crashes at either side of the fsync, clocks that jump within the tolerance, and backups restored (whose newest
// signatures the chain shows, unless the clock has passed them): no slot is given twice.
RC_GTEST_PROP(slot_ledger, never_the_same_slot_twice, ()) {
  Signer signer;
  std::set<Slot> given;
  SlotMark backup;
  std::uint64_t truth = 1000 * epoch_length;  // the Sblocks' time
  std::int64_t error = 0;                     // of the signer's clock
  const auto now = [&] { return Time(truth + static_cast<std::uint64_t>(error)); };
  const auto steps = *rc::gen::inRange(10, 200);
  for (int step = 0; step < steps; ++step) {
    switch (*rc::gen::inRange(0, 10)) {
      case 0: truth += *rc::gen::inRange<std::uint64_t>(0, 3 * epoch_length); break;
      case 1: error = *rc::gen::inRange<std::int64_t>(-7'200'000, 7'200'001); break;
      case 2: signer.restart(); break;
      case 3:  // a crash after the write, before the answer
        if (const auto mark = signer.ledger.to_persist()) signer.disk = *mark;
        signer.restart();
        break;
      case 4: backup = signer.disk; break;
      case 5:
        signer.disk = backup;
        signer.restart();
        signer.ledger.restored(now());
        if (!given.empty()) signer.ledger.seen_on_chain(*given.rbegin(), now());
        signer.flush();
        break;
      default:
        if (const auto slot = signer.take(now(), Time(truth))) {
          RC_ASSERT(slot->device() == device);
          RC_ASSERT(given.insert(*slot).second);
        }
    }
  }
}

}  // namespace
}  // namespace caduceus
