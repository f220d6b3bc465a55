#include "core/roles/doctor_consent.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

using namespace roles;

// Of a doctor who agreed on keys with the patient of sharing_world.h.
struct Doctor {
  MemoryTables tables;
  SealingKey sealing;
  Card card;
  SeededRng rng{6};

  Doctor() {
    const World& w = world();
    const SharingWorld& s = sharing_world();
    sealing = SealingKey::random(w.doctor.signing.identity, rng);
    const SealingKey patients = SealingKey::random(s.patient.signing.identity, rng);
    card = make_card(w.parameters.signing, s.patient.signing, patients, w.hospital.signing.identity, rng);
    Initiator agreed = must(decode<Initiator>(encode_secret(s.doctor_side).expose()));
    CHECK(agreed.receive(w.parameters.signing, w.doctor, s.patient_side.reply(), rng).has_value());
    WriteSet step(tables);
    step.put(doctor_patients, card.patient.identity, card);
    step.put(doctor_agreements, card.patient.identity, agreed);
    tables.apply(step);
  }
  [[nodiscard]] DoctorSelf self() const { return {{}, world().parameters.signing, world().doctor, sealing, world().licence}; }
  [[nodiscard]] Party party() const {
    return {world().doctor.signing.verification_key(), sealing.public_key, world().hospital.signing.identity};
  }
};

}  // namespace

// A patient can put anything under the key that she agreed on: the doctor's agent takes it, and asks the hospital with it.
FUZZ_DECODER(GrantContent) {
  static Doctor doctor;
  const World& w = world();
  const SharingWorld& s = sharing_world();
  const Identity& patient = s.patient.signing.identity;
  const Policy& policy = value.grant.policy;
  const SealedGrant sealed = seal_grant(patient, w.doctor.signing.identity, s.patient_side.keys(), value, doctor.rng);
  const Envelope envelope = write_letter(w.parameters.signing, s.patient.signing, doctor.party(), sealed, World::now, doctor.rng);
  WriteSet step(doctor.tables);
  const auto taken = receive_letter(step, doctor.self(), envelope, World::now, doctor.rng);
  accepted = taken.has_value();
  CHECK(accepted == (policy.patient == patient && policy.doctor == w.doctor.signing.identity &&
                     value.titles.items.size() == policy.records.items.size()));
  CHECK(received_grants(step).size() == (accepted ? 1U : 0U));
  if (accepted) static_cast<void>(begin_fetch(step, doctor.self(), policy.id, {}, s.sealing.public_key, World::now, doctor.rng));
}

}  // namespace caduceus::fuzz
