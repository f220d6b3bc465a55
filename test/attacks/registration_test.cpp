// §2: a sender that registers what it does not know, and a PKG that answers with other keys than it should (R3, as far as it is
// the signature's matter: the account on SUP comes with its own issue).
#include <gtest/gtest.h>

#include "test/attacks/chosen_nonce.h"
#include "test/attacks/consortium.h"
#include "test/attacks/fields.h"

namespace caduceus {
namespace {

struct registration : testing::Test {
  Consortium consortium;
  const G1& ppub = consortium.parameters.signing;
  PendingRegistration pending = begin_registration(ppub, doctor("v"), consortium.rng);
  IssuedKeys issued = issue(pending.request);

  IssuedKeys issue(const RegistrationRequest& request) {
    return *issue_keys(consortium.secrets, consortium.parameters, request, consortium.rng);
  }
  // What v makes of the PKG's answer.
  [[nodiscard]] Checked<IdentityKeys> answered_with(const IssuedKeys& answer) const {
    return accept_keys(consortium.parameters, pending, answer);
  }
};

// ---- The sender

using registration_proof = registration;

TEST_F(registration_proof, every_field_of_a_request_counts) {
  expect_every_field_counts(
      pending.request,
      {{"role", Reject::registration_proof},
       {"name", Reject::registration_proof},
       {"version", Reject::registration_proof},
       {"commitment", Reject::registration_proof},
       {"challenge", Reject::registration_proof},
       {"response", Reject::registration_proof}},
      [&](const RegistrationRequest& request) { return issue_keys(consortium.secrets, consortium.parameters, request, consortium.rng); });
}

TEST_F(registration_proof, does_not_serve_for_another_identity_or_commitment) {
  RegistrationRequest replayed = pending.request;
  replayed.identity = doctor("adversary");
  EXPECT_THAT(verify_request(ppub, replayed), refused_as(Reject::registration_proof));
  replayed = pending.request;
  replayed.commitment = Scalar(3) * G1::generator();  // whose secret value the sender knows, but not its proof's
  EXPECT_THAT(verify_request(ppub, replayed), refused_as(Reject::registration_proof));
}

TEST_F(registration_proof, does_not_serve_for_another_pkg) {
  EXPECT_THAT(verify_request(Consortium(2).parameters.signing, pending.request), refused_as(Reject::registration_proof));
}

// L_U1 made of v's public point, or of the PKG's: nobody knows its x.
TEST_F(registration_proof, a_commitment_made_of_others_points_is_refused) {
  const Scalar x(5);
  for (const G1& other : {pending.request.commitment, issued.public_point, ppub}) {
    for (const G1& commitment : {other, G1() - other, other + x * G1::generator(), x * other}) {
      RegistrationRequest rogue = prove_with_nonce(ppub, doctor("adversary"), x, Scalar(7));
      rogue.commitment = commitment;
      EXPECT_THAT(verify_request(ppub, rogue), refused_as(Reject::registration_proof));
    }
  }
}

// ---- The PKG's answer

using issued_keys = registration;

TEST_F(issued_keys, every_field_counts) {
  expect_every_field_counts(issued,
                            {{"role", Reject::issued_identity},
                             {"name", Reject::issued_identity},
                             {"version", Reject::issued_identity},
                             {"public point", Reject::issued_partial_key},
                             {"partial key", Reject::issued_partial_key},
                             {"agreement key in G1", Reject::issued_agreement_key},
                             {"agreement key in G2", Reject::issued_agreement_key},
                             {"K0", Reject::issued_aggregate_key},
                             {"K1", Reject::issued_aggregate_key}},
                            [&](const IssuedKeys& answer) { return answered_with(answer); });
}

TEST_F(issued_keys, of_another_identity_are_refused_under_its_name_and_under_ones_own) {
  IssuedKeys others = issue(begin_registration(ppub, doctor("u"), consortium.rng).request);
  EXPECT_THAT(answered_with(others), refused_as(Reject::issued_identity));
  others.identity = doctor("v");
  EXPECT_THAT(answered_with(others), refused_as(Reject::issued_partial_key));
}

TEST_F(issued_keys, each_of_another_identity_is_refused) {
  const IssuedKeys others = issue(begin_registration(ppub, doctor("u"), consortium.rng).request);
  const auto with = [&](const auto& field) {
    IssuedKeys answer = copy_of(issued);
    answer.*field = (others.*field).copy();
    return answered_with(answer);
  };
  EXPECT_THAT(with(&IssuedKeys::partial), refused_as(Reject::issued_partial_key));
  EXPECT_THAT(with(&IssuedKeys::agreement_g1), refused_as(Reject::issued_agreement_key));
  EXPECT_THAT(with(&IssuedKeys::agreement_g2), refused_as(Reject::issued_agreement_key));
  EXPECT_THAT(with(&IssuedKeys::aggregate_k0), refused_as(Reject::issued_aggregate_key));
  EXPECT_THAT(with(&IssuedKeys::aggregate_k1), refused_as(Reject::issued_aggregate_key));
  std::swap(issued.aggregate_k0, issued.aggregate_k1);
  EXPECT_THAT(answered_with(issued), refused_as(Reject::issued_aggregate_key));
}

TEST_F(issued_keys, extracted_with_another_schemes_secret_are_refused) {
  IssuedKeys answer = copy_of(issued);
  AgreementKey agreement = extract_agreement_key(consortium.secrets.aggregate, doctor("v"));
  answer.agreement_g1 = std::move(agreement.g1);
  answer.agreement_g2 = std::move(agreement.g2);
  EXPECT_THAT(answered_with(answer), refused_as(Reject::issued_agreement_key));
  answer = copy_of(issued);
  AggregateKey aggregate = extract_aggregate_key(consortium.secrets.agreement, doctor("v"));
  answer.aggregate_k0 = std::move(aggregate.k0);
  answer.aggregate_k1 = std::move(aggregate.k1);
  EXPECT_THAT(answered_with(answer), refused_as(Reject::issued_aggregate_key));
}

// An answer to another request of the same user: another x, so another L.
TEST_F(issued_keys, for_another_request_are_refused) {
  EXPECT_THAT(answered_with(issue(begin_registration(ppub, doctor("v"), consortium.rng).request)), refused_as(Reject::issued_partial_key));
}

TEST_F(issued_keys, of_another_pkg_are_refused) {
  Consortium other(2);
  const auto request = begin_registration(other.parameters.signing, doctor("v"), other.rng).request;
  EXPECT_THAT(answered_with(*issue_keys(other.secrets, other.parameters, request, other.rng)), refused_as(Reject::issued_partial_key));
}

// s_sig·P1 has no partner to be checked against, but all that is made of it fails under another.
TEST_F(issued_keys, are_refused_under_other_parameters) {
  SystemParameters other = consortium.parameters;
  other.signing += G1::generator();
  EXPECT_THAT(other.check(), accepted());
  EXPECT_THAT(accept_keys(other, pending, issued), refused_as(Reject::issued_partial_key));
  EXPECT_THAT(verify_request(other.signing, pending.request), refused_as(Reject::registration_proof));
}

TEST_F(issued_keys, system_parameters_that_do_not_fit_are_refused) {
  const std::vector<void (*)(SystemParameters&)> changes{
      [](auto& p) { change(p.agreement_g1); },
      [](auto& p) { change(p.agreement_g2); },
      [](auto& p) { change(p.aggregate_g1); },
      [](auto& p) { change(p.aggregate_g2); },
      [](auto& p) { std::swap(p.agreement_g1, p.aggregate_g1); },
      [](auto& p) { std::swap(p.agreement_g2, p.aggregate_g2); },
  };
  for (const auto& apply : changes) {
    SystemParameters changed = consortium.parameters;
    apply(changed);
    EXPECT_THAT(changed.check(), refused_as(Reject::parameters_inconsistent));
    EXPECT_THAT(decode<SystemParameters>(encode(changed)), refused_as(Reject::parameters_inconsistent));
  }
}

// ---- R3: the PKG invents another L for v

TEST(registered_key, a_pkg_that_invents_another_signs_under_that_one_only) {
  Consortium consortium;
  const G1& ppub = consortium.parameters.signing;
  const IdentityKeys v = consortium.enrol(doctor("v"));
  const IdentityKeys invented = consortium.enrol(doctor("v"));  // the PKG plays user and PKG
  const auto registered = v.signing.verification_key();

  const Signature forged = sign(ppub, invented.signing, "request", as_bytes("open"), consortium.rng);
  EXPECT_THAT(verify(ppub, invented.signing.verification_key(), "request", as_bytes("open"), forged), accepted());
  EXPECT_THAT(verify(ppub, registered, "request", as_bytes("open"), forged), refused_as(Reject::signature_other_key));
  const Signature relabelled{registered.public_point, forged.challenge, forged.response};
  EXPECT_THAT(verify(ppub, registered, "request", as_bytes("open"), relabelled), refused_as(Reject::signature_invalid));
}

}  // namespace
}  // namespace caduceus
