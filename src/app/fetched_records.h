// Records that a hospital gave a doctor: opened, held against MED (PROTOCOL.md §6), and put into files. Long ones come piece by piece, in
// constant memory.
#pragma once

#include "app/doctor_session.h"

namespace caduceus {

// What was asked for, in the order of the answer.
struct WantedRecord {
  RecordPlace place;
  std::string title;
  std::optional<TransactionHash> htxm;  // where it is known: nothing else will do
};

// What a hospital answers to AskRecords.
struct RecordsAnswer {
  std::variant<Answer, roles::StreamedAnswer> answer;

  [[nodiscard]] G1 t_a() const;
  [[nodiscard]] Bytes32 hash() const;  // the same answer has the same
  // Nothing of any other response.
  [[nodiscard]] static std::optional<RecordsAnswer> of(roles::RecordResponse& response);
};

// Into OUT/HOSPITAL-PLACE with an ending. One JSON object a record, in their order: place, hospital, htxm, title, file, doctor, and what the chain
// says: verified, height, state. One of which no block has anything is kept, and shown as unverified. Failure: one that does not open under its
// key, or is not what its doctor signed: then none is kept.
[[nodiscard]] Result<nlohmann::json> receive_records(DoctorSession& session, const Identity& hospital, const RecordsAnswer& answer,
                                                     std::span<const SecretKey> keys, std::span<const WantedRecord> wanted,
                                                     const std::filesystem::path& out);
// The same for people.
void show_records(const DoctorSession& session, const nlohmann::json& records);

}  // namespace caduceus
