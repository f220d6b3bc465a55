#include "app/hospital_audit.h"

#include <map>

namespace caduceus {
namespace {

class Audit {
 public:
  Audit(const sup::Genesis& genesis, const Identity& hospital, SupReader& sup) : genesis_(genesis), hospital_(hospital), sup_(sup) {}

  // Failure without the entry's number.
  [[nodiscard]] Result<void> look(const roles::LogEntry& entry) {
    TRY_VOID(said(roles::follows(head_, entry)));
    TRY_VOID(said(roles::follows_of_patient(patients_[entry.patient], entry)));
    head_ = {entry.number, roles::entry_hash(entry)};
    patients_[entry.patient] = {entry.of_patient, roles::entry_hash(entry)};
    return std::visit([&](const auto& request) { return look(entry, request); }, entry.request);
  }
  [[nodiscard]] const Audited& audited() const { return audited_; }

 private:
  [[nodiscard]] static Result<void> said(const Checked<void>& checked) {
    if (checked) return {};
    return failure(std::string(explain(checked.error())) + " (" + std::string(name(checked.error())) + ")");
  }
  // Nobody is asked twice.
  [[nodiscard]] Result<const VerificationKey*> key_of(const Identity& identity) {
    if (const auto found = keys_.find(identity); found != keys_.end()) return &found->second;
    TRY(const auto account, sup_.account(identity));
    if (!account.value) return failure(to_string(identity) + " has no account on SUP");
    return &keys_.emplace(identity, account.value->key).first->second;
  }
  [[nodiscard]] Result<void> look_at_licence(const SignedLicence& licence, Time now) {
    TRY(const VerificationKey* issuer, key_of(licence.licence.hospital));
    return said(verify_licence(genesis_.authority.parameters.signing, *issuer, licence, now));
  }

  [[nodiscard]] Result<void> look(const roles::LogEntry& entry, const GrantRequest& request) {
    ++audited_.consented;
    const Policy& policy = request.policy;
    TRY_VOID(said(policy.check()));
    const bool is_in_force = policy.not_before <= entry.time && entry.time < policy.expires;
    const bool is_of_policy = std::ranges::includes(policy.records.items, request.records.items);
    if (policy.patient != entry.patient || policy.hospital != hospital_)
      return failure("the grant is another patient's, or for another hospital");
    if (!is_in_force || !is_of_policy) return failure("the grant was not in force, or does not name these records");
    if (++uses_[policy_hash(policy)] > policy.uses) return failure("the grant was used more often than it may be");
    TRY(const VerificationKey* doctor, key_of(policy.doctor));
    TRY_VOID(said(verify(genesis_.authority.parameters.signing, *doctor, request)));
    return look_at_licence(request.licence, entry.time);
  }

  [[nodiscard]] Result<void> look(const roles::LogEntry& entry, const EmergencyRequest& request) {
    ++audited_.emergencies;
    if (request.scope.patient != entry.patient || request.scope.hospital != hospital_)
      return failure("the request is of another patient, or hospital");
    TRY(const auto record, sup_.emergency(request.htxu));
    if (!record.value) return failure("no such request is committed on SUP: " + to_hex(request.htxu));
    const EmergencyTerms& terms = record.value->terms;
    const bool is_same = terms.kind == request.kind && terms.hur == emergency_hash(request.kind, request.scope) &&
                         terms.doctor == request.licence.licence.doctor && terms.hospital == request.licence.licence.hospital;
    if (!is_same) return failure("SUP has another content of this request: " + to_hex(request.htxu));
    if (++uses_[request.htxu] > (request.kind == EmergencyKind::open ? EmergencyMemory::most_openings : 1)) {
      return failure("the request was used more often than it may be");
    }
    TRY(const VerificationKey* doctor, key_of(terms.doctor));
    TRY_VOID(said(verify(genesis_.authority.parameters.signing, *doctor, request)));
    return look_at_licence(request.licence, entry.time);
  }

  const sup::Genesis& genesis_;
  const Identity& hospital_;
  SupReader& sup_;
  Audited audited_;
  roles::LogHead head_;
  std::map<Identity, roles::LogHead> patients_;
  std::map<Identity, VerificationKey> keys_;
  std::map<Bytes32, std::uint32_t> uses_;  // of a policy, of a tx_ur
};

}  // namespace

Result<Audited> audit_log(const sup::Genesis& genesis, const Identity& hospital, SupReader& sup,
                          const std::vector<roles::LogEntry>& entries) {
  Audit audit(genesis, hospital, sup);
  for (const roles::LogEntry& entry : entries) {
    if (const auto looked = audit.look(entry); !looked) {
      return failure("entry " + std::to_string(entry.number) + " of the access log does not hold: " + looked.error().message);
    }
  }
  return audit.audited();
}

}  // namespace caduceus
