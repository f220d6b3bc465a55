// A consortium on SUP, drawn from one seed: a PKG, hospitals and their doctors, patients; and whatever they say there, rightly signed.
#pragma once

#include "core/chain/sup_signing.h"
#include "core/crypto/multi_signature.h"

namespace caduceus {

class SupWorld {
 public:
  struct Member {
    IdentityKeys keys;
    SealingKey sealing;   // of a hospital or doctor
    Identity hospital;    // that it belongs to
    [[nodiscard]] const Identity& identity() const { return keys.signing.identity; }
  };
  struct Patient {
    VerificationKey hidden;  // ID_C, L_C
    AggregateKey account;    // on MED
  };

  // A patient with all her keys.
  struct Person {
    Member member;  // whose hospital says nothing
    Patient known;
    [[nodiscard]] const Identity& identity() const { return member.identity(); }
  };

  explicit SupWorld(std::uint64_t seed, std::size_t hospitals = 2, std::size_t doctors_each = 2, std::size_t patients = 1);

  [[nodiscard]] const TransactionKeys& keys() const { return keys_; }
  [[nodiscard]] const BlsKey& pkg() const { return pkg_; }
  // What is signed from now on is for this network.
  void move_to(const NetworkId& net) { keys_.net = net; }
  [[nodiscard]] const Member& hospital(std::size_t i) const { return hospitals_.at(i); }
  // Of hospital i mod their number.
  [[nodiscard]] const Member& doctor(std::size_t i) const { return doctors_.at(i); }
  [[nodiscard]] const Patient& patient(std::size_t i) const { return patients_.at(i); }
  [[nodiscard]] std::size_t doctors() const { return doctors_.size(); }

  [[nodiscard]] RegistrationTerms registration_terms(const Member& member);
  [[nodiscard]] Registration registration(const Member& member);
  [[nodiscard]] PatientRegistration registration(const Patient& patient);
  // Of everybody.
  [[nodiscard]] std::vector<SupTransaction> registrations();

  // Of the network that is moved to.
  [[nodiscard]] Person enrol_patient();

  // Backed by the doctor's own hospital; of a fresh hUR.
  [[nodiscard]] EmergencyTerms emergency_terms(const Member& doctor, Time ts3, EmergencyKind kind = EmergencyKind::open);
  [[nodiscard]] EmergencyTransaction emergency(const Member& doctor, Time ts3, EmergencyKind kind = EmergencyKind::open);
  [[nodiscard]] EmergencyTransaction sign(const EmergencyTerms& terms, const Member& doctor, const Member& hospital);
  // By the doctor's own hospital, whose licence expires when the revocation does.
  [[nodiscard]] RevocationTerms revocation_terms(const Member& doctor, RevocationAction action, Time expires, Time ts4);
  [[nodiscard]] RevocationTransaction revocation(const Member& doctor, RevocationAction action, Time expires, Time ts4);
  [[nodiscard]] Dispute dispute(const Patient& patient, const TransactionHash& htxu, Time ts);
  [[nodiscard]] DisputeAnswer answer(const Member& hospital, const TransactionHash& dispute, Time ts);

  SeededRng rng;

 private:
  Member enrol(const Identity& identity, const Identity& hospital);
  const Member& hospital_of(const Member& doctor) const;

  MasterSecrets secrets_;
  BlsKey pkg_;
  TransactionKeys keys_;
  std::vector<Member> hospitals_;
  std::vector<Member> doctors_;
  std::vector<Patient> patients_;
};

}  // namespace caduceus
