// A hospital's access log (PROTOCOL.md §6, §7): who was given what of whom, when and by what right. It is only ever added to: an entry holds
// the hash of the one before it, and of the patient's one before it, so that the hospital shows its auditors one chain, and each patient
// her own, whole, without a word of anybody else's. What leaves shows in the next entry that is signed for her.
#pragma once

#include "core/crypto/emergency.h"
#include "core/crypto/grant.h"
#include "core/roles/tables.h"

namespace caduceus::roles {

// The right by which: the doctor's own signed request, as it came, which the patient and an auditor verify again.
using AccessRequest = std::variant<GrantRequest, EmergencyRequest>;

struct LogEntry {
  std::uint64_t number = 0;  // counts the hospital's entries, from 1
  std::uint64_t of_patient = 0;  // counts the patient's, from 1
  Bytes32 previous{};  // H(entry) of number − 1; of the first, zeros
  Bytes32 previous_of_patient{};
  Time time;
  Identity patient;
  AccessRequest request;

  static auto fields(auto& self) {
    return std::tie(self.number, self.of_patient, self.previous, self.previous_of_patient, self.time, self.patient, self.request);
  }
};
[[nodiscard]] Bytes32 entry_hash(const LogEntry& entry);
[[nodiscard]] const Identity& doctor_of(const AccessRequest& request);

// Where a chain stands.
struct LogHead {
  std::uint64_t number = 0;  // of its newest entry; 0: there is none
  Bytes32 hash{};  // its

  static auto fields(auto& self) { return std::tie(self.number, self.hash); }
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

// An entry as the patient gets it: the hospital stands for it and for its place.
struct SignedLogEntry {
  Identity hospital;
  LogEntry entry;
  Signature signature;  // the hospital's, "access", over (hospital, H(entry))

  static auto fields(auto& self) { return std::tie(self.hospital, self.entry, self.signature); }
};
[[nodiscard]] SignedLogEntry sign_entry(const G1& ppub, const SigningKey& hospital, LogEntry entry, Rng& rng);
// Reject::access_log (another hospital's), signature_….
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& hospital, const SignedLogEntry& entry);
// That it is the next one: of all the hospital's entries, as its auditors see them; of the patient's, as she does. Reject::access_log.
[[nodiscard]] Checked<void> follows(const LogHead& head, const LogEntry& entry);
[[nodiscard]] Checked<void> follows_of_patient(const LogHead& head, const LogEntry& entry);

// Tables 10 to 13.
inline constexpr Table<std::uint64_t, LogEntry> log_entries{10};
inline constexpr Table<std::pair<Identity, std::uint64_t>, std::uint64_t> log_of_patients{11};  // of the patient's n-th entry, its number
inline constexpr Table<Byte, LogHead> log_head{12};  // one, under 0
inline constexpr Table<Identity, LogHead> log_heads_of_patients{13};

// The log in the hospital's tables.
class AccessLog {
 public:
  explicit AccessLog(WriteSet& step) : step_(step) {}

  // The entry of a request that is about to be answered, at the end of both chains.
  LogEntry add(const Identity& patient, AccessRequest request, Time now);

  [[nodiscard]] LogHead head() const;
  [[nodiscard]] LogHead head_of(const Identity& patient) const;
  [[nodiscard]] std::optional<LogEntry> entry(std::uint64_t number) const;
  // The patient's entries after her first `after` ones, in their order, `most` at most.
  [[nodiscard]] std::vector<LogEntry> entries_of(const Identity& patient, std::uint64_t after, std::size_t most) const;

 private:
  WriteSet& step_;
};

}  // namespace caduceus::roles
