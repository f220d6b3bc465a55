// Which slots a signer may still use (PROTOCOL.md R5): over crashes, restored backups and clocks that jump, never one twice.
//
// A pure state machine whose "persist" comes before its "release": take() gives a slot only when a mark above it is on disk.
//
//   auto slot = ledger.take(now, newest_sblock);       // a refusal, a slot, or nothing yet
//   if (auto mark = ledger.to_persist()) {             // nothing yet: write the mark, fsync,
//     store(*mark);
//     ledger.persisted(*mark);                         // say so, and take again
//   }
#pragma once

#include <optional>

#include "core/crypto/one_time_string.h"

namespace caduceus {

// What is on disk: no slot below (epoch, next_k) will be used again, and none of an epoch before not_before.
struct SlotMark {
  Epoch epoch;
  std::uint32_t next_k = 0;
  Epoch not_before;

  static auto fields(auto& self) { return std::tie(self.epoch, self.next_k, self.not_before); }
  [[nodiscard]] Checked<void> check() const;
  friend auto operator<=>(const SlotMark&, const SlotMark&) = default;
};

// Of genesis (§10).
struct SlotRules {
  NetworkId net{};
  std::uint64_t epoch_length = 600'000;       // ms
  std::uint64_t clock_tolerance = 7'200'000;  // ms between the clock and the newest Sblock
  std::uint32_t run = 16;                     // slots reserved by one fsync
};

struct ReservedSlot {
  Slot slot;
  UnusedString w;
};

class SlotLedger {
 public:
  // The ledger of a key that was made just now, or of a signer that goes on after a crash with the mark it finds on disk.
  // Device 0–15 (CHECK).
  SlotLedger(SlotRules rules, std::uint8_t device, SlotMark mark = {});

  // The mark came from a backup: what was signed since is unknown. Waits for the second epoch after now and after the mark.
  void restored(Time now);

  // A slot that the chain shows as this signer's. When this ledger did not give it out and still could, there is
  // or was another: it waits for the second epoch after now, the mark and that slot. Slots of other devices are not its business.
  void seen_on_chain(const Slot& slot, Time now);

  // The lowest free slot of now's epoch, or of the mark's when the clock was set back behind it. Nothing when to_persist() must be
  // on disk first. Reject::slot_clock, slot_waiting, slot_exhausted.
  [[nodiscard]] Checked<std::optional<ReservedSlot>> take(Time now, Time newest_sblock);

  // What must be on disk before take() goes on.
  [[nodiscard]] std::optional<SlotMark> to_persist() const { return wanted_; }
  // It is: `mark` is a value that to_persist() gave.
  void persisted(const SlotMark& mark);

 private:
  [[nodiscard]] Epoch epoch_at(Time now) const { return Epoch(now.value() / rules_.epoch_length); }
  void wait_beyond(Epoch epoch);

  SlotRules rules_;
  std::uint8_t device_;
  SlotMark mark_;                   // on disk
  std::optional<SlotMark> wanted_;  // to be on disk
  std::uint32_t next_k_;            // the lowest slot of mark_.epoch that was not given out; below mark_.next_k they are reserved
};

}  // namespace caduceus
