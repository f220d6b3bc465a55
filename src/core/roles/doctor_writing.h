// Records that a doctor writes (PROTOCOL.md §5): one signature over one visit's, under a slot that is used once (R5), over crashes too.
// The mark of a slot is on disk before its signature is made; the whole delivery, before anything of it leaves: what was begun is delivered
// as it was signed, however often it takes.
#pragma once

#include "core/crypto/slot_ledger.h"
#include "core/roles/doctor.h"
#include "core/roles/record_request.h"

namespace caduceus::roles {

// A record that was read once: its bytes stay where they lie.
struct RecordDraft {
  ByteArray<16> upload{};
  Bytes32 salt{};
  Bytes32 record{};  // hEMR under this salt
  std::uint64_t size = 0;  // of the EMR
  Text<0, 256> title;
  Text<1, 128> media_type;
  Text<1, 4096> file;  // where it lies

  static auto fields(auto& self) {
    return std::tie(self.upload, self.salt, self.record, self.size, self.title, self.media_type, self.file);
  }
};

// Signed, and not known to be taken by the hospital.
struct PendingDelivery {
  Deliver deliver;
  List<RecordDraft, 4096, 1> drafts;  // in the order of the delivery's records

  static auto fields(auto& self) { return std::tie(self.deliver, self.drafts); }
};

// Tables 43 and 44.
inline constexpr Table<Byte, SlotMark> doctor_slots{43};  // one, under 0
inline constexpr Table<Bytes32, PendingDelivery> doctor_deliveries{44};  // by what was signed

// A fresh upload and salt for a record whose bytes hash() hashes under the salt that it is given.
[[nodiscard]] RecordDraft draft_record(const std::function<Bytes32(const Bytes32& salt)>& hash, Rng& rng);

// As SlotLedger::take(), with the mark in this step: nothing until the step is on disk and the ledger was told so by persisted_slot().
[[nodiscard]] Checked<std::optional<ReservedSlot>> reserve_slot(WriteSet& step, SlotLedger& ledger, Time now, Time newest_sblock);

// The delivery of these drafts to the doctor's own hospital, signed, and kept until it is delivered(). 1 to 4,096 drafts (CHECK).
[[nodiscard]] PendingDelivery sign_delivery(WriteSet& step, const DoctorSelf& self, const Identity& patient,
                                            std::vector<RecordDraft> drafts, ReservedSlot slot, Time now, Rng& rng);
[[nodiscard]] std::vector<PendingDelivery> pending_deliveries(const WriteSet& step);
// The hospital has it, or will never take it.
void forget_delivery(WriteSet& step, const DoctorSelf& self, const PendingDelivery& delivery);

}  // namespace caduceus::roles
