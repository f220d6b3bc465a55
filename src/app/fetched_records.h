// Records that a hospital gave a doctor: held against MED (PROTOCOL.md §6), then put into files.
#pragma once

#include "app/doctor_session.h"

namespace caduceus {

struct FetchedRecord {
  RecordPlace place;
  std::string title;
  RecordBody body;
};

// One JSON object a record, in their order: place, hospital, htxm, title, file, and what the chain says of it: verified, height, state. A record
// of which no block has anything is kept, and shown as unverified. Failure: one that is not what its doctor signed: then none is kept.
[[nodiscard]] Result<nlohmann::json> keep_records(DoctorSession& session, const Identity& hospital, const std::vector<FetchedRecord>& records,
                                                  const std::filesystem::path& out);
// The same for people.
void show_records(const nlohmann::json& records);

}  // namespace caduceus
