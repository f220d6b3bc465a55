// Sharing without consent, when the patient is unconscious (PROTOCOL.md §7). What both hospitals and the patient check lies on SUP: a
// committed tx_ur, signed by the doctor and the hospital that backs it. Here are the requests that follow it, and the answers' keys.
//
//   open   the doctor asks a holder of the patient's keyslot for it; biometrics open it at the doctor's own node (fuzzy_extractor.h, vault.h)
//   read   with the tokens τ_j that the index held, the doctor asks the hospital for the records; only who opened the index has them (R15)
#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "core/crypto/answer.h"
#include "core/crypto/licence.h"
#include "core/crypto/registration.h"
#include "core/crypto/request_proof.h"

namespace caduceus {

enum class EmergencyKind : std::uint8_t { open = 1, read = 2 };
constexpr bool is_known(EmergencyKind kind) { return kind == EmergencyKind::open || kind == EmergencyKind::read; }

// Of whom, where, which records: none when the keyslot is asked for.
struct EmergencyScope {
  Identity patient;
  Identity hospital;  // that is asked
  List<RecordPlace, most_records_at_once> records;  // strictly ascending
  Bytes32 nonce{};

  static auto fields(auto& self) { return std::tie(self.patient, self.hospital, self.records, self.nonce); }
  friend bool operator==(const EmergencyScope&, const EmergencyScope&) = default;
};

// hUR: H(ID_C, nonce) of an opening, H(η) of a reading. Without the nonce nobody learns from SUP who the patient is.
Bytes32 emergency_hash(EmergencyKind kind, const EmergencyScope& scope);

// mark_j = MAC(τ_j, ID_B, ts3): with it the patient finds every read of hers by reading SUP.
Bytes32 emergency_mark(const SecretKey& token, const Identity& doctor, Time ts3);

// Doctor → hospital, sealed to its key.
struct EmergencyRequest {
  EmergencyKind kind = EmergencyKind::open;
  EmergencyScope scope;
  Bytes32 htxu{};  // of the committed tx_ur
  Time time;
  G1 t_b;  // b·P1
  List<Bytes32, most_records_at_once> proofs;  // MAC(τ_j, htxU, T_b, ID_A), in the order of the records
  RequestProof proof;
  SignedLicence licence;

  static auto fields(auto& self) {
    return std::tie(self.kind, self.scope, self.htxu, self.time, self.t_b, self.proofs, self.proof, self.licence);
  }
  // Reject::emergency_kind, policy_records, emergency_marks (not one proof a record).
  [[nodiscard]] Checked<void> check() const;
};

Bytes32 request_hash(const EmergencyRequest& request);
// That the doctor signed it: for whoever looks at it later. Reject as verify() of request_proof.h.
[[nodiscard]] Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const EmergencyRequest& request);

// The doctor's side of one request.
class EmergencyRequester {
 public:
  // Draws b, t, t_b. Tokens τ_j of a reading's records, in their order; none for an opening.
  // Reject::request_licence, and as EmergencyRequest::check.
  [[nodiscard]] static Checked<EmergencyRequester> begin(const G1& ppub, const IdentityKeys& doctor, const SignedLicence& licence,
                                                         EmergencyKind kind, const EmergencyScope& scope, const Bytes32& htxu,
                                                         std::span<const SecretKey* const> tokens, Time now, Rng& rng);

  [[nodiscard]] const EmergencyRequest& request() const { return request_; }

  // K = e(Ŝ1_B, H1'-KA(ID_A)). Reject::emergency_kind, answer_records, and as answer_key() and open_body().
  [[nodiscard]] Checked<std::vector<RecordBody>> open_records(const IdentityKeys& doctor, const Answer& answer) const;
  // The keyslot of an opening.
  [[nodiscard]] Checked<SecretBytes> open_keyslot(const IdentityKeys& doctor, const Answer& answer) const;
  // sk_j of the records asked for, in their order, of an answer with this T_a, for bodies that come in pieces; that of the keyslot when none
  // are.
  [[nodiscard]] Checked<std::vector<SecretKey>> record_keys(const IdentityKeys& doctor, const G1& t_a) const;
  void erase() { b_ = {}; }

  static auto fields(auto& self) { return std::tie(self.request_, self.b_); }

 private:
  EmergencyRequest request_;
  Secret<Scalar> b_;
};

// What SUP's committed state says of a tx_ur.
struct CommittedEmergency {
  EmergencyKind kind = EmergencyKind::open;
  Identity doctor;
  Identity hospital;  // that backs the doctor
  Bytes32 hur{};
  std::vector<Bytes32> marks;
  Time ts3;
  Time committed;  // of its Sblock
};

// §10: for how long a committed request may be used.
constexpr std::uint64_t emergency_life = 1'800'000;

// What the hospital that is asked knows.
struct EmergencyView {
  Time now;
  Time newest_sblock;
  std::optional<CommittedEmergency> committed;  // under the request's htxU
  VerificationKey doctor;
  VerificationKey licence_issuer;  // the hospital that backs it
  bool doctor_is_revoked = false;
};

// What a hospital remembers of one committed tx_ur, by htxU: the requests it answered, each with its a. An opening may be asked three times
// (§10), a reading once; the same request again is not another.
struct EmergencyMemory {
  static constexpr std::size_t most_openings = 3;

  struct Answered {
    Bytes32 request{};
    Secret<Scalar> a;
    static auto fields(auto& self) { return std::tie(self.request, self.a); }
  };
  List<Answered, most_openings> answered;

  static auto fields(auto& self) { return std::tie(self.answered); }
  [[nodiscard]] EmergencyMemory copy() const;
};

// A request that passed every check; it answers once what it asks to be remembered is on disk.
class AcceptedEmergency {
 public:
  // `tokens` are τ_j as the hospital recomputes them for the request's records. Reject::emergency_not_committed, emergency_other_request,
  // emergency_parties, emergency_used, emergency_expired, emergency_marks, emergency_kind, request_time, sup_behind, doctor_revoked,
  // request_licence, licence_…, signature_other_key, request_signature, grant_not_for_us (another hospital is asked).
  [[nodiscard]] static Checked<AcceptedEmergency> check(const G1& ppub, const IdentityKeys& self, const EmergencyRequest& request,
                                                        std::span<const SecretKey* const> tokens, const EmergencyView& view,
                                                        const EmergencyMemory& memory, Rng& rng);

  [[nodiscard]] const EmergencyMemory& to_persist() const { return memory_; }
  void persisted() { is_persisted_ = true; }

  // T_a, and sk_j of the i-th record asked for: for records that are streamed. Only once persisted (CHECK).
  [[nodiscard]] const G1& t_a() const;
  [[nodiscard]] Checked<SecretKey> record_key(std::size_t i) const;
  // The whole answer; a body for each record of the request, in their order (CHECK).
  [[nodiscard]] Checked<Answer> answer_records(std::span<const RecordBody* const> bodies) const;
  [[nodiscard]] Checked<Answer> answer_keyslot(ByteView keyslot) const;

 private:
  EmergencyRequest request_;
  AnswerTerms terms_;
  Secret<G1> shared_;  // a·T_b
  Secret<Gt> k_;  // e(H1-KA(ID_B), Ŝ2_A)
  EmergencyMemory memory_;
  bool is_persisted_ = false;
};

}  // namespace caduceus
