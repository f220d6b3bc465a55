// The people of a simulation of roles, with their keys, licences, cards and eyes. Enrolment takes longer than a run: all runs of a process share them.
#pragma once

#include <map>

#include "core/crypto/fuzzy_extractor.h"
#include "core/crypto/licence.h"
#include "core/med/signing.h"
#include "core/roles/doctor.h"
#include "core/roles/patient.h"
#include "test/sup_world.h"

namespace caduceus::sim {

class RolesWorld {
 public:
  // With so many hospitals; of doctors and patients, as many as a setup may want.
  static RolesWorld& of(std::size_t hospitals);

  [[nodiscard]] const NetworkId& net() const { return world_.keys().net; }
  [[nodiscard]] const G1& ppub() const { return world_.keys().parameters.signing; }
  [[nodiscard]] const SupWorld::Member& hospital(std::size_t i) const { return world_.hospital(i); }
  [[nodiscard]] const SupWorld::Member& doctor(std::size_t i) const { return world_.doctor(i); }
  [[nodiscard]] const SupWorld::Person& patient(std::size_t i) const { return patients_.at(i); }
  [[nodiscard]] const SignedLicence& licence(std::size_t doctor) const { return licences_.at(doctor); }
  [[nodiscard]] const roles::Card& card(std::size_t patient) const { return cards_.at(patient); }
  // Her eye, scanned anew: one bit in ten is another.
  [[nodiscard]] Template scan(std::size_t patient, SeededRng& rng) const;

  // What SUP says of accounts. nullptr: neither a hospital nor a doctor.
  [[nodiscard]] const SupWorld::Member* member(const Identity& identity) const;
  [[nodiscard]] VerificationKey key_of(const Identity& member) const;
  [[nodiscard]] roles::Party party_of(const Identity& member) const;
  [[nodiscard]] bool is_registered(const VerificationKey& patient) const;
  [[nodiscard]] const Identity& account_of(const Identity& patient) const;  // on MED

  [[nodiscard]] med::SignatureVerifier& verifier() { return verifier_; }
  [[nodiscard]] TransactionVerifier& transactions() { return transactions_; }

 private:
  explicit RolesWorld(std::size_t hospitals);

  SupWorld world_;
  std::vector<SupWorld::Person> patients_;
  std::vector<SignedLicence> licences_;
  std::vector<roles::Card> cards_;
  std::vector<Template> eyes_;
  std::map<Identity, const SupWorld::Member*> members_;
  med::SignatureVerifier verifier_;
  TransactionVerifier transactions_;
};

}  // namespace caduceus::sim
