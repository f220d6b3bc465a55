// Certificateless signatures and licences (§2, §3): everything that is signed is checked, by name.
#include <gtest/gtest.h>

#include "test/attacks/chosen_nonce.h"
#include "test/attacks/consortium.h"
#include "test/attacks/fields.h"

namespace caduceus {
namespace {

struct signing : testing::Test {
  Consortium consortium;
  const G1& ppub = consortium.parameters.signing;
  IdentityKeys keys = consortium.enrol(hospital("h1"));
  VerificationKey verification_key = keys.signing.verification_key();
};

using certificateless_signature = signing;

TEST_F(certificateless_signature, every_field_counts) {
  expect_every_field_counts(
      sign(ppub, keys.signing, "request", as_bytes("m"), consortium.rng),
      {{"L", Reject::signature_other_key}, {"h", Reject::signature_invalid}, {"v", Reject::signature_invalid}},
      [&](const Signature& signature) { return verify(ppub, verification_key, "request", as_bytes("m"), signature); });
}

TEST_F(certificateless_signature, everything_that_is_signed_counts) {
  const Signature signature = sign(ppub, keys.signing, "request", as_bytes("m"), consortium.rng);
  EXPECT_THAT(verify(ppub, verification_key, "reques", as_bytes("tm"), signature), refused_as(Reject::signature_invalid));
  EXPECT_THAT(verify(ppub, verification_key, "licence", as_bytes("m"), signature), refused_as(Reject::signature_invalid));
  EXPECT_THAT(verify(ppub, verification_key, "request", as_bytes("n"), signature), refused_as(Reject::signature_invalid));
  EXPECT_THAT(verify(ppub, verification_key, "request", {}, signature), refused_as(Reject::signature_invalid));
  EXPECT_THAT(verify(ppub + G1::generator(), verification_key, "request", as_bytes("m"), signature), refused_as(Reject::signature_invalid));
  expect_every_field_counts(verification_key,
                            {{"role", Reject::signature_invalid},
                             {"name", Reject::signature_invalid},
                             {"version", Reject::signature_invalid},
                             {"L", Reject::signature_other_key}},
                            [&](const VerificationKey& key) { return verify(ppub, key, "request", as_bytes("m"), signature); });
}

// Another L that both signature and verifier take for registered: L stands in what is hashed.
TEST_F(certificateless_signature, another_l_on_both_sides_is_refused) {
  Signature signature = sign(ppub, keys.signing, "request", as_bytes("m"), consortium.rng);
  signature.public_point += G1::generator();
  verification_key.public_point += G1::generator();
  EXPECT_THAT(verify(ppub, verification_key, "request", as_bytes("m"), signature), refused_as(Reject::signature_invalid));
}

// One nonce under two messages gives d + x away. It is hedged: randomness that repeats does not repeat it.
TEST_F(certificateless_signature, a_random_device_that_repeats_gives_no_key_away) {
  const Scalar key = keys.signing.partial.expose() + keys.signing.secret_value.expose();
  const auto recovered = [](const Signature& a, const Signature& b) {
    return (a.response - b.response) * (a.challenge - b.challenge).inverse();
  };
  EXPECT_EQ(recovered(sign_with_nonce(ppub, keys.signing, "request", as_bytes("m"), Scalar(5)),
                      sign_with_nonce(ppub, keys.signing, "request", as_bytes("n"), Scalar(5))),
            key);
  const auto signed_with_seed_1 = [&](std::string_view purpose, std::string_view message) {
    SeededRng same(1);
    return sign(ppub, keys.signing, purpose, as_bytes(message), same);
  };
  const Signature first = signed_with_seed_1("request", "m");
  EXPECT_NE(recovered(first, signed_with_seed_1("request", "n")), key);
  EXPECT_NE(recovered(first, signed_with_seed_1("licence", "m")), key);
}

// ---- Licences

struct licence : signing {
  Licence terms{.hospital = hospital("h1"), .doctor = doctor("lee"), .device = 3, .issued = Time(1'000), .expires = Time(2'000)};
  SignedLicence good = *issue_licence(ppub, keys.signing, terms, consortium.rng);

  [[nodiscard]] Checked<void> verifies(const SignedLicence& shown, Time now = Time(1'500)) const {
    return verify_licence(ppub, verification_key, shown, now);
  }
};

TEST_F(licence, every_field_counts) {
  expect_every_field_counts(good,
                            {{"hospital's role", Reject::licence_parties},
                             {"hospital's name", Reject::licence_issuer},
                             {"hospital's version", Reject::licence_issuer},
                             {"doctor's role", Reject::licence_parties},
                             {"doctor's name", Reject::signature_invalid},
                             {"doctor's version", Reject::signature_invalid},
                             {"device", Reject::signature_invalid},
                             {"issued", Reject::signature_invalid},
                             {"expires", Reject::signature_invalid},
                             {"L", Reject::signature_other_key},
                             {"h", Reject::signature_invalid},
                             {"v", Reject::signature_invalid}},
                            [&](const SignedLicence& shown) { return verifies(shown); });
}

TEST_F(licence, is_in_force_from_its_issue_until_before_its_expiry) {
  EXPECT_THAT(verifies(good, Time(999)), refused_as(Reject::licence_not_yet_valid));
  EXPECT_THAT(verifies(good, Time(1'000)), accepted());
  EXPECT_THAT(verifies(good, Time(1'999)), accepted());
  EXPECT_THAT(verifies(good, Time(2'000)), refused_as(Reject::licence_expired));
  good.licence.expires = Time(3'000);
  EXPECT_THAT(verifies(good, Time(2'000)), refused_as(Reject::signature_invalid));
}

TEST_F(licence, is_given_by_the_hospital_that_it_names) {
  const IdentityKeys other = consortium.enrol(hospital("h2"));
  EXPECT_THAT(issue_licence(ppub, other.signing, terms, consortium.rng), refused_as(Reject::licence_issuer));
  EXPECT_THAT(verify_licence(ppub, other.signing.verification_key(), good, Time(1'500)), refused_as(Reject::licence_issuer));

  // Signed by another hospital all the same.
  const Bytes message = encode(terms);
  SignedLicence forged{terms, sign(ppub, other.signing, "licence", message, consortium.rng)};
  EXPECT_THAT(verifies(forged), refused_as(Reject::signature_other_key));
  forged.signature.public_point = verification_key.public_point;
  EXPECT_THAT(verifies(forged), refused_as(Reject::signature_invalid));
}

TEST_F(licence, is_signed_as_a_licence) {
  const Bytes message = encode(terms);
  const SignedLicence forged{terms, sign(ppub, keys.signing, "request", message, consortium.rng)};
  EXPECT_THAT(verifies(forged), refused_as(Reject::signature_invalid));
}

// Even with a true signature of the hospital: the rules hold where a licence is given, where it is decoded and where it is used.
TEST_F(licence, against_the_rules_is_refused_everywhere) {
  const std::vector<std::pair<Reject, void (*)(Licence&)>> changes{
      {Reject::licence_device, [](Licence& l) { l.device = 16; }},
      {Reject::licence_device, [](Licence& l) { l.device = 255; }},
      {Reject::licence_parties, [](Licence& l) { l.doctor.role = Role::hospital; }},
      {Reject::licence_parties, [](Licence& l) { l.doctor.role = Role::patient; }},
      {Reject::licence_parties, [](Licence& l) { l.hospital.role = Role::doctor; }},
      {Reject::licence_period, [](Licence& l) { l.expires = l.issued; }},
      {Reject::licence_period, [](Licence& l) { l.issued = Time(2'001); }},
  };
  for (const auto& [reason, apply] : changes) {
    Licence changed = terms;
    apply(changed);
    const Bytes message = encode(changed);
    const SignedLicence shown{changed, sign(ppub, keys.signing, "licence", message, consortium.rng)};
    EXPECT_THAT(issue_licence(ppub, keys.signing, changed, consortium.rng), refused_as(reason));
    EXPECT_THAT(decode<SignedLicence>(encode(shown)), refused_as(reason));
    EXPECT_THAT(verifies(shown), refused_as(reason));
  }
}

}  // namespace
}  // namespace caduceus
