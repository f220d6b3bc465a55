#include "core/roles/hospital_deliveries.h"

#include <algorithm>
#include <set>

#include "core/med/state.h"
#include "core/roles/hospital_counts.h"
#include "core/roles/hospital_notices.h"
#include "core/roles/hospital_publishing.h"

namespace caduceus::roles {
namespace {

std::pair<Identity, Slot> key_of(const Deliver& delivery) { return {delivery.group.group.doctor, delivery.group.group.slot}; }

// Of what a doctor signs now, with some patience for clocks and a delivery that had to wait. Far less than MED's own limit, since it has to
// get there.
bool is_timely(Epoch epoch, Time now, std::uint64_t length) {
  const std::uint64_t current = now.value() / length;
  return epoch.value() + med::epochs_back / 2 >= current && epoch.value() <= current + med::epochs_ahead / 2;
}

}  // namespace

Bytes32 delivery_hash(const Deliver& delivery) { return hash({as_bytes("delivery"), encode(delivery)}); }

Checked<std::optional<Delivered>> delivered_before(const WriteSet& step, const Deliver& delivery) {
  const auto before = step.get(taken_deliveries, key_of(delivery));
  if (!before) return std::nullopt;
  if (before->delivery != delivery_hash(delivery)) return reject(Reject::slot_used);
  return before->answer;
}

Checked<void> check_delivery(const DeliveryTerms& terms, const Identity& caller, const Deliver& delivery,
                             std::span<const UploadedRecord> uploads, Time now) {
  const RecordGroup& group = delivery.group.group;
  const Licence& licence = delivery.licence.licence;
  if (group.doctor != caller) return reject(Reject::caller_other);
  if (licence.doctor != caller || licence.hospital != terms.hospital) return reject(Reject::request_licence);
  if (licence.device != group.slot.device()) return reject(Reject::slot_device);
  if (!is_timely(group.slot.epoch, now, terms.epoch_length)) return reject(Reject::slot_epoch);
  const auto& lines = group.records.items;
  if (lines.size() != delivery.records.items.size() || lines.size() != uploads.size()) return reject(Reject::delivery_records);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].record != uploads[i].hash) return reject(Reject::delivery_records);
  }
  return {};
}

Checked<void> check_new(const WriteSet& step, const Identity& hospital, const RecordGroup& group) {
  std::set<TransactionHash> seen;
  for (const TransactionHash& htxm : record_hashes(hospital, group)) {
    if (!seen.insert(htxm).second || step.get(held_records, htxm)) return reject(Reject::delivery_records);
  }
  return {};
}

std::uint32_t next_batch(const WriteSet& step, const Identity& patient) {
  return std::max(step.get(batches_of_patients, patient).value_or(0), step.get(batches_before_restore, Byte{0}).value_or(0)) + 1;
}

void expect_bodies(WriteSet& step, std::span<const UploadedRecord> uploads) {
  for (const UploadedRecord& one : uploads) step.put(bodies_in_doubt, one.body, Byte{1});
}

Checked<Delivered> take_delivery(WriteSet& step, const Deliver& delivery, std::span<const UploadedRecord> uploads, std::uint32_t batch,
                                 std::vector<Secret<Scalar>> factors) {
  const RecordGroup& group = delivery.group.group;
  const auto& lines = group.records.items;
  TRY(const auto before, delivered_before(step, delivery));
  if (before) return *before;
  TRY_VOID(check_new(step, delivery.licence.licence.hospital, group));
  CHECK(batch == next_batch(step, delivery.patient) && factors.size() == lines.size() && uploads.size() == lines.size());
  const auto n = static_cast<std::uint32_t>(lines.size());
  const Identity& hospital = delivery.licence.licence.hospital;
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const DeliveredRecord& words = delivery.records.items[i];
    const RecordPlace place{batch, i + 1};
    const RecordTerms terms{group.doctor, hospital, lines[i].record, lines[i].written};
    const TransactionHash htxm = hash_of(terms);
    step.put(held_records, htxm,
             HeldRecord{delivery.patient,
                        place,
                        terms,
                        n,
                        uploads[i].body,
                        words.title,
                        words.media_type,
                        uploads[i].size,
                        std::move(factors[i]),
                        {},
                        false});
    step.put(records_by_place, {delivery.patient, place}, htxm);
    step.erase(bodies_in_doubt, uploads[i].body);
    notify(step, {delivery.patient, NewRecord{htxm}});
    bytes += uploads[i].size;
  }
  const Delivered answer{batch, n};
  step.put(batches_of_patients, delivery.patient, batch);
  step.put(taken_deliveries, key_of(delivery), {delivery_hash(delivery), answer});
  queue_group(step, delivery.group);
  count(step, [&](HospitalCounts& counts) {
    counts.records += n;
    counts.unpublished += n;
    counts.bytes += bytes;
  });
  return answer;
}

}  // namespace caduceus::roles
