// SUP's transactions (PROTOCOL.md §2 R3, §7, §8): accounts, emergency requests, revocations, disputes.
//
// Each is what it says (its terms) and who stands for it. Its hash htx is taken over the terms and names it: it is not sent, and a
// transaction that was signed again is the same one. Group elements stay encoded here; sup_signing.h decodes and verifies them.
#pragma once

#include <variant>

#include "core/crypto/aggregate_signature.h"
#include "core/crypto/emergency.h"
#include "core/crypto/hash.h"
#include "core/crypto/sealing_key.h"

namespace caduceus {

using TransactionHash = Bytes32;  // htx
using EncodedScalar = Encoded<Scalar, Scalar::encoded_size>;
using EncodedSignature = Encoded<Signature, 112>;
using EncodedSum = Encoded<IndividualSignature, 144>;

// Terms under identity-based signatures of all their signers(): σ = a fresh nonce of each, and the sum of their (S, T) under
// w = (net, "SUP", purpose, IDs, nonces).
template <class T>
struct SupSigned {
  using Terms = T;
  static constexpr std::size_t signer_count = std::tuple_size_v<decltype(std::declval<const T&>().signers())>;

  T terms;
  std::array<SignatureNonce, signer_count> nonces{};  // in the order of the signers
  EncodedSum sum;

  static auto fields(auto& self) { return std::tie(self.terms, self.nonces, self.sum); }
  friend bool operator==(const SupSigned&, const SupSigned&) = default;
};

// tx_ur: without the patient's consent (§7). hUR and the marks are of core/crypto/emergency.h.
struct EmergencyTerms {
  static constexpr Byte lambda = 1;
  static constexpr std::string_view purpose = "ur";

  EmergencyKind kind = EmergencyKind::open;
  Identity doctor;
  Identity hospital;  // that backs the doctor
  Bytes32 hur{};
  List<Bytes32, most_records_at_once> marks;  // of a reading, one a record
  std::uint16_t reason = 0;                   // a code of the consortium's list
  Time ts3;

  static auto fields(auto& self) { return std::tie(self.kind, self.doctor, self.hospital, self.hur, self.marks, self.reason, self.ts3); }
  [[nodiscard]] std::array<const Identity*, 2> signers() const { return {&doctor, &hospital}; }
  // Reject::transaction_parties, emergency_kind (marks of an opening, or none of a reading).
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const EmergencyTerms&, const EmergencyTerms&) = default;
};

// AoD
enum class RevocationAction : std::uint8_t { add = 0, take_off = 1 };
constexpr bool is_known(RevocationAction action) { return action == RevocationAction::add || action == RevocationAction::take_off; }

// tx_qr: QR = (ID_DN, EXP, AoD), and the licence ρ that shows whose doctor it is.
struct RevocationTerms {
  static constexpr Byte lambda = 2;
  static constexpr std::string_view purpose = "qr";

  Identity hospital;
  Identity doctor;
  Time expires;  // EXP: until then the doctor is on the list; not before ρ expires. A hospital takes the last of its licences to him.
  RevocationAction action = RevocationAction::add;
  Licence licence;
  EncodedSignature licence_signature;
  Time ts4;

  static auto fields(auto& self) {
    return std::tie(self.hospital, self.doctor, self.expires, self.action, self.licence, self.licence_signature, self.ts4);
  }
  [[nodiscard]] std::array<const Identity*, 1> signers() const { return {&hospital}; }
  // Reject::revocation_licence; of the licence itself, as Licence::check.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const RevocationTerms&, const RevocationTerms&) = default;
};

// The H(text) of a dispute and of its answer (PROTOCOL.md §7).
[[nodiscard]] Bytes32 dispute_text_hash(std::string_view text);

// tx_dispute: a patient's, who read on SUP what was done in an emergency. The text itself goes to the hospital.
struct DisputeTerms {
  static constexpr Byte lambda = 3;
  static constexpr std::string_view purpose = "dispute";

  Identity account;  // on MED
  TransactionHash htxu{};
  Bytes32 text{};  // H(text)
  Time ts;

  static auto fields(auto& self) { return std::tie(self.account, self.htxu, self.text, self.ts); }
  [[nodiscard]] std::array<const Identity*, 1> signers() const { return {&account}; }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const DisputeTerms&, const DisputeTerms&) = default;
};

// tx_answer: of the hospital that backed the disputed request.
struct DisputeAnswerTerms {
  static constexpr Byte lambda = 4;
  static constexpr std::string_view purpose = "answer";

  Identity hospital;
  TransactionHash dispute{};
  Bytes32 text{};  // H(text)
  Time ts;

  static auto fields(auto& self) { return std::tie(self.hospital, self.dispute, self.text, self.ts); }
  [[nodiscard]] std::array<const Identity*, 1> signers() const { return {&hospital}; }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const DisputeAnswerTerms&, const DisputeAnswerTerms&) = default;
};

// tx_reg of a hospital or a doctor.
struct RegistrationTerms {
  static constexpr Byte lambda = 5;

  Identity identity;
  EncodedG1 public_point;  // L
  EncodedG1 sealing_key;   // E, with proof of possession:
  EncodedScalar possession_challenge;
  EncodedScalar possession_response;
  Identity hospital;       // the doctor's; a hospital's own
  EncodedG1 pkg_signature;  // BLS, over account_statement()

  static auto fields(auto& self) {
    return std::tie(self.identity, self.public_point, self.sealing_key, self.possession_challenge, self.possession_response, self.hospital,
                    self.pkg_signature);
  }
  [[nodiscard]] std::array<const Identity*, 1> signers() const { return {&identity}; }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const RegistrationTerms&, const RegistrationTerms&) = default;
};

struct Registration {
  using Terms = RegistrationTerms;

  RegistrationTerms terms;
  EncodedSignature signature;  // certificateless, under the L it registers; purpose "tx_reg", over (net, htx)

  static auto fields(auto& self) { return std::tie(self.terms, self.signature); }
  friend bool operator==(const Registration&, const Registration&) = default;
};

// tx_reg of a patient: its index key and H(ID_C, L_C), so that SUP shows neither. docs/decisions/0007.
struct PatientRegistrationTerms {
  static constexpr Byte lambda = 6;
  static constexpr std::string_view purpose = "reg";

  Identity account;   // on MED: its name is the index key
  Bytes32 key_hash{};  // patient_key_hash(ID_C, L_C)
  EncodedG1 pkg_signature;  // BLS, over patient_account_statement()

  static auto fields(auto& self) { return std::tie(self.account, self.key_hash, self.pkg_signature); }
  [[nodiscard]] std::array<const Identity*, 1> signers() const { return {&account}; }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const PatientRegistrationTerms&, const PatientRegistrationTerms&) = default;
};

using EmergencyTransaction = SupSigned<EmergencyTerms>;
using RevocationTransaction = SupSigned<RevocationTerms>;
using Dispute = SupSigned<DisputeTerms>;
using DisputeAnswer = SupSigned<DisputeAnswerTerms>;
using PatientRegistration = SupSigned<PatientRegistrationTerms>;

// In the order of λ, from 1. λ0 is MED's tx_mr.
using SupTransaction = std::variant<EmergencyTransaction, RevocationTransaction, Dispute, DisputeAnswer, Registration, PatientRegistration>;

// htx = H(λ, the terms one by one).
template <class Terms>
[[nodiscard]] TransactionHash hash_of(const Terms& terms) {
  const auto parts =
      std::apply([](const auto&... field) { return std::array{encode(Terms::lambda), encode(field)...}; }, Terms::fields(terms));
  const std::vector<ByteView> views(parts.begin(), parts.end());
  return hash(std::span(views));
}
[[nodiscard]] TransactionHash hash_of(const SupTransaction& transaction);

// Whose accounts it is charged to and checked against; they live in the transaction.
[[nodiscard]] std::vector<const Identity*> signers_of(const SupTransaction& transaction);

// What the PKG's BLS key signs for each account.
Bytes account_statement(const NetworkId& net, const RegistrationTerms& terms);
Bytes patient_account_statement(const NetworkId& net, const PatientRegistrationTerms& terms);
// H(ID_C, L_C): whoever is told L_C checks it against the account.
Bytes32 patient_key_hash(const Identity& patient, const G1& public_point);

// λ, then the transaction.
template <>
struct Codec<SupTransaction> {
  static void write(auto& writer, const SupTransaction& transaction) {
    std::visit(
        [&](const auto& one) {
          caduceus::write(writer, std::remove_cvref_t<decltype(one)>::Terms::lambda);
          caduceus::write(writer, one);
        },
        transaction);
  }
  // Reject::unknown_value of another λ.
  static Checked<void> read(Reader& reader, SupTransaction& transaction);
};

}  // namespace caduceus
