// A hospital's tables in memory with one patient's visit in them, for tests that step its roles.
#pragma once

#include "core/roles/hospital_counts.h"
#include "core/roles/hospital_deliveries.h"
#include "core/roles/hospital_visits.h"
#include "test/sharing.h"

namespace caduceus::roles {

struct HospitalTables : Sharing {
  MemoryTables tables;
  SealingKey sealing = SealingKey::random(patient.signing.identity, rng);
  NetworkId net{9};

  HospitalTables() {
    step([&](WriteSet& writes) { (void)roles::meet(writes, {card(), patient_side.hello()}, copy(hospital_side)); });
  }

  // One step, written at once.
  void step(const auto& how) {
    WriteSet writes(tables);
    how(writes);
    tables.apply(writes);
  }
  [[nodiscard]] WriteSet read() const { return WriteSet(tables); }
  template <class T>
  static T copy(const T& secret) {
    return must(decode<T>(encode_secret(secret).expose()));
  }
  [[nodiscard]] Card card() { return make_card(ppub, patient.signing, sealing, hospital.signing.identity, rng); }

  // By the employer's doctor, at the employer: n records whose uploads are here.
  [[nodiscard]] std::pair<Deliver, std::vector<UploadedRecord>> delivery(std::uint32_t n, std::uint16_t k = 0) {
    Deliver made;
    made.patient = patient.signing.identity;
    made.licence = licence;
    std::vector<UploadedRecord> uploads;
    std::vector<RecordLine> lines;
    for (std::uint32_t i = 0; i < n; ++i) {
      uploads.push_back({rng.bytes<32>(), rng.bytes<32>(), 100 + i});
      lines.push_back({uploads.back().hash, now});
      made.records.items.push_back({rng.bytes<16>(), {"title"}, {"text/plain"}});
    }
    const Slot slot{Epoch(now.value() / terms().epoch_length), static_cast<std::uint16_t>(16 * k + licence.licence.device)};
    ReservedSlot reserved{slot, UnusedString::assume_unused(slot_string(net, slot))};
    made.group =
        med::sign_group(employer.signing.identity, doctor.signing.identity, std::move(lines), std::move(reserved), doctor.aggregate, rng);
    return {std::move(made), std::move(uploads)};
  }
  [[nodiscard]] DeliveryTerms terms() const { return {employer.signing.identity, 600'000}; }
  // As the patient's next batch.
  Delivered deliver(std::uint32_t n, std::uint16_t k = 0) {
    const auto [made, uploads] = delivery(n, k);
    Delivered delivered;
    step([&](WriteSet& writes) {
      const std::uint32_t batch = next_batch(writes, made.patient);
      delivered = must(take_delivery(writes, made, uploads, batch, must(encryption_factors(hospital_side.factors(), batch, n))));
    });
    return delivered;
  }
};

}  // namespace caduceus::roles
