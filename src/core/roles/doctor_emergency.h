// What a doctor does for a patient who cannot consent (PROTOCOL.md §7): its hospital backs each request, SUP has it before anybody answers it.
//
//   begin_opening → Backing → a holder's keyslot → open_vault, with a scan of the patient → her entries: a case
//   begin_reading of a case's records at one hospital → Backing → ask_reading → reading_keys
//
// A case holds tokens of the patient's records, sealed with the tables, for a day: then it takes her biometrics again.
#pragma once

#include "core/chain/sup_signing.h"
#include "core/crypto/vault.h"
#include "core/roles/doctor.h"
#include "core/roles/record_request.h"

namespace caduceus::roles {

constexpr std::size_t most_entries = 4096;
constexpr std::uint64_t case_life = 86'400'000;  // ms

// By the htxU of its opening.
struct EmergencyCase {
  Identity patient;
  Identity account;  // hers on MED
  EmergencyTerms terms;  // of the opening
  Bytes32 nonce{};
  std::optional<sup::Committed> committed;
  List<IndexEntry, most_entries> entries;  // once it was opened

  static auto fields(auto& self) { return std::tie(self.patient, self.account, self.terms, self.nonce, self.committed, self.entries); }
  [[nodiscard]] TransactionHash htxu() const { return hash_of(terms); }
};

// Of one hospital's records, by its htxU.
struct EmergencyReading {
  TransactionHash of_case{};
  EmergencyTerms terms;
  EmergencyScope scope;
  List<TransactionHash, most_records_at_once> records;  // htxM, in the order of the scope's

  static auto fields(auto& self) { return std::tie(self.of_case, self.terms, self.scope, self.records); }
  [[nodiscard]] TransactionHash htxu() const { return hash_of(terms); }
};
// Once the hospital was asked, until its answer is opened: it answers no other request of this reading.
struct AskedReading {
  EmergencyRequester requester;
  SealedTo sealed;

  static auto fields(auto& self) { return std::tie(self.requester, self.sealed); }
};

// Tables 49 to 51.
inline constexpr Table<TransactionHash, EmergencyCase> doctor_cases{49};
inline constexpr Table<TransactionHash, EmergencyReading> doctor_readings{50};
inline constexpr Table<TransactionHash, AskedReading> doctor_asked_readings{51};

// Of a patient's index; on disk before it is backed.
[[nodiscard]] EmergencyCase begin_opening(WriteSet& step, const DoctorSelf& self, const Identity& patient, const Identity& account,
                                          std::uint16_t reason, Time now, Rng& rng);

// Records of a case that are kept by one hospital, with their marks; on disk before it is backed. Reject::request_unknown (no such case),
// record_unknown (not in the case), policy_records (none, or more than 256), emergency_kind.
[[nodiscard]] Checked<EmergencyReading> begin_reading(WriteSet& step, const DoctorSelf& self, const TransactionHash& of_case,
                                                      const Identity& hospital, std::vector<RecordPlace> places, Time now, Rng& rng);

// The doctor's half of a tx_ur's signature. Its nonce is in memory only: who stops in between begins again, with another.
class BackingDraft {
 public:
  BackingDraft(const DoctorSelf& self, const EmergencyTerms& terms, Rng& rng);
  [[nodiscard]] BeginBacking request() const { return {transaction_.terms, transaction_.nonces[0], licence_}; }
  // Once. Reject::aggregate_w_not_own.
  [[nodiscard]] Checked<CompleteBacking> complete(const DoctorSelf& self, const Backing& backing, Rng& rng) &&;

 private:
  SignedLicence licence_;
  OwnNonce own_;
  EmergencyTransaction transaction_;
};

// Asks a holder for the keyslot, by a committed opening. Reject as EmergencyRequester::begin().
[[nodiscard]] Checked<EmergencyRequester> ask_keyslot(const DoctorSelf& self, const EmergencyCase& opened, const Identity& holder, Time now,
                                                      Rng& rng);
[[nodiscard]] SealedTo seal_request(const EmergencyRequest& request, const G1& hospital_key, Rng& rng);

// The vault key: the keyslot is the one that MED names, the patient signed it under the L of her account, and the scans are of her, one for
// each that was enrolled, in their order. Reject::keyslot_other, patient_unknown, biometrics_differ, template_unusable (also: another
// number of scans), keyslot_…, signature_….
[[nodiscard]] Checked<VaultKey> open_vault(const DoctorSelf& self, const Identity& patient, const Bytes32& key_hash,
                                           const Bytes32& slot_hash, ByteView keyslot, std::span<const Template> scans);

// The request of a reading: the stored one again if there is one. Reject::request_unknown, and as EmergencyRequester::begin().
[[nodiscard]] Checked<SealedTo> ask_reading(WriteSet& step, const DoctorSelf& self, const TransactionHash& htxu, const G1& hospital_key,
                                            Time now, Rng& rng);
// What opens the records of an answer with this T_a, in the order of the scope's. Reject::request_unknown, and as
// EmergencyRequester::record_keys().
[[nodiscard]] Checked<std::vector<SecretKey>> reading_keys(const WriteSet& step, const DoctorSelf& self, const TransactionHash& htxu,
                                                           const G1& t_a);
// What was opened is where it belongs, or the hospital refused it: b goes.
void finish_reading(WriteSet& step, const TransactionHash& htxu);
// Cases older than a day go, and readings that no hospital answers any more.
void expire_cases(WriteSet& step, Time now);

}  // namespace caduceus::roles
