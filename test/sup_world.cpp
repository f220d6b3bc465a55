#include "test/sup_world.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/index_key.h"

namespace caduceus {
namespace {

Identity named(Role role, std::string name) { return {role, {std::move(name)}, 1}; }

}  // namespace

SupWorld::SupWorld(std::uint64_t seed, std::size_t hospitals, std::size_t doctors_each, std::size_t patients)
    : rng(seed),
      secrets_(MasterSecrets::random(rng)),
      pkg_(BlsKey::random(rng)),
      keys_{rng.bytes<32>(), SystemParameters::of(secrets_), pkg_.public_key} {
  for (std::size_t i = 0; i < hospitals; ++i) {
    const Identity identity = named(Role::hospital, std::string("h").append(std::to_string(i)));
    hospitals_.push_back(enrol(identity, identity));
  }
  for (std::size_t i = 0; i < hospitals * doctors_each; ++i) {
    const Identity& hospital = hospitals_[i % hospitals].identity();
    doctors_.push_back(enrol(named(Role::doctor, std::string("dr-").append(std::to_string(i))), hospital));
  }
  for (std::size_t i = 0; i < patients; ++i) {
    const Identity account = named(Role::patient_med, to_hex(rng.bytes<32>()));
    const VerificationKey hidden{named(Role::patient, to_hex(rng.bytes<10>())), Scalar::random(rng) * G1::generator()};
    patients_.push_back({hidden, extract_aggregate_key(secrets_.aggregate, account)});
  }
}

SupWorld::Member SupWorld::enrol(const Identity& identity, const Identity& hospital) {
  const PendingRegistration pending = begin_registration(keys_.parameters.signing, identity, rng);
  const auto issued = issue_keys(secrets_, keys_.parameters, pending.request, rng);
  CHECK(issued.has_value());
  auto keys = accept_keys(keys_.parameters, pending, *issued);
  CHECK(keys.has_value());
  return {*std::move(keys), SealingKey::random(identity, rng), hospital};
}

SupWorld::Person SupWorld::enrol_patient() {
  const Identity identity = named(Role::patient, to_hex(rng.bytes<10>()));
  Member member = enrol(identity, identity);
  const VerificationKey hidden = member.keys.signing.verification_key();
  return {std::move(member), {hidden, extract_aggregate_key(secrets_.aggregate, med_account(keys_.net, identity))}};
}

const SupWorld::Member& SupWorld::hospital_of(const Member& doctor) const {
  return *std::ranges::find(hospitals_, doctor.hospital, &Member::identity);
}

RegistrationTerms SupWorld::registration_terms(const Member& member) {
  const SealingPublicKey sealing = publish(member.sealing, rng);
  RegistrationTerms terms{member.identity(),
                          EncodedG1::of(member.keys.signing.public_point),
                          EncodedG1::of(sealing.key),
                          EncodedScalar::of(sealing.challenge),
                          EncodedScalar::of(sealing.response),
                          member.hospital,
                          {}};
  terms.pkg_signature = EncodedG1::of(sign_part(pkg_, account_statement(keys_.net, terms)));
  return terms;
}

Registration SupWorld::registration(const Member& member) {
  return sign_registration(keys_.net, keys_.parameters.signing, registration_terms(member), member.keys.signing, rng);
}

PatientRegistration SupWorld::registration(const Patient& patient) {
  PatientRegistrationTerms terms{patient.account.identity, patient_key_hash(patient.hidden.identity, patient.hidden.public_point), {}};
  terms.pkg_signature = EncodedG1::of(sign_part(pkg_, patient_account_statement(keys_.net, terms)));
  return sign_terms(keys_.net, terms, patient.account, rng);
}

std::vector<SupTransaction> SupWorld::registrations() {
  std::vector<SupTransaction> all;
  for (const Member& member : hospitals_) all.emplace_back(registration(member));
  for (const Member& member : doctors_) all.emplace_back(registration(member));
  for (const Patient& patient : patients_) all.emplace_back(registration(patient));
  return all;
}

EmergencyTerms SupWorld::emergency_terms(const Member& doctor, Time ts3, EmergencyKind kind) {
  EmergencyTerms terms{kind, doctor.identity(), doctor.hospital, rng.bytes<32>(), {}, 7, ts3};
  if (kind == EmergencyKind::read) terms.marks.items.push_back(rng.bytes<32>());
  return terms;
}

EmergencyTransaction SupWorld::emergency(const Member& doctor, Time ts3, EmergencyKind kind) {
  return sign(emergency_terms(doctor, ts3, kind), doctor, hospital_of(doctor));
}

EmergencyTransaction SupWorld::sign(const EmergencyTerms& terms, const Member& doctor, const Member& hospital) {
  OwnNonce doctors = OwnNonce::draw(rng);
  OwnNonce hospitals = OwnNonce::draw(rng);
  EmergencyTransaction transaction{terms, {doctors.value(), hospitals.value()}, {}};
  const auto by_doctor = sign_part(keys_.net, transaction, std::move(doctors), doctor.keys.aggregate, rng);
  const auto by_hospital = sign_part(keys_.net, transaction, std::move(hospitals), hospital.keys.aggregate, rng);
  CHECK(by_doctor && by_hospital);
  auto complete_one = complete(std::move(transaction), {*by_doctor, *by_hospital});
  CHECK(complete_one.has_value());
  return *std::move(complete_one);
}

RevocationTerms SupWorld::revocation_terms(const Member& doctor, RevocationAction action, Time expires, Time ts4) {
  const Licence licence{doctor.hospital, doctor.identity(), 0, Time(1), expires};
  const auto issued = issue_licence(keys_.parameters.signing, hospital_of(doctor).keys.signing, licence, rng);
  CHECK(issued.has_value());
  return {doctor.hospital, doctor.identity(), expires, action, licence, EncodedSignature::of(issued->signature), ts4};
}

RevocationTransaction SupWorld::revocation(const Member& doctor, RevocationAction action, Time expires, Time ts4) {
  return sign_terms(keys_.net, revocation_terms(doctor, action, expires, ts4), hospital_of(doctor).keys.aggregate, rng);
}

Dispute SupWorld::dispute(const Patient& patient, const TransactionHash& htxu, Time ts) {
  return sign_terms(keys_.net, DisputeTerms{patient.account.identity, htxu, rng.bytes<32>(), ts}, patient.account, rng);
}

DisputeAnswer SupWorld::answer(const Member& hospital, const TransactionHash& dispute, Time ts) {
  return sign_terms(keys_.net, DisputeAnswerTerms{hospital.identity(), dispute, rng.bytes<32>(), ts}, hospital.keys.aggregate, rng);
}

}  // namespace caduceus
