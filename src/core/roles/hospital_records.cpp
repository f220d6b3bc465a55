#include "core/roles/hospital_records.h"

namespace caduceus::roles {
namespace {

bool is_older(const Blob<0, 65'536>& proof, Time asked) {
  if (proof.value.empty()) return true;
  const auto bundled = decode<InBundle>(proof.value);
  CHECK(bundled.has_value());
  return bundled->bundle.closed + request_window <= asked;
}

}  // namespace

Checked<std::pair<TransactionHash, HeldRecord>> record_at(const WriteSet& step, const Identity& patient, const RecordPlace& place) {
  const auto htxm = step.get(records_by_place, {patient, place});
  if (!htxm) return reject(Reject::record_unknown);
  auto record = step.get(held_records, *htxm);
  CHECK(record.has_value());
  if (record->is_erased) return reject(Reject::record_erased);
  return std::pair{*htxm, *std::move(record)};
}

Checked<std::vector<std::pair<TransactionHash, HeldRecord>>> records_at(const WriteSet& step, const Identity& patient,
                                                                        std::span<const RecordPlace> places, Time asked) {
  std::vector<std::pair<TransactionHash, HeldRecord>> found;
  for (const RecordPlace& place : places) {
    TRY(auto one, record_at(step, patient, place));
    if (!is_older(one.second.proof, asked)) one.second.proof = {};
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace caduceus::roles
