// What a hospital has to tell its patients (PROTOCOL.md §5–§7): each is a letter to be written and left at the patient's relay. A notice is
// on disk with what it tells of, and goes once the relay has the letter.
#pragma once

#include "core/roles/letter.h"

namespace caduceus::roles {

struct NewRecord {
  TransactionHash htxm{};
  static auto fields(auto& self) { return std::tie(self.htxm); }
};
struct NewAccess {
  std::uint64_t number = 0;  // of the log entry
  static auto fields(auto& self) { return std::tie(self.number); }
};

struct Notice {
  Identity patient;
  std::variant<NewRecord, NewAccess, ErasureReceipt, DisputeReply> what;

  static auto fields(auto& self) { return std::tie(self.patient, self.what); }
};

// Table 21: by number, in the order in which they are to arrive.
inline constexpr Table<std::uint64_t, Notice> notices{21};

void notify(WriteSet& step, Notice notice);

}  // namespace caduceus::roles
