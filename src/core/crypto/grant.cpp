#include "core/crypto/grant.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

// Q = H0("grant", policy), for the published Q_A + Q_B.
Scalar consent(const Policy& policy) { return hash_to_scalar(ScalarHash::h0, {as_bytes("grant"), encode(policy)}); }

// κ_j = H5(s_α^j, H(policy)): a factor of one grant opens nothing under another (R13).
Secret<Scalar> policy_factor(const Secret<Scalar>& factor, const Bytes32& policy) {
  const SecretBytes bytes = encode_secret(factor);
  return Secret<Scalar>(hash_to_scalar(ScalarHash::h5, {bytes.expose(), policy}));
}

RequestStatement statement_of(const GrantRequest& request, const Identity& doctor) {
  const Bytes32 policy = policy_hash(request.policy);
  return {"req",
          {encode(request.policy.hospital), encode(doctor), encode(request.patient), Bytes(policy.begin(), policy.end()),
           encode(request.records), encode(request.time), encode(request.alpha_cb)},
          request.t_b};
}

}  // namespace

Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const GrantRequest& request) {
  return verify(ppub, doctor, statement_of(request, doctor.identity), request.proof);
}

Checked<void> Policy::check() const {
  if (patient.role != Role::patient || doctor.role != Role::doctor || hospital.role != Role::hospital)
    return reject(Reject::policy_parties);
  if (records.items.empty() || !is_strictly_ascending(records.items)) return reject(Reject::policy_records);
  if (expires <= not_before) return reject(Reject::policy_period);
  if (uses == 0 || uses > most_uses) return reject(Reject::policy_uses);
  return {};
}

Bytes32 policy_hash(const Policy& policy) { return hash({encode(policy)}); }
Bytes32 request_hash(const GrantRequest& request) { return hash({encode(request)}); }

Checked<void> Grant::check() const {
  if (factors.items.size() != policy.records.items.size()) return reject(Reject::grant_factors);
  return {};
}

Checked<Grant> make_grant(const Policy& policy, const Initiator& first_visit, std::span<const Secret<Scalar>* const> factors) {
  TRY_VOID(policy.check());
  if (policy.patient != first_visit.hello().initiator || policy.hospital != first_visit.peer().identity)
    return reject(Reject::grant_not_for_us);
  if (factors.size() != policy.records.items.size()) return reject(Reject::grant_factors);

  const Bytes32 id = policy_hash(policy);
  Secret<Scalar> inverse = first_visit.secret().copy();
  inverse.expose() += consent(policy);
  inverse.expose() = inverse.expose().inverse();
  TRY(const G2 alpha, not_identity(inverse.expose() * G2::generator()));
  Grant grant{policy, alpha, {}};
  for (const auto* factor : factors) {
    Secret<Scalar> product = policy_factor(*factor, id);
    product.expose() *= first_visit.secret().expose();
    grant.factors.items.push_back(product.expose() * G2::generator());
  }
  return grant;
}

Checked<void> GrantRequest::check() const {
  if (!is_strictly_ascending(records.items)) return reject(Reject::policy_records);
  return {};
}

Checked<GrantRequester> GrantRequester::begin(const G1& ppub, const SigningKey& doctor, const SignedLicence& licence, const Grant& grant,
                                              const RecordPlaces& records, Time now, Rng& rng) {
  const Policy& policy = grant.policy;
  if (policy.doctor != doctor.identity) return reject(Reject::grant_not_for_us);
  if (licence.licence.doctor != doctor.identity) return reject(Reject::request_licence);
  GrantRequester requester;
  GrantRequest& request = requester.request_;
  request = {policy, records, now, policy.patient, {}, {}, {}, licence};
  TRY_VOID(request.check());
  for (const RecordPlace& place : records.items) {
    const auto found = std::ranges::find(policy.records.items, place);
    if (found == policy.records.items.end()) return reject(Reject::grant_records);
    requester.factors_.items.push_back(grant.factors.items[static_cast<std::size_t>(found - policy.records.items.begin())]);
  }
  requester.b_.expose() = Scalar::random(rng);
  request.t_b = normalised(requester.b_.expose() * G1::generator());
  request.alpha_cb = normalised(requester.b_.expose() * grant.alpha);
  request.proof = prove(ppub, doctor, requester.b_, statement_of(request, doctor.identity), rng);
  return requester;
}

Checked<void> GrantRequester::check() const {
  if (factors_.items.size() != request_.records.items.size()) return reject(Reject::grant_factors);
  return {};
}

Checked<std::vector<SecretKey>> GrantRequester::record_keys(const G1& t_a) const {
  const AnswerTerms terms{request_.policy.doctor,       request_.policy.hospital, request_.t_b, t_a,
                          policy_hash(request_.policy), request_hash(request_)};
  Secret<G1> shared(t_a);
  shared.expose() *= b_.expose();
  shared.expose() = normalised(shared.expose());
  std::vector<SecretKey> keys;
  for (std::size_t i = 0; i < factors_.items.size(); ++i) {
    const Secret<Gt> k(pairing(shared.expose(), factors_.items[i]));  // K_j = e(b·T_a, F_j)
    TRY(SecretKey key, answer_key(terms, shared, k, request_.records.items[i]));
    keys.push_back(std::move(key));
  }
  return keys;
}

Checked<std::vector<RecordBody>> GrantRequester::open(const Answer& answer) const {
  if (answer.bodies.items.size() != request_.records.items.size()) return reject(Reject::answer_records);
  TRY(const std::vector<SecretKey> keys, record_keys(answer.t_a));
  std::vector<RecordBody> bodies;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    TRY(RecordBody body, open_body(keys[i], answer.bodies.items[i].value));
    bodies.push_back(std::move(body));
  }
  return bodies;
}

GrantMemory GrantMemory::copy() const {
  GrantMemory same{used, revoked, {}};
  for (const auto& one : answered.items) same.answered.items.push_back({one.request, one.time, one.a.copy()});
  return same;
}

Checked<AcceptedRequest> AcceptedRequest::check(const G1& ppub, const Identity& self, const Responder& first_visit,
                                                const GrantRequest& request, const HospitalView& view, const GrantMemory& memory,
                                                Rng& rng) {
  const Policy& policy = request.policy;
  TRY_VOID(policy.check());
  TRY_VOID(request.check());
  TRY_VOID(not_identity(request.t_b));  // R1: with b = 0 all that follows would hold
  // Whose grant, for whom, of what, and until when: what costs nothing comes first.
  if (!first_visit.is_active() || first_visit.peer().identity != policy.patient || request.patient != policy.patient ||
      policy.hospital != self || policy.doctor != view.doctor.identity) {
    return reject(Reject::grant_not_for_us);
  }
  if (!std::ranges::includes(policy.records.items, request.records.items)) return reject(Reject::grant_records);
  if (distance(view.now, request.time) > request_window) return reject(Reject::request_time);
  if (distance(view.now, view.newest_sblock) > request_window) return reject(Reject::sup_behind);
  if (view.now < policy.not_before) return reject(Reject::grant_not_yet_in_force);
  if (view.now >= policy.expires) return reject(Reject::grant_expired);
  if (memory.revoked) return reject(Reject::grant_revoked);
  if (view.doctor_is_revoked) return reject(Reject::doctor_revoked);
  if (request.licence.licence.doctor != policy.doctor) return reject(Reject::request_licence);

  const Bytes32 id = request_hash(request);
  const auto& t1_prime = first_visit.t1_prime();
  CHECK(t1_prime.has_value());  // Hello::check: a hospital's first visits have it
  const auto repeated = std::ranges::find(memory.answered.items, id, &AnsweredRequest::request);
  if (repeated == memory.answered.items.end() && memory.used >= policy.uses) return reject(Reject::grant_used_up);

  TRY_VOID(view.licence_is_verified ? check_licence(view.licence_issuer, request.licence.licence, view.now)
                                    : verify_licence(ppub, view.licence_issuer, request.licence, view.now));
  TRY_VOID(verify(ppub, view.doctor, statement_of(request, policy.doctor), request.proof));
  // α' = T_1 + Q·P1; e(α', α_CB) = e(T_b, P2): only who was given α_C for this policy, and knows b, passes (R11).
  TRY(const G1 alpha, not_identity(first_visit.t1() + consent(policy) * G1::generator()));
  const std::array<PairingFactor, 2> consented{{{alpha, request.alpha_cb}, {G1() - request.t_b, G2::generator()}}};
  if (!pairing_product(consented).is_one()) return reject(Reject::grant_forged);

  AcceptedRequest accepted;
  accepted.request_ = request;
  accepted.t1_prime_ = *t1_prime;
  accepted.a_ = repeated == memory.answered.items.end() ? Secret<Scalar>(Scalar::random(rng)) : repeated->a.copy();
  accepted.terms_ = {policy.doctor, self, request.t_b, normalised(accepted.a_.expose() * G1::generator()), policy_hash(policy), id};
  accepted.shared_.expose() = request.t_b;
  accepted.shared_.expose() *= accepted.a_.expose();
  accepted.shared_.expose() = normalised(accepted.shared_.expose());
  accepted.memory_ = memory.copy();
  auto& answered = accepted.memory_.answered.items;
  std::erase_if(answered, [&](const AnsweredRequest& one) { return one.time + request_window < view.now; });
  if (repeated == memory.answered.items.end()) {
    ++accepted.memory_.used;
    answered.push_back({id, request.time, accepted.a_.copy()});
  }
  return accepted;
}

const G1& AcceptedRequest::t_a() const {
  CHECK(is_persisted_);
  return terms_.t_a;
}

Checked<SecretKey> AcceptedRequest::record_key(std::size_t i, const Secret<Scalar>& factor) const {
  CHECK(is_persisted_ && i < request_.records.items.size());
  // K_j = e(a·κ_j·T_b, T_1')
  Secret<Scalar> product = policy_factor(factor, terms_.subject);
  product.expose() *= a_.expose();
  Secret<G1> point(request_.t_b);
  point.expose() *= product.expose();
  return answer_key(terms_, shared_, Secret<Gt>(pairing(point.expose(), t1_prime_)), request_.records.items[i]);
}

Checked<Answer> AcceptedRequest::answer(std::span<const Secret<Scalar>* const> factors, std::span<const RecordBody* const> bodies) const {
  CHECK(factors.size() == request_.records.items.size() && bodies.size() == factors.size());
  Answer answer{t_a(), {}};
  for (std::size_t i = 0; i < factors.size(); ++i) {
    TRY(const SecretKey key, record_key(i, *factors[i]));
    answer.bodies.items.push_back({seal_body(key, *bodies[i])});
  }
  return answer;
}

}  // namespace caduceus
