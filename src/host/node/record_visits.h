// First visits (PROTOCOL.md §4) at a hospital's records port, and what its patients leave or withdraw there: keyslots, grants.
#pragma once

#include "host/node/record_room.h"

namespace caduceus {

class RecordVisits {
 public:
  explicit RecordVisits(RecordRoom& room) : room_(room) {}

  void on(Asked asked, roles::Meet meet);
  void on(Asked asked, roles::ConfirmMeeting confirm);
  void on(Asked asked, roles::StoreKeyslot store);
  void on(Asked asked, roles::RevokeGrant revocation);

 private:
  // The card verifies; `account` is hers, where she has not been here before.
  void met(const Asked& asked, roles::Meet meet, const std::optional<Identity>& account);

  RecordRoom& room_;
};

// What is about a patient's visit, or about a policy, has its turn under this.
[[nodiscard]] Bytes about_patient(const Identity& patient);
[[nodiscard]] Bytes about_policy(const Identity& patient, const Bytes32& policy);

}  // namespace caduceus
