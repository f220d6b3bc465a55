// Who read what (PROTOCOL.md §6, §7), as the patient learns it from two sides: each hospital's access log, of which hers is a chain of its own, and
// SUP, which she reads herself to find her marks. What only one of them knows shows.
#pragma once

#include "core/roles/patient_records.h"
#include "core/sup/records.h"

namespace caduceus::roles::patient {

// A tx_ur of SUP that is about her: found by its marks, or by what the hospital that answered it told her.
struct FoundEmergency {
  sup::EmergencyRecord record;
  List<RecordName, most_records_at_once> records;  // of an opening, none

  static auto fields(auto& self) { return std::tie(self.record, self.records); }
};

// Tables 71 to 74.
inline constexpr Table<std::pair<Identity, std::uint64_t>, SignedLogEntry> log_letters{71};  // a hospital's, by her own count
inline constexpr Table<Identity, LogHead> log_heads{72};  // of a hospital's, as far as nothing is missing
inline constexpr Table<TransactionHash, FoundEmergency> found_emergencies{73};
inline constexpr Table<Byte, Height> scanned_up_to{74};  // one, under 0: SUP's blocks below it

// A hospital's entry of her chain, by letter or by AskAccesses, in any order. True: it is new. Reject::access_log (about somebody else; another entry
// than before in this place; one that does not follow the one before it: the hospital has two logs), signature_….
[[nodiscard]] Checked<bool> take_entry(WriteSet& step, const PatientSelf& self, const VerificationKey& hospital,
                                       const SignedLogEntry& entry);
// Up to where nothing is missing: what to ask the hospital after.
[[nodiscard]] LogHead log_head_of(const WriteSet& step, const Identity& hospital);

// From which block of SUP on she has to look for what is about her.
[[nodiscard]] Height scan_from(const WriteSet& step);
// From the first one: records or entries are new to her that SUP may have known of before.
void scan_again(WriteSet& step);
// All of SUP's emergencies from scan_from() up to `height`: she reads all, so that nobody learns which are hers. Hers are those with a mark of her
// records, and those that a hospital told her of, if they are what it said. How many.
using Emergency = std::pair<TransactionHash, sup::EmergencyRecord>;
std::size_t scan(WriteSet& step, std::span<const Emergency> emergencies, Height height);

}  // namespace caduceus::roles::patient
