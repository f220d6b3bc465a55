#include "core/roles/hospital_erasure.h"

#include "core/roles/hospital_notices.h"

namespace caduceus::roles {

Checked<std::optional<Bytes32>> body_to_erase(const WriteSet& step, const TransactionHash& htxm) {
  const auto record = step.get(held_records, htxm);
  if (!record) return reject(Reject::record_unknown);
  if (record->is_erased) return std::nullopt;
  return record->body;
}

void record_erasure(WriteSet& step, const ErasureReceipt& receipt) {
  auto record = step.get(held_records, receipt.htxm);
  CHECK(record.has_value() && !record->is_erased);
  record->is_erased = true;
  record->title = {};
  record->factor = {};
  step.put(held_records, receipt.htxm, *record);
  step.put(erasure_receipts, receipt.htxm, receipt);
  notify(step, {record->patient, receipt});
}

}  // namespace caduceus::roles
