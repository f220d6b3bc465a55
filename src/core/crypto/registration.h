// The PKG's set-up, registration and extraction (PROTOCOL.md §2): three master secrets, one a scheme; a user that checks everything.
#pragma once

#include <tuple>

#include "core/crypto/certificateless_signature.h"

namespace caduceus {

// s_sig, s_ka, s_agg.
struct MasterSecrets {
  Secret<Scalar> signing;
  Secret<Scalar> agreement;
  Secret<Scalar> aggregate;

  static MasterSecrets random(Rng& rng);
  static auto fields(auto& self) { return std::tie(self.signing, self.agreement, self.aggregate); }
};

// s_sig·P1, s_ka·P1, s_ka·P2, s_agg·P1, s_agg·P2. Public, in genesis.
struct SystemParameters {
  G1 signing;
  G1 agreement_g1;
  G2 agreement_g2;
  G1 aggregate_g1;
  G2 aggregate_g2;

  static SystemParameters of(const MasterSecrets& secrets);
  static auto fields(auto& self) {
    return std::tie(self.signing, self.agreement_g1, self.agreement_g2, self.aggregate_g1, self.aggregate_g2);
  }
  // e(s·P1, P2) = e(P1, s·P2) for each pair; on every load. Reject::parameters_inconsistent.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const SystemParameters&, const SystemParameters&) = default;
};

// Ŝ1 = s_ka·H1-KA(ID), Ŝ2 = s_ka·H1'-KA(ID).
struct AgreementKey {
  Identity identity;
  Secret<G1> g1;
  Secret<G2> g2;

  static auto fields(auto& self) { return std::tie(self.identity, self.g1, self.g2); }
};

// K0 = s_agg·H1-SIG0(ID), K1 = s_agg·H1-SIG1(ID).
struct AggregateKey {
  Identity identity;
  Secret<G1> k0;
  Secret<G1> k1;

  static auto fields(auto& self) { return std::tie(self.identity, self.k0, self.k1); }
};

// User → PKG: L_U1 = x_U·P1 and the proof (c, z) that the sender knows x_U.
struct RegistrationRequest {
  Identity identity;
  G1 commitment;  // L_U1
  Scalar challenge;
  Scalar response;

  static auto fields(auto& self) { return std::tie(self.identity, self.commitment, self.challenge, self.response); }
};

// What the user keeps until the PKG answers.
struct PendingRegistration {
  RegistrationRequest request;
  Secret<Scalar> secret_value;  // x_U; the PKG never learns it

  static auto fields(auto& self) { return std::tie(self.request, self.secret_value); }
};

// PKG → user.
struct IssuedKeys {
  Identity identity;
  G1 public_point;         // L_U = L_U1 + y_U·P1
  Secret<Scalar> partial;  // d_U = y_U + s_sig·f
  Secret<G1> agreement_g1;
  Secret<G2> agreement_g2;
  Secret<G1> aggregate_k0;
  Secret<G1> aggregate_k1;

  static auto fields(auto& self) {
    return std::tie(self.identity, self.public_point, self.partial, self.agreement_g1, self.agreement_g2, self.aggregate_k0,
                    self.aggregate_k1);
  }
};

// All that an enrolled identity holds; what its keystore keeps.
struct IdentityKeys {
  SigningKey signing;
  AgreementKey agreement;
  AggregateKey aggregate;

  static auto fields(auto& self) { return std::tie(self.signing, self.agreement, self.aggregate); }
};

// The user draws x_U and proves that it knows it.
PendingRegistration begin_registration(const G1& ppub, const Identity& identity, Rng& rng);

// Reject::registration_proof. Part of issue_keys().
[[nodiscard]] Checked<void> verify_request(const G1& ppub, const RegistrationRequest& request);

// The PKG checks the proof and extracts the identity's keys; y_U is fresh. Whether the sender may have this identity is its
// enrolment token's matter. Reject::registration_proof, point_is_identity.
[[nodiscard]] Checked<IssuedKeys> issue_keys(const MasterSecrets& secrets, const SystemParameters& parameters,
                                             const RegistrationRequest& request, Rng& rng);

// The user checks everything before it stores it: d_U·P1 = L_U − L_U1 + f·Ppub, and a pairing for each identity key.
// Reject::issued_identity, issued_partial_key, issued_agreement_key, issued_aggregate_key.
[[nodiscard]] Checked<IdentityKeys> accept_keys(const SystemParameters& parameters, const PendingRegistration& pending,
                                                const IssuedKeys& issued);

// A pairing for each part of an identity's aggregate key: also of the account on MED that a patient was given a key for.
// Reject::issued_aggregate_key.
[[nodiscard]] Checked<void> verify_aggregate_key(const SystemParameters& parameters, const AggregateKey& key);

// Extraction of one scheme's key, for any identity: s_agg·H1-SIG0(ID), s_agg·H1-SIG1(ID).
AggregateKey extract_aggregate_key(const Secret<Scalar>& master, const Identity& identity);
// s_ka·H1-KA(ID), s_ka·H1'-KA(ID).
AgreementKey extract_agreement_key(const Secret<Scalar>& master, const Identity& identity);

}  // namespace caduceus
