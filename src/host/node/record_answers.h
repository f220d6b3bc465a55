// What a hospital answers doctors who ask for records, with consent (PROTOCOL.md §6) or in an emergency (§7).
#pragma once

#include "core/roles/hospital_emergency.h"
#include "core/roles/hospital_sharing.h"
#include "core/roles/verified_licences.h"
#include "host/node/record_letters.h"
#include "host/node/record_streams.h"

namespace caduceus {

class RecordAnswers {
 public:
  RecordAnswers(RecordRoom& room, RecordStreams& streams, RecordLetters& letters) : room_(room), streams_(streams), letters_(letters) {}

  // Opened, and of whom it says until it is checked.
  void on(Asked asked, roles::AccessRequest request);

 private:
  // What the tables say, the request with it, and what came of it: shared by the steps that follow one another.
  struct Consented;
  struct Emergency;

  void consent(const Asked& asked, GrantRequest request);
  void share(const Asked& asked, const std::shared_ptr<Consented>& one);
  void emergency(const Asked& asked, EmergencyRequest request);
  void give(const Asked& asked, const std::shared_ptr<Emergency>& one);
  // Of a streamed answer, when a part of it is asked for later.
  [[nodiscard]] RecordStreams::Still still_granted(const GrantRequest& request) const;
  [[nodiscard]] RecordStreams::Still still_in_time(const EmergencyRequest& request, Time committed) const;
  // Reject::sup_behind (a revocation may not be known here), doctor_revoked.
  [[nodiscard]] Checked<void> still_licensed(const Identity& issuer, const Identity& doctor) const;
  // As HospitalView has it. Reject::account_unknown.
  struct Doctor {
    VerificationKey key;
    VerificationKey issuer;
    bool is_revoked = false;
  };
  [[nodiscard]] Checked<Doctor> doctor_of(const Identity& doctor, const Licence& licence);
  // A worker's: bodies of records, or the first reason why not.
  using Records = std::vector<std::pair<TransactionHash, roles::HeldRecord>>;
  [[nodiscard]] Checked<std::vector<RecordBody>> read(const Records& records) const;
  [[nodiscard]] static bool is_short(const Records& records);

  RecordRoom& room_;
  RecordStreams& streams_;
  RecordLetters& letters_;
  roles::VerifiedLicences licences_;
};

}  // namespace caduceus
