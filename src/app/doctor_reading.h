// How a doctor reads records, with consent (PROTOCOL.md §6) and without (§7): what the commands do, and whoever keeps a session open.
#pragma once

#include "app/fetched_records.h"
#include "core/crypto/fuzzy_extractor.h"
#include "core/roles/doctor_consent.h"
#include "core/roles/doctor_emergency.h"

namespace caduceus {

// By a grant: the records at these places, or all of them, into files as receive_records() says. Failure: no such grant, the hospital does not
// answer or refuses, and as receive_records().
[[nodiscard]] Result<nlohmann::json> fetch_granted(DoctorSession& session, const roles::GrantId& id,
                                                   const std::optional<RecordPlaces>& places, const std::filesystem::path& out);

// In an emergency, by scans of the patient, in the order in which they were enrolled: her hospital's backing, SUP, the keyslot, her index. The
// case is kept. Failure: she has no index or no biometrics in it, the hospital or SUP refuses, no holder gives the keyslot, other scans.
[[nodiscard]] Result<roles::EmergencyCase> open_case(DoctorSession& session, const Identity& patient, std::uint16_t reason,
                                                     const std::vector<Template>& scans);

struct CaseReading {
  TransactionHash htxu{};
  nlohmann::json records;  // as receive_records() shows them
};
// Of a case's records those at one hospital. Failure: as open_case(), and receive_records().
[[nodiscard]] Result<CaseReading> read_case(DoctorSession& session, const roles::EmergencyCase& opened, const Identity& hospital,
                                            std::vector<RecordPlace> places, const std::filesystem::path& out);

}  // namespace caduceus
