#include "core/roles/doctor_writing.h"

namespace caduceus::roles {

RecordDraft draft_record(const std::function<Bytes32(const Bytes32& salt)>& hash, Rng& rng) {
  RecordDraft draft;
  draft.upload = rng.bytes<16>();
  draft.salt = rng.bytes<32>();
  draft.record = hash(draft.salt);
  return draft;
}

Checked<std::optional<ReservedSlot>> reserve_slot(WriteSet& step, SlotLedger& ledger, Time now, Time newest_sblock) {
  auto slot = ledger.take(now, newest_sblock);
  if (const auto mark = ledger.to_persist()) step.put(doctor_slots, Byte{0}, *mark);
  return slot;
}

PendingDelivery sign_delivery(WriteSet& step, const DoctorSelf& self, const Identity& patient, std::vector<RecordDraft> drafts,
                              ReservedSlot slot, Time now, Rng& rng) {
  CHECK(!drafts.empty() && drafts.size() <= 4096);
  PendingDelivery pending;
  std::vector<RecordLine> lines;
  for (const RecordDraft& draft : drafts) {
    lines.push_back({draft.record, now});
    pending.deliver.records.items.push_back({draft.upload, draft.title, draft.media_type});
  }
  pending.deliver.patient = patient;
  pending.deliver.group = med::sign_group(self.hospital(), self.identity(), std::move(lines), std::move(slot), self.keys.aggregate, rng);
  pending.deliver.licence = self.licence;
  pending.drafts.items = std::move(drafts);
  step.put(doctor_deliveries, group_message(self.hospital(), pending.deliver.group.group), pending);
  return pending;
}

std::vector<PendingDelivery> pending_deliveries(const WriteSet& step) {
  std::vector<PendingDelivery> all;
  step.for_each_under(doctor_deliveries, {}, [&](const Bytes32& /*signed_one*/, PendingDelivery one) {
    all.push_back(std::move(one));
    return true;
  });
  return all;
}

void forget_delivery(WriteSet& step, const DoctorSelf& self, const PendingDelivery& delivery) {
  step.erase(doctor_deliveries, group_message(self.hospital(), delivery.deliver.group.group));
}

}  // namespace caduceus::roles
