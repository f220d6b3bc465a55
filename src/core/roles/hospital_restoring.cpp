#include "core/roles/hospital_restoring.h"

#include <algorithm>

#include "core/roles/hospital_deliveries.h"

namespace caduceus::roles {

void after_restore(WriteSet& step, const SlotRules& rules, Time now) {
  SlotLedger ledger(rules, hospital_device, step.get(hospital_slots, Byte{0}).value_or(SlotMark{}));
  ledger.restored(now);
  step.put(hospital_slots, Byte{0}, *ledger.to_persist());

  std::uint32_t newest = step.get(batches_before_restore, Byte{0}).value_or(0);
  step.for_each_under(batches_of_patients, {}, [&](const Identity&, std::uint32_t batch) {
    newest = std::max(newest, batch);
    return true;
  });
  step.put(batches_before_restore, Byte{0}, newest + batches_passed_over);
}

}  // namespace caduceus::roles
