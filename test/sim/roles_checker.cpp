#include "test/sim/roles_checker.h"

#include <algorithm>

#include "core/roles/hospital_disputes.h"
#include "core/roles/hospital_visits.h"
#include "test/sim/roles_cluster.h"

namespace caduceus::sim {

using namespace roles;

namespace {

// A hospital may be so far behind SUP (§8), and its clock ahead of the ledger's.
constexpr std::uint64_t most_behind = request_window + 5'000;

bool is(const std::string& reason, std::initializer_list<Reject> some) {
  return std::ranges::any_of(some, [&](Reject one) { return reason == name(one); });
}

}  // namespace

Bytes32 RolesChecker::hash_of_request(const AccessRequest& request) {
  return std::visit([](const auto& one) { return request_hash(one); }, request);
}

void RolesChecker::log_refused(const Identity& hospital) {
  if (!cluster_.hospital_of(hospital).lies()) fail("an honest hospital's log is refused: " + to_string(hospital));
}

void RolesChecker::signs(const Identity& signer, const Slot& slot, const Bytes& what) {
  const auto [before, is_new] = slots_.try_emplace({signer, slot.epoch, slot.number}, what);
  if (!is_new && before->second != what) fail(to_string(signer) + " signs twice under a slot");
}

void RolesChecker::delivers(const Deliver& delivery) {
  const auto hashes = record_hashes(delivery.licence.licence.hospital, delivery.group.group);
  const auto& group = delivery.group.group;
  for (std::size_t i = 0; i < hashes.size(); ++i) written_.emplace(hashes[i], Written{group.records.items[i].record, group.doctor});
}

void RolesChecker::opens(const TransactionHash& htxm, const Bytes32& record) {
  const auto written = written_.find(htxm);
  if (written == written_.end() || written->second.record != record) fail("what was opened is not what its doctor signed");
}

// Of a patient who had not been there when the hospital looked.
void RolesChecker::delivery_refused(const Deliver& delivery, const std::string& reason) {
  const bool is_revoked = cluster_.ledger().revocation(delivery.group.group.doctor, cluster_.ledger().height()).has_value();
  const bool is_so = is(reason, {Reject::visit_unknown, Reject::slot_epoch}) || (is(reason, {Reject::caller_other}) && is_revoked);
  if (!is_so) fail("a delivery is refused: " + reason);
  for (const TransactionHash& htxm : record_hashes(delivery.licence.licence.hospital, delivery.group.group)) written_.erase(htxm);
}

bool RolesChecker::refused(const GrantRequest& request, const std::string& reason, bool cheats) {
  const Policy& policy = request.policy;
  const Granted& grant = grants_[policy_hash(policy)];
  const Time now = cluster_.ledger().now();
  if (is(reason, {Reject::request_time, Reject::sup_behind, Reject::grant_not_yet_in_force})) return false;
  bool is_so = cheats;
  if (is(reason, {Reject::grant_expired})) is_so = now + 5'000 >= policy.expires;
  if (is(reason, {Reject::grant_revoked})) is_so = grant.is_being_revoked;
  if (is(reason, {Reject::grant_used_up}) && !cheats) {
    const HospitalNode& hospital = cluster_.hospital_of(policy.hospital);
    const auto memory = hospital.disk().step().get(grant_memories, PolicyKey{policy.patient, policy_hash(policy)});
    is_so = memory && memory->used >= policy.uses;
  }
  if (is(reason, {Reject::doctor_revoked})) is_so = cluster_.ledger().revocation(policy.doctor, cluster_.ledger().height()).has_value();
  if (is(reason, {Reject::record_erased})) {
    const WriteSet tables = cluster_.hospital_of(policy.hospital).disk().step();
    is_so = std::ranges::any_of(request.records.items, [&](const RecordPlace& place) {
      const auto htxm = tables.get(records_by_place, {policy.patient, place});
      return htxm && erasing_.contains(*htxm);
    });
  }
  if (!is_so) fail("a request by a grant in force is refused: " + reason);
  return true;
}

void RolesChecker::reading_refused(const EmergencyReading& reading, const std::string& reason, bool cheats) {
  if (is(reason, {Reject::sup_behind, Reject::request_time, Reject::emergency_not_committed, Reject::emergency_expired})) return;
  if (cheats && is(reason, {Reject::emergency_used})) return;
  if (is(reason, {Reject::record_erased}) &&
      std::ranges::any_of(reading.records.items, [&](const auto& one) { return erasing_.contains(one); }))
    return;
  if (is(reason, {Reject::doctor_revoked}) && cluster_.ledger().revocation(reading.terms.doctor, cluster_.ledger().height())) return;
  fail("a reading that SUP has is refused: " + reason);
}

void RolesChecker::answered(const HospitalNode& hospital, const Identity& caller, const AccessRequest& request, Time now) {
  const Bytes32 id = hash_of_request(request);
  const Identity patient = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.policy; }) {
          return one.policy.patient;
        } else {
          return one.scope.patient;
        }
      },
      request);
  if (acknowledged_[hospital.identity()].answered.try_emplace(id, Answered{patient, request}).second) ++accesses_;
  std::visit([&](const auto& one) { judge(hospital, caller, one, now); }, request);
}

void RolesChecker::check_doctor(const Identity& doctor, Time now) {
  const auto revoked = cluster_.ledger().revocation(doctor, cluster_.ledger().height());
  if (revoked && now > revoked->time + most_behind) fail("a doctor is answered who was revoked");
}

void RolesChecker::judge(const HospitalNode& hospital, const Identity& caller, const GrantRequest& request, Time now) {
  const Policy& policy = request.policy;
  check_doctor(caller, now);
  const auto found = grants_.find(policy_hash(policy));
  if (found == grants_.end() || found->second.policy != policy) return fail("a request is answered by a grant that nobody gave");
  Granted& grant = found->second;
  if (policy.doctor != caller) fail("a request is answered to another doctor than the grant's");
  if (policy.hospital != hospital.identity()) fail("a request is answered by another hospital than the grant's");
  if (!std::ranges::includes(policy.records.items, request.records.items)) fail("records are given out that the grant does not name");
  // From the check to the answer it takes a moment.
  if (now < policy.not_before || now >= policy.expires + 100) fail("a request is answered by a grant that is not in force");
  if (grant.is_revoked) fail("a request is answered by a grant that was revoked");
  grant.answered.insert(request_hash(request));
  if (grant.answered.size() > policy.uses) fail("a grant is used more often than it may be");
}

void RolesChecker::judge(const HospitalNode& hospital, const Identity& caller, const EmergencyRequest& request, Time now) {
  check_doctor(caller, now);
  const auto there = cluster_.ledger().emergency(request.htxu, cluster_.ledger().height());
  if (!there) return fail("an emergency request is answered that SUP does not have");
  const EmergencyTerms& terms = there->terms;
  if (terms.doctor != caller || terms.kind != request.kind || terms.hur != emergency_hash(request.kind, request.scope)) {
    fail("an emergency request is answered that is another one on SUP");
  }
  if (request.scope.hospital != hospital.identity()) fail("an emergency request is answered by another hospital");
  if (now > there->committed.time + emergency_life + most_behind) fail("an emergency request is answered that is over");
  auto& answered = emergencies_[hash({as_bytes(to_string(hospital.identity())), request.htxu})];
  answered.insert(request_hash(request));
  const std::size_t most = request.kind == EmergencyKind::open ? EmergencyMemory::most_openings : 1;
  if (answered.size() > most) fail("an emergency request is used more often than it may be");
}

void RolesChecker::acknowledged(const HospitalNode& hospital, const Identity& caller, const RecordRequest& request,
                                const RecordResponse& response) {
  Acknowledged& known = acknowledged_[hospital.identity()];
  if (const auto* delivered = std::get_if<Delivered>(&response)) {
    const Deliver& delivery = std::get<Deliver>(request);
    const auto hashes = record_hashes(hospital.identity(), delivery.group.group);
    for (std::uint32_t i = 0; i < hashes.size(); ++i) {
      const auto [place, is_new] = known.records.try_emplace({delivery.patient, {delivered->batch, i + 1}}, hashes[i]);
      if (!is_new && place->second != hashes[i]) fail("two records have one place");
    }
  }
  const auto* const delivery = std::get_if<Deliver>(&request);
  const auto* const refusal = std::get_if<Refusal>(&response);
  if (delivery != nullptr && refusal != nullptr && is(refusal->reason.value, {Reject::visit_unknown}) &&
      known.visits.contains(delivery->patient)) {
    fail("a delivery is refused for a visit that was acknowledged");
  }
  if (std::holds_alternative<Ack>(response)) known.visits.insert(caller);
  if (!std::holds_alternative<Done>(response)) return;
  if (const auto* revocation = std::get_if<RevokeGrant>(&request)) known.revocations.emplace(revocation->patient, revocation->policy);
  if (const auto* store = std::get_if<StoreKeyslot>(&request)) {
    auto& came = known.keyslots[caller];
    came.erase(came.begin(), std::ranges::find(came, keyslot_hash(store->keyslot)));
    known.has_keyslot.insert(caller);
  }
  if (const auto* words = std::get_if<DisputeWords>(&request)) known.disputes.insert(words->dispute);
}

void RolesChecker::stores(const HospitalNode& hospital, const Identity& patient, const Bytes32& keyslot) {
  acknowledged_[hospital.identity()].keyslots[patient].push_back(keyslot);
}

void RolesChecker::erased(const HospitalNode& hospital, const TransactionHash& htxm) {
  acknowledged_[hospital.identity()].erased.insert(htxm);
}

void RolesChecker::audit(const HospitalNode& hospital, const WriteSet& tables) {
  const Acknowledged& known = acknowledged_[hospital.identity()];
  for (const auto& [place, htxm] : known.records) {
    const auto there = tables.get(records_by_place, place);
    if (!there || *there != htxm || !tables.get(held_records, htxm)) fail("a record that was acknowledged is lost");
  }
  for (const Identity& patient : known.visits) {
    if (!active_visit_of(tables, patient)) fail("a visit that was acknowledged is lost");
  }
  for (const auto& key : known.revocations) {
    const auto memory = tables.get(grant_memories, key);
    if (!memory || !memory->revoked) fail("a revocation that was acknowledged is lost");
  }
  for (const Identity& patient : known.has_keyslot) {
    const auto there = tables.get(keyslots, patient);
    if (!there) {
      fail("a keyslot that was acknowledged is lost");
    } else if (std::ranges::find(known.keyslots.at(patient), keyslot_hash(*there)) == known.keyslots.at(patient).end()) {
      fail("an older keyslot stands in the place of one that was acknowledged");
    }
  }
  for (const TransactionHash& dispute : known.disputes) {
    if (!tables.get(held_disputes, dispute)) fail("a dispute that was acknowledged is lost");
  }
  for (const TransactionHash& htxm : known.erased) {
    const auto record = tables.get(held_records, htxm);
    if (!record || !record->is_erased) fail("an erasure is forgotten");
  }
  if (!hospital.lies()) audit_log(hospital, tables, known);
}

// One chain; every answer in it, once; and as many entries by each right as it was used.
void RolesChecker::audit_log(const HospitalNode& hospital, const WriteSet& tables, const Acknowledged& known) {
  LogHead head;
  std::set<Bytes32> logged;
  std::map<PolicyKey, std::uint32_t> uses;
  std::map<TransactionHash, std::size_t> emergencies;
  tables.for_each_under(log_entries, {}, [&](std::uint64_t /*number*/, const LogEntry& entry) {
    if (!follows(head, entry)) fail("the log of " + to_string(hospital.identity()) + " is no chain");
    head = {entry.number, entry_hash(entry)};
    if (!logged.insert(hash_of_request(entry.request)).second) fail("a request stands twice in the log");
    if (const auto* consented = std::get_if<GrantRequest>(&entry.request)) {
      ++uses[{entry.patient, policy_hash(consented->policy)}];
    } else {
      ++emergencies[std::get<EmergencyRequest>(entry.request).htxu];
    }
    return true;
  });
  if (AccessLog(const_cast<WriteSet&>(tables)).head() != head) fail("the log's head is not that of its newest entry");
  for (const auto& [id, one] : known.answered) {
    if (!logged.contains(id)) fail("a request was answered, and is not in the log");
  }
  for (const auto& [key, count] : uses) {
    const auto memory = tables.get(grant_memories, key);
    if (!memory || memory->used != count) fail("a grant's uses are not those in the log");
  }
  for (const auto& [htxu, count] : emergencies) {
    const auto memory = tables.get(emergency_memories, htxu);
    if (!memory || memory->answered.items.size() != count) fail("an emergency request's uses are not those in the log");
  }
}

void RolesChecker::look_at(const PatientNode& patient) {
  look_for_deliveries();
  const WriteSet tables = patient.disk().step();
  const auto accesses = patient::accesses_of(tables);
  for (std::size_t i = 0; i < cluster_.setup().hospitals; ++i) look_at(patient, cluster_.hospital(i), accesses);

  // What her hospitals have of her, she knows, unless her relay drops letters.
  if (cluster_.loses_mail_of(patient.identity())) return;
  for (const auto& [hospital, known] : acknowledged_) {
    for (const auto& [place, htxm] : known.records) {
      if (place.first != patient.identity() || erasing_.contains(htxm)) continue;
      const auto held = tables.get(patient::held_records, patient::RecordName{hospital, place.second});
      if (!held || held->htxm() != htxm) fail("a patient does not know of a record of hers");
    }
    for (const TransactionHash& htxm : known.erased) {
      const auto name = tables.get(patient::records_by_hash, htxm);
      if (name && !tables.get(patient::held_records, *name)->erased) fail("a patient does not know that a record is erased");
    }
  }
}

// What a doctor signed, and was not refused, some hospital has: of one who was revoked, perhaps not.
void RolesChecker::look_for_deliveries() {
  for (const auto& [htxm, written] : written_) {
    if (cluster_.ledger().revocation(written.doctor, cluster_.ledger().height())) continue;
    bool is_there = false;
    for (std::size_t i = 0; i < cluster_.setup().hospitals && !is_there; ++i) {
      is_there = cluster_.hospital(i).disk().step().get(held_records, htxm).has_value();
    }
    if (!is_there) fail("a delivery that was signed is lost");
  }
}

void RolesChecker::look_at(const PatientNode& patient, const HospitalNode& hospital, const std::vector<patient::Access>& accesses) {
  const WriteSet tables = patient.disk().step();
  std::set<Bytes32> told;
  tables.for_each_under(patient::log_letters, {}, [&](const auto& place, const SignedLogEntry& entry) {
    if (place.first == hospital.identity()) told.insert(hash_of_request(entry.entry.request));
    return true;
  });
  for (const auto& [id, one] : acknowledged_[hospital.identity()].answered) {
    if (one.patient != patient.identity()) continue;
    if (!hospital.lies() && !told.contains(id)) fail("a patient does not find an access");
    const auto* const emergency = std::get_if<EmergencyRequest>(&one.request);
    if (emergency == nullptr) continue;
    // A reading shows by its marks, whatever its hospital says; an opening, by the hospital's word.
    const auto found = std::ranges::find(accesses, std::optional(emergency->htxu), &patient::Access::htxu);
    const bool can_know = !hospital.lies() || (emergency->kind == EmergencyKind::read && !cluster_.loses_mail_of(patient.identity()));
    if (can_know && (found == accesses.end() || !found->is_on_sup)) fail("a patient does not find an emergency access on SUP");
  }
  for (const patient::Access& access : accesses) {
    const bool is_honest = access.is_in_log && access.hospital == hospital.identity() && !hospital.lies();
    if (is_honest && access.concern != patient::AccessConcern::none) {
      fail("a patient suspects an honest hospital: concern " + std::to_string(static_cast<int>(access.concern)));
    }
  }
}

}  // namespace caduceus::sim
