// Consent (PROTOCOL.md §6): the patient answers a doctor's question, or grants unasked to a doctor she has agreed keys with; she sees her grants,
// and takes them back.
#pragma once

#include "core/roles/patient_letters.h"

namespace caduceus::roles::patient {

struct HeldGrant {
  Policy policy;
  QuestionId question{};  // that it answers; zeros: none
  Time made;
  std::optional<RevokeGrant> revocation;  // hers, which goes to the hospital until it is acknowledged
  std::optional<Time> revoked;  // when the hospital said that it has it on disk

  static auto fields(auto& self) { return std::tie(self.policy, self.question, self.made, self.revocation, self.revoked); }
};
using PolicyId = ByteArray<16>;

// Table 70.
inline constexpr Table<PolicyId, HeldGrant> grants{70};

struct Consent {
  Identity doctor;
  Identity hospital;
  std::vector<RecordPlace> records;  // in any order
  std::string purpose;
  Time expires;
  std::uint32_t uses = 1;
  QuestionId question{};
};
// From now on. The grant goes to the doctor by letter. Reject::agreement_unknown, visit_unknown, record_unknown, record_erased, request_unknown
// (no open question of this doctor's about this hospital), policy_….
[[nodiscard]] Checked<HeldGrant> consent(WriteSet& step, const PatientSelf& self, const Consent& given, Time now, Rng& rng);
// Reject::request_unknown.
[[nodiscard]] Checked<void> deny(WriteSet& step, const PatientSelf& self, const QuestionId& question, const std::string& words, Time now,
                                 Rng& rng);
// What she asks the hospital; the same again until it is revoked. Reject::grant_unknown.
[[nodiscard]] Checked<RevokeGrant> begin_revocation(WriteSet& step, const PatientSelf& self, const PolicyId& id, Time now, Rng& rng);
// The hospital acknowledged it, now; what it answers later than a request may take is against her word.
void revocation_done(WriteSet& step, const PolicyId& id, Time now);

[[nodiscard]] std::vector<HeldGrant> grants_of(const WriteSet& step);

}  // namespace caduceus::roles::patient
