// The slot ledger (R5) against its host: a clock that jumps, a disk that is slower than the clock, crashes, backups, the chain. What
// must hold: no slot is given out twice, none before a mark above it is on disk, and a signer that waits gets slots again.
//
// Input: the rules; then operations, each with an operand. The host keeps its part of the contract:
//   - one write at a time; what is written is what to_persist() gave, and is told to the ledger that gave it;
//   - after a restore it says so (again after a crash, until it is on disk), with a clock that is behind the newest slot used by
//     one epoch at most, or shows that slot to the ledger as the chain has it;
//   - what the chain shows of another ledger of this key, it shows again after a crash until it is on disk.
#include "core/crypto/slot_ledger.h"

#include <array>
#include <set>

#include "core/base/check.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {
namespace {

constexpr std::uint8_t device = 5;
constexpr std::uint64_t epoch_length = 10;
constexpr std::uint64_t tolerance = 120;

class Host {
 public:
  explicit Host(std::uint32_t run)
      : rules_{.epoch_length = epoch_length, .clock_tolerance = tolerance, .run = run}, ledger_(rules_, device) {}

  void step(Byte operation, Byte operand) {
    switch (operation % 16) {
      case 0:
      case 1: take(now_); break;
      case 2: take(now_ + operand); break;  // the clock is behind the newest Sblock
      case 3: begin_write(); break;
      case 4: write(); break;
      case 5: finish_write(); break;
      case 6:
        persist();
        take(now_);
        break;
      case 7: start(); break;  // after a crash
      case 8: backup_ = disk_; break;
      case 9: restore(operand); break;
      case 10: now_ = now_ + operand % 16; break;
      case 11: now_ = now_ + epoch_length * operand; break;
      case 12: now_ = Time(now_.value() - std::min<std::uint64_t>(now_.value(), operand)); break;
      case 13: own_slot_on_chain(operand); break;
      case 14: foreign_slot_on_chain(operand); break;
      default: other_device_on_chain(operand);
    }
  }

  // Once time goes on and the disk writes, slots are given out.
  void settle() {
    finish_write();
    persist();
    now_ = Time(epoch_length * (1 + std::max(disk_.epoch, disk_.not_before).value()));
    const std::size_t before = used_.size();
    take(now_);
    persist();
    take(now_);
    CHECK(used_.size() > before);
  }

 private:
  void take(Time newest_sblock) {
    const auto taken = ledger_.take(now_, newest_sblock);
    CHECK((distance(now_, newest_sblock) > tolerance) == (!taken && taken.error() == Reject::slot_clock));
    if (!taken) return;
    const std::optional<ReservedSlot>& reserved = *taken;
    if (!reserved) return;
    const Slot& given = reserved->slot;
    CHECK(given.device() == device && reserved->w.string() == slot_string(rules_.net, given));
    CHECK(given.epoch >= disk_.not_before);
    CHECK(given.epoch < disk_.epoch || (given.epoch == disk_.epoch && given.k() < disk_.next_k));  // durable before release
    CHECK(used_.insert(given).second);                                                             // never one twice
    own_.insert(given);
  }

  void begin_write() {
    if (in_flight_) return;
    in_flight_ = ledger_.to_persist();
    covers_all_ = true;
  }

  void write() {
    if (!in_flight_) return;
    CHECK(*in_flight_ >= disk_);  // the disk never moves back
    disk_ = *in_flight_;
  }

  void finish_write() {
    if (!in_flight_) return;
    write();
    ledger_.persisted(*in_flight_);
    in_flight_.reset();
    if (covers_all_) {
      restoring_ = false;
      foreign_.clear();
    }
  }

  void persist() {
    begin_write();
    finish_write();
  }

  // As a process starts: from what is on disk.
  void start() {
    in_flight_.reset();
    ledger_ = SlotLedger(rules_, device, disk_);
    if (restoring_) tell_restored();
    for (const Slot& slot : foreign_) ledger_.seen_on_chain(slot, now_);
  }

  void restore(Byte operand) {
    disk_ = backup_;
    restoring_ = true;
    was_restored_ = true;
    chain_shows_ = operand % 2 == 0;
    start();
  }

  void tell_restored() {
    const Epoch newest = used_.empty() ? Epoch() : used_.rbegin()->epoch;
    const bool behind = Epoch(now_.value() / epoch_length) + 1 < newest;
    ledger_.restored(now_);
    if (behind || (chain_shows_ && !used_.empty())) ledger_.seen_on_chain(*used_.rbegin(), now_);
    covers_all_ = false;
  }

  // What this ledger gave out says nothing new, unless its mark was taken back.
  void own_slot_on_chain(Byte operand) {
    if (own_.empty()) return;
    const auto wanted = ledger_.to_persist();
    ledger_.seen_on_chain(*std::next(own_.begin(), operand % static_cast<std::ptrdiff_t>(own_.size())), now_);
    if (!was_restored_) CHECK(ledger_.to_persist() == wanted);
    covers_all_ = false;
  }

  // Somebody else signs with this key.
  void foreign_slot_on_chain(Byte operand) {
    const std::uint64_t epoch = now_.value() / epoch_length + operand % 8;
    const Slot slot{Epoch(epoch), static_cast<std::uint16_t>(16 * (operand / 8) + device)};
    foreign_.insert(slot);
    used_.insert(slot);
    ledger_.seen_on_chain(slot, now_);
    covers_all_ = false;
  }

  void other_device_on_chain(Byte operand) {
    const auto wanted = ledger_.to_persist();
    ledger_.seen_on_chain({Epoch(now_.value() / epoch_length + operand), static_cast<std::uint16_t>(16 * operand + device + 1)}, now_);
    CHECK(ledger_.to_persist() == wanted);
  }

  SlotRules rules_;
  Time now_{1000};
  SlotMark disk_;
  SlotMark backup_;
  SlotLedger ledger_;
  std::optional<SlotMark> in_flight_;
  bool covers_all_ = true;  // what is in flight knows all that the ledger was told
  bool restoring_ = false;
  bool chain_shows_ = false;
  bool was_restored_ = false;
  std::set<Slot> foreign_;  // seen, and not known to be on disk
  std::set<Slot> used_;
  std::set<Slot> own_;  // of used_, those that a ledger here gave out
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 1024) return 0;
  constexpr std::array<std::uint32_t, 4> runs{16, 1, 3, Slot::per_epoch};
  Host host(runs[data[0] % 4]);
  for (std::size_t i = 1; i + 1 < size; i += 2) host.step(data[i], data[i + 1]);
  host.settle();
  accepted = true;
  return 0;
}

}  // namespace caduceus::fuzz
