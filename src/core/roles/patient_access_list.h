// The patient's list of every access, made of both sides (patient_accesses.h), with what is wrong with it.
#pragma once

#include "core/roles/patient_grants.h"

namespace caduceus::roles::patient {

enum class AccessConcern {
  none,
  not_answered,  // SUP has the request; no hospital says that it answered it (yet)
  not_on_sup,    // a hospital answered an emergency request that SUP does not have
  not_granted,   // a hospital answered by a grant that is not hers
  after_revocation,  // by a grant, after the hospital had acknowledged that it is revoked
};

struct Access {
  std::optional<EmergencyKind> emergency;  // or with consent
  Identity doctor;
  Identity hospital;  // whose log has it; without one, that backed the doctor
  Time time;
  std::vector<RecordName> records;
  std::string purpose;                 // of a grant
  std::uint16_t reason = 0;            // of an emergency, as far as SUP has it
  std::optional<PolicyId> grant;
  std::optional<TransactionHash> htxu;  // of an emergency
  bool is_in_log = false;
  bool is_on_sup = false;
  bool is_disputed = false;
  AccessConcern concern = AccessConcern::none;
};

// The oldest first.
[[nodiscard]] std::vector<Access> accesses_of(const WriteSet& step);

}  // namespace caduceus::roles::patient
