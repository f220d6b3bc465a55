// A patient, two hospitals and a doctor who have met: what tests of grants and emergencies begin with. Drawn from one seed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "core/crypto/emergency.h"
#include "core/crypto/grant.h"
#include "core/crypto/hash.h"
#include "core/crypto/sealing_key.h"

namespace caduceus {

template <class T>
T must(Checked<T> checked) {
  if (!checked) {
    ADD_FAILURE() << "refused: " << name(checked.error());
    std::abort();
  }
  return std::move(*checked);
}

struct Sharing {
  SeededRng rng;
  MasterSecrets secrets = MasterSecrets::random(rng);
  SystemParameters parameters = SystemParameters::of(secrets);
  const G1& ppub = parameters.signing;

  IdentityKeys patient = enrol({Role::patient, {"p4t13nt"}, 1});
  IdentityKeys hospital = enrol({Role::hospital, {"st-mary"}, 1});      // keeps the records: A
  IdentityKeys employer = enrol({Role::hospital, {"st-luke"}, 1});      // backs the doctor
  IdentityKeys doctor = enrol({Role::doctor, {"dr-lee.st-luke"}, 1});   // B

  static constexpr Time now = Time(1'800'000'000'000);
  SignedLicence licence = license(doctor.signing.identity);

  // The first visit.
  Initiator patient_side = must(Initiator::begin(patient.signing.verification_key(), hospital.signing.verification_key(), rng));
  Responder hospital_side = must(Responder::answer(ppub, hospital, patient.signing.verification_key(), patient_side.hello(), rng));

  // Batches 1 and 2 of seven and two records.
  std::vector<Secret<Scalar>> batch1;
  std::vector<Secret<Scalar>> batch2;

  explicit Sharing(std::uint64_t seed = 1) : rng(seed) {
    const Confirm confirm = must(patient_side.receive(ppub, patient, hospital_side.reply(), rng));
    const Ack ack = must(hospital_side.receive(ppub, confirm));
    EXPECT_TRUE(patient_side.receive(ack));
    batch1 = must(encryption_factors(patient_side.factors(), 1, 7));
    batch2 = must(encryption_factors(hospital_side.factors(), 2, 2));
  }

  IdentityKeys enrol(const Identity& identity) {
    const PendingRegistration pending = begin_registration(ppub, identity, rng);
    return must(accept_keys(parameters, pending, must(issue_keys(secrets, parameters, pending.request, rng))));
  }
  SignedLicence license(const Identity& whom) {
    return must(issue_licence(ppub, employer.signing,
                              {employer.signing.identity, whom, 3, Time(now.value() - 1000), Time(now.value() + 1'000'000'000)}, rng));
  }

  [[nodiscard]] const Secret<Scalar>& factor(const RecordPlace& place) const {
    return (place.batch == 1 ? batch1 : batch2).at(place.index - 1);
  }
  [[nodiscard]] std::vector<const Secret<Scalar>*> factors(const std::vector<RecordPlace>& places) const {
    std::vector<const Secret<Scalar>*> found;
    found.reserve(places.size());
    for (const auto& place : places) found.push_back(&factor(place));
    return found;
  }

  [[nodiscard]] Policy policy(std::vector<RecordPlace> records = {{1, 2}, {1, 5}, {2, 1}}, std::uint32_t uses = 2) {
    return {rng.bytes<16>(),
            patient.signing.identity,
            doctor.signing.identity,
            hospital.signing.identity,
            {std::move(records)},
            Time(now.value() - 10),
            Time(now.value() + 3'600'000),
            {"treatment"},
            uses};
  }
  [[nodiscard]] Grant grant(const Policy& consented) const {
    return must(make_grant(consented, patient_side, factors(consented.records.items)));
  }
  [[nodiscard]] GrantRequester ask(const Grant& given, std::vector<RecordPlace> records) {
    return must(GrantRequester::begin(ppub, doctor.signing, licence, given, {std::move(records)}, now, rng));
  }
  [[nodiscard]] HospitalView view() const {
    return {now, now, doctor.signing.verification_key(), employer.signing.verification_key(), false};
  }
  [[nodiscard]] Checked<AcceptedRequest> check(const GrantRequest& request, const GrantMemory& memory = {}) {
    return AcceptedRequest::check(ppub, hospital.signing.identity, hospital_side, request, view(), memory, rng);
  }

  // A record's body: its text names its place.
  static RecordBody body(const RecordPlace& place) {
    RecordBody body;
    body.head.salt.fill(static_cast<Byte>(place.index));
    body.head.htxm.fill(static_cast<Byte>(place.batch));
    body.head.proof.value = {1, 2, 3};
    const std::string text = "record " + std::to_string(place.batch) + "." + std::to_string(place.index);
    body.emr = SecretBytes(as_bytes(text));
    return body;
  }
  [[nodiscard]] Answer answer(AcceptedRequest& accepted, const std::vector<RecordPlace>& places) const {
    accepted.persisted();
    std::vector<RecordBody> bodies;
    bodies.reserve(places.size());
    for (const auto& place : places) bodies.push_back(body(place));
    std::vector<const RecordBody*> pointers;
    pointers.reserve(bodies.size());
    for (const auto& one : bodies) pointers.push_back(&one);
    return must(accepted.answer(factors(places), pointers));
  }

  // The tokens τ_j of records.
  [[nodiscard]] std::vector<SecretKey> tokens(const std::vector<RecordPlace>& places) const {
    std::vector<SecretKey> found;
    found.reserve(places.size());
    for (const auto& place : places) found.push_back(emergency_token(factor(place)));
    return found;
  }
  static std::vector<const SecretKey*> pointers(const std::vector<SecretKey>& keys) {
    std::vector<const SecretKey*> found;
    found.reserve(keys.size());
    for (const auto& key : keys) found.push_back(&key);
    return found;
  }
  // What SUP would hold of a tx_ur of this doctor for this scope.
  [[nodiscard]] CommittedEmergency committed(EmergencyKind kind, const EmergencyScope& scope) const {
    CommittedEmergency found{kind, doctor.signing.identity, employer.signing.identity, emergency_hash(kind, scope), {}, now, now};
    const auto opened = tokens(scope.records.items);
    found.marks.resize(opened.size());
    std::ranges::transform(opened, found.marks.begin(),
                           [&](const SecretKey& token) { return emergency_mark(token, doctor.signing.identity, now); });
    return found;
  }
  [[nodiscard]] EmergencyView emergency_view(EmergencyKind kind, const EmergencyScope& scope) const {
    return {now, now, committed(kind, scope), doctor.signing.verification_key(), employer.signing.verification_key(), false};
  }
  [[nodiscard]] EmergencyScope scope(std::vector<RecordPlace> records) {
    return {patient.signing.identity, hospital.signing.identity, {std::move(records)}, rng.bytes<32>()};
  }
};

}  // namespace caduceus
