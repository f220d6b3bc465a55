// What doctors, hospitals and patients put on MED, rightly signed; drawn from one seed.
#pragma once

#include "core/med/emr_index.h"
#include "core/med/signing.h"
#include "test/sup_world.h"

namespace caduceus {

class MedWorld : public SupWorld {
 public:
  using SupWorld::SupWorld;

  static constexpr std::uint64_t epoch_length = 600'000;

  // Of a slot that the caller answers for.
  [[nodiscard]] ReservedSlot slot(Epoch epoch, std::uint16_t number) const {
    return {{epoch, number}, UnusedString::assume_unused(slot_string(keys().net, {epoch, number}))};
  }
  [[nodiscard]] RecordLine line(Time written) { return {rng.bytes<32>(), written}; }
  [[nodiscard]] std::vector<RecordLine> lines(std::size_t count, Time written) {
    std::vector<RecordLine> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(line(written));
    return all;
  }

  [[nodiscard]] med::SignedGroup group(const Member& doctor, std::size_t records, Time written, std::uint16_t number) {
    return med::sign_group(doctor.hospital, doctor.identity(), lines(records, written), slot(epoch_of(written), number),
                           doctor.keys.aggregate, rng);
  }
  // Of groups that are the hospital's.
  [[nodiscard]] med::SignedBundle bundle(const Member& hospital, std::vector<med::SignedGroup> groups, Time closed, std::uint16_t number) {
    auto made = med::make_bundle(keys().net, hospital.identity(), std::move(groups), closed, slot(epoch_of(closed), number),
                                 hospital.keys.aggregate, rng);
    CHECK(made.has_value());
    return *std::move(made);
  }
  // Each of the hospital's doctors writes one record.
  [[nodiscard]] med::SignedBundle round(std::size_t hospital_place, Time at, std::uint16_t number) {
    const Member& of = hospital(hospital_place);
    std::vector<med::SignedGroup> groups;
    for (std::size_t i = 0; i < doctors(); ++i) {
      if (doctor(i).hospital == of.identity()) groups.push_back(group(doctor(i), 1, at, number));
    }
    return bundle(of, std::move(groups), at, number);
  }

  [[nodiscard]] med::SignedCall call(const Patient& patient, std::uint64_t number, const med::IndexOperation& operation) {
    return med::sign_call(keys().net, {patient.account.identity, number, {std::string(med::emr_index_name)}, {encode(operation)}, {}},
                          patient.account, rng);
  }
  [[nodiscard]] med::PutEntry put(std::uint32_t version, const med::EntryId& id) {
    const auto filling = rng.bytes<540>();
    return {{id, version, {Bytes(filling.begin(), filling.end())}}};
  }

  [[nodiscard]] MedBody body(const std::vector<med::SignedBundle>& bundles, const std::vector<med::SignedCall>& calls = {}) const {
    std::vector<const med::SignedBundle*> all_bundles;
    std::vector<const med::SignedCall*> all_calls;
    for (const auto& one : bundles) all_bundles.push_back(&one);
    for (const auto& one : calls) all_calls.push_back(&one);
    auto made = med::make_body(keys().net, all_bundles, all_calls, {});
    CHECK(made.has_value());
    return *std::move(made);
  }

  [[nodiscard]] static Epoch epoch_of(Time time) { return Epoch(time.value() / epoch_length); }
};

}  // namespace caduceus
