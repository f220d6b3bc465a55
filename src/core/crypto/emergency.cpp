#include "core/crypto/emergency.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Bytes32 reading_proof(const SecretKey& token, const EmergencyRequest& request) {
  return mac(token, {request.htxu, request.t_b.encode(), encode(request.scope.hospital)});
}

RequestStatement statement_of(const EmergencyRequest& request, const Identity& doctor) {
  return {"emergency",
          {encode(request.kind), encode(request.scope), encode(doctor), Bytes(request.htxu.begin(), request.htxu.end()),
           encode(request.time), encode(request.proofs)},
          request.t_b};
}

}  // namespace

Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const EmergencyRequest& request) {
  return verify(ppub, doctor, statement_of(request, doctor.identity), request.proof);
}

Bytes32 emergency_hash(EmergencyKind kind, const EmergencyScope& scope) {
  return kind == EmergencyKind::open ? hash({encode(scope.patient), scope.nonce}) : hash({encode(scope)});
}

Bytes32 emergency_mark(const SecretKey& token, const Identity& doctor, Time ts3) { return mac(token, {encode(doctor), encode(ts3)}); }

Checked<void> EmergencyRequest::check() const {
  if ((kind == EmergencyKind::read) == scope.records.items.empty()) return reject(Reject::emergency_kind);
  if (!is_strictly_ascending(scope.records.items)) return reject(Reject::policy_records);
  if (proofs.items.size() != scope.records.items.size()) return reject(Reject::emergency_marks);
  return {};
}

Bytes32 request_hash(const EmergencyRequest& request) { return hash({encode(request)}); }

Checked<EmergencyRequester> EmergencyRequester::begin(const G1& ppub, const IdentityKeys& doctor, const SignedLicence& licence,
                                                      EmergencyKind kind, const EmergencyScope& scope, const Bytes32& htxu,
                                                      std::span<const SecretKey* const> tokens, Time now, Rng& rng) {
  const Identity& self = doctor.signing.identity;
  if (licence.licence.doctor != self) return reject(Reject::request_licence);
  EmergencyRequester requester;
  requester.b_.expose() = Scalar::random(rng);
  EmergencyRequest& request = requester.request_;
  request = {kind, scope, htxu, now, normalised(requester.b_.expose() * G1::generator()), {}, {}, licence};
  for (const auto* token : tokens) request.proofs.items.push_back(reading_proof(*token, request));
  TRY_VOID(request.check());
  request.proof = prove(ppub, doctor.signing, requester.b_, statement_of(request, self), rng);
  return requester;
}

Checked<std::vector<SecretKey>> EmergencyRequester::record_keys(const IdentityKeys& doctor, const G1& t_a) const {
  const Identity& hospital = request_.scope.hospital;
  const AnswerTerms terms{doctor.signing.identity, hospital, request_.t_b, t_a, request_.htxu, request_hash(request_)};
  Secret<G1> shared(t_a);
  shared.expose() *= b_.expose();
  shared.expose() = normalised(shared.expose());
  const Secret<Gt> k(pairing(doctor.agreement.g1.expose(), hash_to_g2({encode(hospital)})));
  std::vector<std::optional<RecordPlace>> places(request_.scope.records.items.begin(), request_.scope.records.items.end());
  if (places.empty()) places.emplace_back();
  std::vector<SecretKey> keys;
  for (const auto& place : places) {
    TRY(SecretKey key, answer_key(terms, shared, k, place));
    keys.push_back(std::move(key));
  }
  return keys;
}

Checked<std::vector<RecordBody>> EmergencyRequester::open_records(const IdentityKeys& doctor, const Answer& answer) const {
  if (request_.kind != EmergencyKind::read) return reject(Reject::emergency_kind);
  if (answer.bodies.items.size() != request_.scope.records.items.size()) return reject(Reject::answer_records);
  TRY(const std::vector<SecretKey> opening, record_keys(doctor, answer.t_a));
  std::vector<RecordBody> bodies;
  for (std::size_t i = 0; i < opening.size(); ++i) {
    TRY(RecordBody body, open_body(opening[i], answer.bodies.items[i].value));
    bodies.push_back(std::move(body));
  }
  return bodies;
}

Checked<SecretBytes> EmergencyRequester::open_keyslot(const IdentityKeys& doctor, const Answer& answer) const {
  if (request_.kind != EmergencyKind::open) return reject(Reject::emergency_kind);
  if (answer.bodies.items.size() != 1) return reject(Reject::answer_records);
  TRY(const std::vector<SecretKey> opening, record_keys(doctor, answer.t_a));
  return open_once(opening.front(), answer.bodies.items[0].value);
}

EmergencyMemory EmergencyMemory::copy() const {
  EmergencyMemory same;
  for (const auto& one : answered.items) same.answered.items.push_back({one.request, one.a.copy()});
  return same;
}

Checked<AcceptedEmergency> AcceptedEmergency::check(const G1& ppub, const IdentityKeys& self, const EmergencyRequest& request,
                                                    std::span<const SecretKey* const> tokens, const EmergencyView& view,
                                                    const EmergencyMemory& memory, Rng& rng) {
  TRY_VOID(request.check());
  TRY_VOID(not_identity(request.t_b));  // R1
  CHECK(tokens.size() == request.scope.records.items.size());
  if (request.scope.hospital != self.signing.identity) return reject(Reject::grant_not_for_us);
  if (distance(view.now, request.time) > request_window) return reject(Reject::request_time);
  if (distance(view.now, view.newest_sblock) > request_window) return reject(Reject::sup_behind);
  if (!view.committed) return reject(Reject::emergency_not_committed);
  const CommittedEmergency& committed = *view.committed;
  if (committed.kind != request.kind || committed.hur != emergency_hash(request.kind, request.scope)) {
    return reject(Reject::emergency_other_request);
  }
  const Licence& licence = request.licence.licence;
  if (committed.doctor != view.doctor.identity || committed.hospital != licence.hospital) return reject(Reject::emergency_parties);
  if (licence.doctor != committed.doctor) return reject(Reject::request_licence);
  if (distance(view.now, committed.committed) > emergency_life) return reject(Reject::emergency_expired);
  if (view.doctor_is_revoked) return reject(Reject::doctor_revoked);

  const Bytes32 id = request_hash(request);
  const auto& answered = memory.answered.items;
  const auto repeated = std::ranges::find(answered, id, &EmergencyMemory::Answered::request);
  const std::size_t most = request.kind == EmergencyKind::open ? EmergencyMemory::most_openings : 1;
  if (repeated == answered.end() && answered.size() >= most) return reject(Reject::emergency_used);

  // R15: τ_j, which only the opened index gives, stands behind the marks on SUP and behind this T_b.
  if (committed.marks.size() != tokens.size()) return reject(Reject::emergency_marks);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool marked = equal_in_constant_time(committed.marks[i], emergency_mark(*tokens[i], committed.doctor, committed.ts3));
    const bool proved = equal_in_constant_time(request.proofs.items[i], reading_proof(*tokens[i], request));
    if (declassify(marked && proved) == 0) return reject(Reject::emergency_marks);
  }
  TRY_VOID(verify_licence(ppub, view.licence_issuer, request.licence, view.now));
  TRY_VOID(verify(ppub, view.doctor, statement_of(request, committed.doctor), request.proof));

  const Secret<Scalar> a = repeated == answered.end() ? Secret<Scalar>(Scalar::random(rng)) : repeated->a.copy();
  AcceptedEmergency accepted;
  accepted.request_ = request;
  accepted.terms_ = {committed.doctor, self.signing.identity, request.t_b, normalised(a.expose() * G1::generator()), request.htxu, id};
  accepted.shared_.expose() = request.t_b;
  accepted.shared_.expose() *= a.expose();
  accepted.shared_.expose() = normalised(accepted.shared_.expose());
  accepted.k_.expose() = pairing(hash_to_g1(PointHash::key_agreement, {encode(committed.doctor)}), self.agreement.g2.expose());
  accepted.memory_ = memory.copy();
  if (repeated == answered.end()) accepted.memory_.answered.items.push_back({id, a.copy()});
  return accepted;
}

const G1& AcceptedEmergency::t_a() const {
  CHECK(is_persisted_);
  return terms_.t_a;
}

Checked<SecretKey> AcceptedEmergency::record_key(std::size_t i) const {
  CHECK(is_persisted_ && i < request_.scope.records.items.size());
  return answer_key(terms_, shared_, k_, request_.scope.records.items[i]);
}

Checked<Answer> AcceptedEmergency::answer_records(std::span<const RecordBody* const> bodies) const {
  CHECK(request_.kind == EmergencyKind::read && bodies.size() == request_.scope.records.items.size());
  Answer answer{t_a(), {}};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    TRY(const SecretKey key, record_key(i));
    answer.bodies.items.push_back({seal_body(key, *bodies[i])});
  }
  return answer;
}

Checked<Answer> AcceptedEmergency::answer_keyslot(ByteView keyslot) const {
  CHECK(is_persisted_ && request_.kind == EmergencyKind::open);
  TRY(const SecretKey key, answer_key(terms_, shared_, k_, std::nullopt));
  return Answer{terms_.t_a, {{{seal_once(key, keyslot)}}}};
}

}  // namespace caduceus
