// Sharing with consent (PROTOCOL.md §6, TAKA): a three-party key agreement in which the patient's grant, made beforehand, is one of the
// three parts. The way of a grant:
//
//   patient   make_grant(policy, c1, factors)                       → Grant, sealed under the key agreed with the doctor
//   doctor    GrantRequester::begin(grant, records, …)              → GrantRequest, sealed to the hospital's key
//   hospital  AcceptedRequest::check(request, …)                    → what to remember; persisted();
//             answer(factors, bodies)                               → Answer
//   doctor    open(answer)                                          → the records
#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "core/crypto/answer.h"
#include "core/crypto/key_agreement.h"
#include "core/crypto/licence.h"
#include "core/crypto/request_proof.h"

namespace caduceus {

// What the patient consents to.
struct Policy {
  static constexpr std::uint32_t most_uses = 1000;

  ByteArray<16> id{};
  Identity patient;
  Identity doctor;
  Identity hospital;  // where the records lie
  RecordPlaces records;
  Time not_before;
  Time expires;
  Text<1, 64> purpose;
  std::uint32_t uses = 1;

  static auto fields(auto& self) {
    return std::tie(self.id, self.patient, self.doctor, self.hospital, self.records, self.not_before, self.expires, self.purpose,
                    self.uses);
  }
  // Reject::policy_parties, policy_records, policy_period, policy_uses.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Policy&, const Policy&) = default;
};

Bytes32 policy_hash(const Policy& policy);  // H(policy)

struct Grant {
  Policy policy;
  G2 alpha;                                      // α_C = (c1 + Q)^{-1}·P2
  List<G2, most_records_at_once, 1> factors;  // F_j = c1·κ_j·P2, in the order of the policy's records

  static auto fields(auto& self) { return std::tie(self.policy, self.alpha, self.factors); }
  // Reject::grant_factors.
  [[nodiscard]] Checked<void> check() const;
};

// By the patient: c1 of the first visit with the policy's hospital, and the factors s_α^j of the policy's records in their order.
// Reject::policy_…, grant_factors, grant_not_for_us when the policy is not of this patient's visit.
[[nodiscard]] Checked<Grant> make_grant(const Policy& policy, const Initiator& first_visit, std::span<const Secret<Scalar>* const> factors);

struct GrantRequest {
  Policy policy;
  RecordPlaces records;  // of the policy's
  Time time;
  Identity patient;
  G1 t_b;       // b·P1
  G2 alpha_cb;  // b·α_C
  RequestProof proof;
  SignedLicence licence;

  static auto fields(auto& self) {
    return std::tie(self.policy, self.records, self.time, self.patient, self.t_b, self.alpha_cb, self.proof, self.licence);
  }
  // Reject::policy_records.
  [[nodiscard]] Checked<void> check() const;
};

Bytes32 request_hash(const GrantRequest& request);  // H(request)
// That the doctor signed it: for whoever looks at it later. Reject as verify() of request_proof.h.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const GrantRequest& request);

// The doctor's side of one request; what it keeps until the answer is opened.
class GrantRequester {
 public:
  // Draws b, t, t_b. The licence is the doctor's. Reject::grant_not_for_us, grant_records, policy_records, request_licence.
  [[nodiscard]] static Checked<GrantRequester> begin(const G1& ppub, const SigningKey& doctor, const SignedLicence& licence,
                                                     const Grant& grant, const RecordPlaces& records, Time now, Rng& rng);

  [[nodiscard]] const GrantRequest& request() const { return request_; }

  // Opens every record of the answer. What they hash to is still to be compared with the chain. b is erased by erase(), when no repeated
  // answer is waited for any more. Reject::answer_records, point_is_identity, gt_is_one, and as open_body().
  [[nodiscard]] Checked<std::vector<RecordBody>> open(const Answer& answer) const;
  // sk_j of the records asked for, in their order, of an answer with this T_a: for bodies that come in pieces (record_body.h).
  [[nodiscard]] Checked<std::vector<SecretKey>> record_keys(const G1& t_a) const;
  void erase() { b_ = {}; }

  static auto fields(auto& self) { return std::tie(self.request_, self.b_, self.factors_); }
  // Of what was stored. Reject::grant_factors.
  [[nodiscard]] Checked<void> check() const;

 private:
  GrantRequest request_;
  Secret<Scalar> b_;
  List<G2, most_records_at_once, 1> factors_;  // F_j of the records asked for
};

// A request that was answered, kept for as long as it could come again.
struct AnsweredRequest {
  Bytes32 request{};  // H(request)
  Time time;          // the request's
  Secret<Scalar> a;

  static auto fields(auto& self) { return std::tie(self.request, self.time, self.a); }
};

// What a hospital remembers of one policy, by (ID_C, H(policy)).
struct GrantMemory {
  std::uint32_t used = 0;
  bool revoked = false;
  List<AnsweredRequest, Policy::most_uses> answered;

  static auto fields(auto& self) { return std::tie(self.used, self.revoked, self.answered); }
  [[nodiscard]] GrantMemory copy() const;
};

// What the hospital knows when a request comes in.
struct HospitalView {
  Time now;
  Time newest_sblock;          // the newest committed one here
  VerificationKey doctor;      // as registered on SUP
  VerificationKey licence_issuer;
  bool doctor_is_revoked = false;    // the revocation trie's word
  bool licence_is_verified = false;  // its signature was, before, by this issuer's key: a doctor brings the same licence again and again
};

// A request that passed every check; it answers once what it asks to be remembered is on disk.
class AcceptedRequest {
 public:
  // `first_visit` is the hospital's with the patient that the request names, `memory` what it remembers of the policy.
  // Reject::grant_not_for_us, grant_records, grant_not_yet_in_force, grant_expired, grant_revoked, grant_used_up, request_time, sup_behind,
  // doctor_revoked, request_licence, licence_…, signature_other_key, request_signature, grant_forged, point_is_identity.
  [[nodiscard]] static Checked<AcceptedRequest> check(const G1& ppub, const Identity& self, const Responder& first_visit,
                                                      const GrantRequest& request, const HospitalView& view, const GrantMemory& memory,
                                                      Rng& rng);

  // One use more and this request's a; for a request that was answered before, as it was.
  [[nodiscard]] const GrantMemory& to_persist() const { return memory_; }
  void persisted() { is_persisted_ = true; }

  // T_a, and sk_j of the i-th record asked for, whose factor is s_α^j: for records that are streamed. Only once persisted (CHECK).
  // Reject::gt_is_one, point_is_identity.
  [[nodiscard]] const G1& t_a() const;
  [[nodiscard]] Checked<SecretKey> record_key(std::size_t i, const Secret<Scalar>& factor) const;
  // The whole answer. Factors and bodies of the request's records, in their order, as many of each (CHECK). The same request gets the same
  // bytes.
  [[nodiscard]] Checked<Answer> answer(std::span<const Secret<Scalar>* const> factors, std::span<const RecordBody* const> bodies) const;

 private:
  GrantRequest request_;
  AnswerTerms terms_;
  G2 t1_prime_;
  Secret<Scalar> a_;
  Secret<G1> shared_;  // a·T_b
  GrantMemory memory_;
  bool is_persisted_ = false;
};

}  // namespace caduceus
