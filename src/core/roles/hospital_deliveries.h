// Records that a hospital takes from its doctors (PROTOCOL.md §5): one delivery is one batch of one patient's, under one signature.
#pragma once

#include "core/roles/hospital_records.h"

namespace caduceus::roles {

// An upload whose bytes are all here.
struct UploadedRecord {
  Bytes32 body{};  // under which they are kept
  Bytes32 hash{};  // hEMR
  std::uint64_t size = 0;

  static auto fields(auto& self) { return std::tie(self.body, self.hash, self.size); }
};

// What was answered to a delivery.
struct TakenDelivery {
  Bytes32 delivery{};  // H of it
  Delivered answer;

  static auto fields(auto& self) { return std::tie(self.delivery, self.answer); }
};

// Tables 18 to 20.
inline constexpr Table<std::pair<Identity, Slot>, TakenDelivery> taken_deliveries{18};  // by doctor and slot
inline constexpr Table<Identity, std::uint32_t> batches_of_patients{19};  // the newest one's number
// Table 31: one, under 0: up to this number, batches of any patient may have been given by a hospital that was restored since.
inline constexpr Table<Byte, std::uint32_t> batches_before_restore{31};
// Bodies that a delivery is about to make its own: a crash in between leaves them to be erased.
inline constexpr Table<Bytes32, Byte> bodies_in_doubt{20};

[[nodiscard]] Bytes32 delivery_hash(const Deliver& delivery);
// What was answered before to this delivery. Reject::slot_used: another one came under its slot.
[[nodiscard]] Checked<std::optional<Delivered>> delivered_before(const WriteSet& step, const Deliver& delivery);

// What can be seen of it without its signatures: whose it is, that its slot may still be used, that lines, uploads and words belong
// together. Reject::caller_other, request_licence, slot_device, slot_epoch, delivery_records.
struct DeliveryTerms {
  Identity hospital;
  std::uint64_t epoch_length = 600'000;  // ms
};
[[nodiscard]] Checked<void> check_delivery(const DeliveryTerms& terms, const Identity& caller, const Deliver& delivery,
                                           std::span<const UploadedRecord> uploads, Time now);

// No record of it came before, in another delivery, and none stands in it twice. Reject::delivery_records.
[[nodiscard]] Checked<void> check_new(const WriteSet& step, const Identity& hospital, const RecordGroup& group);

// The patient's next batch.
[[nodiscard]] std::uint32_t next_batch(const WriteSet& step, const Identity& patient);
// Before the bodies are made durable.
void expect_bodies(WriteSet& step, std::span<const UploadedRecord> uploads);
// Checked, its signature and licence verified: it becomes the patient's records, waits to be published, and she is to hear of it. `factors`
// are those of her batch `batch`, which is the next one (CHECK). While it was verified, another patient's may have been taken: as
// delivered_before() and check_new(), and then nothing is written.
[[nodiscard]] Checked<Delivered> take_delivery(WriteSet& step, const Deliver& delivery, std::span<const UploadedRecord> uploads,
                                               std::uint32_t batch, std::vector<Secret<Scalar>> factors);

}  // namespace caduceus::roles
