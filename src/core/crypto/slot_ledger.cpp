#include "core/crypto/slot_ledger.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/licence.h"

namespace caduceus {

Checked<void> SlotMark::check() const {
  if (next_k > Slot::per_epoch) return reject(Reject::too_long);
  return {};
}

SlotLedger::SlotLedger(SlotRules rules, std::uint8_t device, SlotMark mark)
    : rules_(rules), device_(device), mark_(mark), next_k_(mark.next_k) {
  CHECK(device < devices_per_signer);
  CHECK(mark.check().has_value());
}

void SlotLedger::wait_beyond(Epoch epoch) {
  SlotMark mark = wanted_.value_or(mark_);
  mark.not_before = std::max(mark.not_before, std::max(epoch, mark.epoch) + 2);
  wanted_ = mark;
}

void SlotLedger::restored(Time now) { wait_beyond(epoch_at(now)); }

void SlotLedger::seen_on_chain(const Slot& slot, Time now) {
  if (slot.device() != device_) return;
  // What this ledger gave out itself, or will never give out, says nothing new.
  const bool behind_us = slot.epoch < mark_.epoch || (slot.epoch == mark_.epoch && slot.k() < next_k_);
  const Epoch not_before = wanted_ ? wanted_->not_before : mark_.not_before;
  if (!behind_us && slot.epoch >= not_before) wait_beyond(std::max(epoch_at(now), slot.epoch));
}

Checked<std::optional<ReservedSlot>> SlotLedger::take(Time now, Time newest_sblock) {
  if (distance(now, newest_sblock) > rules_.clock_tolerance) return reject(Reject::slot_clock);
  const Epoch not_before = wanted_ ? wanted_->not_before : mark_.not_before;
  if (epoch_at(now) < not_before) return reject(Reject::slot_waiting);

  const Epoch epoch = std::max(epoch_at(now), mark_.epoch);
  const std::uint32_t k = epoch == mark_.epoch ? next_k_ : 0;
  if (k >= Slot::per_epoch) return reject(Reject::slot_exhausted);
  if (epoch == mark_.epoch && k < mark_.next_k && not_before == mark_.not_before) {
    ++next_k_;
    const Slot slot{epoch, static_cast<std::uint16_t>(16 * k + device_)};
    return ReservedSlot{slot, UnusedString::assume_unused(slot_string(rules_.net, slot))};
  }
  wanted_ = SlotMark{epoch, std::min(k + rules_.run, Slot::per_epoch), not_before};
  return std::nullopt;
}

void SlotLedger::persisted(const SlotMark& mark) {
  CHECK(mark >= mark_);  // the disk never moves back
  if (mark.epoch != mark_.epoch) next_k_ = 0;
  mark_ = mark;
  // While this mark was on its way to the disk, the clock may have been set back and a lower one been wanted: only its wait still counts.
  if (wanted_ && std::pair(wanted_->epoch, wanted_->next_k) < std::pair(mark.epoch, mark.next_k)) {
    wanted_ = SlotMark{mark.epoch, mark.next_k, wanted_->not_before};
  }
  if (wanted_ == mark) wanted_.reset();
}

}  // namespace caduceus
