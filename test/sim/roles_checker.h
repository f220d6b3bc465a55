// What must hold in every simulation of roles, looked at from above.
//
//   1  No hospital answers but by a grant in force, to whom it names, of what it names, as often as it says, not revoked as far as the patient was
//      told; or by what SUP has committed.
//   2  A request that is refused was refused for what is so; what was granted and is in force is opened in the end.
//   3  What was answered stands in the hospital's log, once, and in the patient's list; what a liar leaves out of its log, SUP shows.
//   4  What a hospital acknowledged is there after every crash: records, confirmed visits, revocations, keyslots, disputes, erasures; uses of a grant are
//      as many as its entries in the log; no slot signs twice.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/roles/doctor_emergency.h"
#include "core/roles/patient_access_list.h"
#include "test/sim/roles_ledger.h"

namespace caduceus::sim {

class HospitalNode;
class PatientNode;
class RolesCluster;

class RolesChecker {
 public:
  explicit RolesChecker(const RolesCluster& cluster) : cluster_(cluster) {}

  [[nodiscard]] const std::string& broken() const { return broken_; }  // empty while all holds
  void fail(std::string what) {
    if (broken_.empty()) broken_ = std::move(what);
  }

  // A patient's: that she gives, that she takes back, that she was told is revoked.
  void granted(const Policy& policy) { grants_[policy_hash(policy)].policy = policy; }
  void revoking(const Policy& policy) { grants_[policy_hash(policy)].is_being_revoked = true; }
  void revoked(const Policy& policy) { grants_[policy_hash(policy)].is_revoked = true; }
  // She refuses an entry of this hospital's log.
  void log_refused(const Identity& hospital);

  // A doctor, or a hospital for its bundles.
  void signs(const Identity& signer, const Slot& slot, const Bytes& what);
  void delivers(const roles::Deliver& delivery);
  // What an answer had in it.
  void opens(const TransactionHash& htxm, const Bytes32& record);
  void delivery_refused(const roles::Deliver& delivery, const std::string& reason);
  // Whether there is no use in asking again. Of one who cheats, anything may be.
  [[nodiscard]] bool refused(const GrantRequest& request, const std::string& reason, bool cheats);
  void reading_refused(const roles::EmergencyReading& reading, const std::string& reason, bool cheats);

  // A hospital: an answer leaves, made at this time of its clock; any response leaves; a record is on order to be erased, and is.
  void answered(const HospitalNode& hospital, const Identity& caller, const roles::AccessRequest& request, Time now);
  void acknowledged(const HospitalNode& hospital, const Identity& caller, const roles::RecordRequest& request,
                    const roles::RecordResponse& response);
  // A patient's keyslot came, and takes its turn to the disk.
  void stores(const HospitalNode& hospital, const Identity& patient, const Bytes32& keyslot);
  void erasing(const TransactionHash& htxm) { erasing_.insert(htxm); }
  void erased(const HospitalNode& hospital, const TransactionHash& htxm);
  // What is on its disk, after a crash or in the end.
  void audit(const HospitalNode& hospital, const roles::WriteSet& tables);

  // In the end, when she has looked at everything.
  void look_at(const PatientNode& patient);

  [[nodiscard]] std::uint64_t accesses() const { return accesses_; }  // answered, repeats apart
  [[nodiscard]] std::size_t grants() const { return grants_.size(); }

 private:
  struct Granted {
    Policy policy;
    bool is_being_revoked = false;
    bool is_revoked = false;
    std::set<Bytes32> answered;  // requests
  };
  struct Answered {
    Identity patient;
    roles::AccessRequest request;
  };
  struct Written {
    Bytes32 record;  // hEMR
    Identity doctor;
  };
  // Of one hospital, what it must never forget.
  struct Acknowledged {
    std::map<Bytes32, Answered> answered;  // by the request's hash
    std::map<std::pair<Identity, RecordPlace>, TransactionHash> records;
    std::set<Identity> visits;
    std::set<std::pair<Identity, Bytes32>> revocations;
    // In the order in which they came: the acknowledged one, if any was, and those of which no answer says yet that they are in its place.
    std::map<Identity, std::vector<Bytes32>> keyslots;
    std::set<Identity> has_keyslot;  // one was acknowledged
    std::set<TransactionHash> disputes;
    std::set<TransactionHash> erased;
  };

  void judge(const HospitalNode& hospital, const Identity& caller, const GrantRequest& request, Time now);
  void judge(const HospitalNode& hospital, const Identity& caller, const EmergencyRequest& request, Time now);
  void check_doctor(const Identity& doctor, Time now);
  void audit_log(const HospitalNode& hospital, const roles::WriteSet& tables, const Acknowledged& known);
  void look_for_deliveries();
  void look_at(const PatientNode& patient, const HospitalNode& hospital, const std::vector<roles::patient::Access>& accesses);
  [[nodiscard]] static Bytes32 hash_of_request(const roles::AccessRequest& request);

  const RolesCluster& cluster_;
  std::map<Bytes32, Granted> grants_;  // by H(policy)
  std::map<TransactionHash, std::set<Bytes32>> emergencies_;  // by htxU and hospital, requests that were answered
  std::map<std::tuple<Identity, Epoch, std::uint16_t>, Bytes> slots_;
  std::map<Identity, Acknowledged> acknowledged_;
  std::set<TransactionHash> erasing_;
  std::map<TransactionHash, Written> written_;
  std::uint64_t accesses_ = 0;
  std::string broken_;
};

}  // namespace caduceus::sim
