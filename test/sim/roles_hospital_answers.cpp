// What doctors ask a simulated hospital for, as host/node/record_answers.cpp answers it.
#include <algorithm>

#include "test/sim/roles_bodies.h"
#include "test/sim/roles_cluster.h"
#include "test/sim/roles_hospital.h"

namespace caduceus::sim {

using namespace roles;

struct HospitalNode::Consented {
  GrantRequest request;
  HospitalView view;
  SharingRead read;
  std::optional<AcceptedRequest> accepted;
};

struct HospitalNode::Emergency {
  EmergencyRequest request;
  EmergencyView view;
  EmergencyRead read;
  std::optional<AcceptedEmergency> accepted;
};

namespace {

std::vector<const SecretKey*> pointers(const std::vector<SecretKey>& keys) {
  std::vector<const SecretKey*> all;
  for (const SecretKey& key : keys) all.push_back(&key);
  return all;
}

const Licence& licence_of(const AccessRequest& request) {
  return std::visit([](const auto& one) -> const Licence& { return one.licence.licence; }, request);
}

// Planted: as if SUP had what is asked.
CommittedEmergency made_up(const EmergencyRequest& request, const std::vector<SecretKey>& tokens, Time now) {
  CommittedEmergency made{
      request.kind, doctor_of(request), request.licence.licence.hospital, emergency_hash(request.kind, request.scope), {}, request.time,
      now};
  for (const SecretKey& token : tokens) made.marks.push_back(emergency_mark(token, made.doctor, made.ts3));
  return made;
}

}  // namespace

void HospitalNode::on(const Asked& asked, const AskRecords& ask) {
  const auto opened = open_sealed(self_.sealing, request_use, ask.request);
  if (!opened) return refuse(asked, opened.error());
  auto request = decode<AccessRequest>(opened->expose());
  if (!request) return refuse(asked, request.error());
  // Whose licence it is, the certificate on this connection says as well: nobody uses another's request.
  if (doctor_of(*request) != asked.caller && !has(RolesPlant::accept_other_doctor)) return refuse(asked, Reject::caller_other);
  if (cluster_.world().member(doctor_of(*request)) == nullptr || cluster_.world().member(licence_of(*request).hospital) == nullptr) {
    return refuse(asked, Reject::account_unknown);
  }
  if (const auto* consented = std::get_if<GrantRequest>(&*request)) {
    if (has(RolesPlant::check_out_of_turn)) return consent(asked, *consented);
    in_turn(asked, encode(std::pair(Byte{2}, std::pair(consented->policy.patient, policy_hash(consented->policy)))),
            [this, one = *consented](const Asked& mine) { consent(mine, one); });
  } else {
    const auto& one = std::get<EmergencyRequest>(*request);
    in_turn(asked, encode(std::pair(Byte{5}, one.htxu)), [this, one](const Asked& mine) { emergency(mine, one); });
  }
}

void HospitalNode::consent(const Asked& asked, GrantRequest request) {
  const auto one = std::make_shared<Consented>();
  one->request = std::move(request);
  const Policy& policy = one->request.policy;
  const auto visit = active_visit_of(step(), policy.patient);
  if (!visit) return refuse(asked, visit.error());
  const Identity& doctor = doctor_of(one->request);
  one->view = {now(), sup_time(), cluster_.world().key_of(doctor), cluster_.world().key_of(one->request.licence.licence.hospital),
               is_revoked(doctor)};
  if (has(RolesPlant::skip_expiry)) one->view.now = Time(std::min(now().value(), policy.expires.value() - 1));
  auto read = prepare_sharing(step(), one->request);
  if (!read) return refuse(asked, read.error());
  one->read = *std::move(read);
  auto accepted = AcceptedRequest::check(cluster_.world().ppub(), identity(), visit->agreement, one->request, one->view, one->read.memory,
                                         cluster_.kernel().rng());
  if (!accepted) return refuse(asked, accepted.error());
  one->accepted = *std::move(accepted);
  work([this, asked, one] {
    WriteSet kept = step();
    const LogLie how = draw_lie();
    if (how == LogLie::none && !has(RolesPlant::skip_log)) {
      record_sharing(kept, one->request, one->read.memory, one->accepted->to_persist(), one->view.now);
    } else {
      kept.put(grant_memories, {one->request.policy.patient, policy_hash(one->request.policy)}, one->accepted->to_persist());
      if (one->accepted->to_persist().used != one->read.memory.used) lie(kept, how, one->request.policy.patient);
    }
    if (has(RolesPlant::forget_use)) {
      GrantMemory memory = one->accepted->to_persist().copy();
      memory.used = one->read.memory.used;
      kept.put(grant_memories, {one->request.policy.patient, policy_hash(one->request.policy)}, memory);
    }
    if (has(RolesPlant::answer_before_sync)) {
      write(kept);
      return share(asked, *one);
    }
    write(kept, [this, asked, one] { share(asked, *one); });
  });
}

void HospitalNode::share(const Asked& asked, Consented& one) {
  one.accepted->persisted();
  const auto bodies = bodies_of(one.read.records);
  if (!bodies) return refuse(asked, Reject::record_erased);
  std::vector<const Secret<Scalar>*> factors;
  std::vector<const RecordBody*> whole;
  for (const auto& [htxm, record] : one.read.records) factors.push_back(&record.factor);
  for (const RecordBody& body : *bodies) whole.push_back(&body);
  auto made = one.accepted->answer(factors, whole);
  if (!made) return refuse(asked, made.error());
  cluster_.checker().answered(*this, asked.caller, AccessRequest(one.request), now());
  answer(asked, *std::move(made));
}

void HospitalNode::emergency(const Asked& asked, EmergencyRequest request) {
  const auto one = std::make_shared<Emergency>();
  one->request = std::move(request);
  const Identity& doctor = doctor_of(one->request);
  one->view = {now(),
               sup_time(),
               {},
               cluster_.world().key_of(doctor),
               cluster_.world().key_of(one->request.licence.licence.hospital),
               is_revoked(doctor)};
  if (const auto there = cluster_.ledger().emergency(one->request.htxu, sup_)) {
    const EmergencyTerms& terms = there->terms;
    one->view.committed =
        CommittedEmergency{terms.kind, terms.doctor, terms.hospital, terms.hur, terms.marks.items, terms.ts3, there->committed.time};
  }
  auto read = prepare_emergency(step(), one->request, one->view.now);
  if (!read) return refuse(asked, read.error());
  one->read = *std::move(read);
  if (has(RolesPlant::skip_sup)) one->view.committed = made_up(one->request, one->read.tokens, one->view.now);
  auto accepted = AcceptedEmergency::check(cluster_.world().ppub(), self_.keys, one->request, pointers(one->read.tokens), one->view,
                                           one->read.memory, cluster_.kernel().rng());
  if (!accepted) return refuse(asked, accepted.error());
  one->accepted = *std::move(accepted);
  work([this, asked, one] {
    WriteSet kept = step();
    const LogLie how = draw_lie();
    if (how == LogLie::none) {
      const auto recorded = record_emergency(kept, one->request, one->read.memory, one->accepted->to_persist(), one->view.now);
      if (!recorded) return refuse(asked, recorded.error());
    } else {
      kept.put(emergency_memories, one->request.htxu, one->accepted->to_persist());
      lie(kept, how, one->request.scope.patient);
    }
    if (has(RolesPlant::forget_reading)) kept.erase(emergency_memories, one->request.htxu);
    write(kept, [this, asked, one] { give(asked, *one); });
  });
}

void HospitalNode::give(const Asked& asked, Emergency& one) {
  one.accepted->persisted();
  if (one.request.kind == EmergencyKind::open) {
    auto made = one.accepted->answer_keyslot(encode(*one.read.keyslot));
    if (!made) return refuse(asked, made.error());
    cluster_.checker().answered(*this, asked.caller, AccessRequest(one.request), now());
    return answer(asked, *std::move(made));
  }
  const auto bodies = bodies_of(one.read.records);
  if (!bodies) return refuse(asked, Reject::record_erased);
  std::vector<const RecordBody*> whole;
  for (const RecordBody& body : *bodies) whole.push_back(&body);
  auto made = one.accepted->answer_records(whole);
  if (!made) return refuse(asked, made.error());
  cluster_.checker().answered(*this, asked.caller, AccessRequest(one.request), now());
  answer(asked, *std::move(made));
}

std::optional<std::vector<RecordBody>> HospitalNode::bodies_of(std::span<const std::pair<TransactionHash, HeldRecord>> records) const {
  std::vector<RecordBody> bodies;
  for (const auto& [htxm, record] : records) {
    const auto stored = step().get(sim_bodies, record.body);
    if (!stored) return std::nullopt;
    bodies.push_back({{stored->salt, htxm, record.proof}, SecretBytes(stored->emr.value)});
  }
  return bodies;
}

LogLie HospitalNode::draw_lie() {
  if (!lies_ || cluster_.kernel().happens(2)) return LogLie::none;
  return cluster_.kernel().happens(2) ? LogLie::leaves_out : LogLie::tells_an_older_one;
}

// A request of before stands in the log once more, in place of the one that is answered.
void HospitalNode::lie(WriteSet& step, LogLie how, const Identity& patient) {
  if (how != LogLie::tells_an_older_one) return;
  const std::vector<LogEntry> older = AccessLog(step).entries_of(patient, 0, 64);
  if (older.empty()) return;
  const LogEntry entry = AccessLog(step).add(patient, older[cluster_.kernel().rng().below(older.size())].request, now());
  notify(step, {patient, NewAccess{entry.number}});
}

}  // namespace caduceus::sim
