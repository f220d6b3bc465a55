#include "core/chain/sup_signing.h"

#include <gmock/gmock.h>

#include "core/crypto/multi_signature.h"
#include "test/attacks/bad_points.h"
#include "test/attacks/refusal.h"
#include "test/sup_world.h"

namespace caduceus {
namespace {

constexpr Time now{2'000'000};

class sup_signing : public testing::Test {
 protected:
  Checked<void> verify(std::vector<SupTransaction> transactions) { return verifier.verify(transactions, world.rng); }

  SupWorld world{1};
  TransactionVerifier verifier{world.keys(), 64};
};

TEST_F(sup_signing, all_kinds_in_one_batch) {
  std::vector<SupTransaction> all = world.registrations();
  all.emplace_back(world.emergency(world.doctor(0), now, EmergencyKind::read));
  all.emplace_back(world.emergency(world.doctor(1), now));
  all.emplace_back(world.revocation(world.doctor(0), RevocationAction::add, now, now));
  all.emplace_back(world.dispute(world.patient(0), {}, now));
  all.emplace_back(world.answer(world.hospital(0), {}, now));
  EXPECT_THAT(verify(all), accepted());
  EXPECT_THAT(verify({}), accepted());
}

TEST_F(sup_signing, every_term_is_under_the_signature) {
  const auto refused = [&](auto change) {
    EmergencyTransaction transaction = world.emergency(world.doctor(0), now, EmergencyKind::read);
    change(transaction.terms);
    return verify({transaction});
  };
  EXPECT_THAT(refused([](EmergencyTerms&) {}), accepted());
  EXPECT_THAT(refused([](EmergencyTerms& t) { t.hur[0] ^= 1; }), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(refused([](EmergencyTerms& t) { t.marks.items[0][0] ^= 1; }), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(refused([](EmergencyTerms& t) { ++t.reason; }), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(refused([](EmergencyTerms& t) { ++t.ts3; }), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(refused([&](EmergencyTerms& t) { t.doctor = world.doctor(1).identity(); }), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(refused([&](EmergencyTerms& t) { t.hospital = world.hospital(1).identity(); }), refused_as(Reject::aggregate_invalid));
}

// R15: published, the doctor alone signed, and any hospital stood there.
TEST_F(sup_signing, an_emergency_needs_both_signatures) {
  OwnNonce own = OwnNonce::draw(world.rng);
  EmergencyTransaction transaction{world.emergency_terms(world.doctor(0), now), {own.value(), world.rng.bytes<32>()}, {}};
  const auto part = sign_part(world.keys().net, transaction, std::move(own), world.doctor(0).keys.aggregate, world.rng);
  transaction.sum = EncodedSum::of(*part);
  EXPECT_THAT(verify({transaction}), refused_as(Reject::aggregate_invalid));
}

TEST_F(sup_signing, nobody_signs_at_anothers_place_or_without_its_nonce) {
  OwnNonce own = OwnNonce::draw(world.rng);
  EmergencyTransaction transaction{world.emergency_terms(world.doctor(0), now), {world.rng.bytes<32>(), own.value()}, {}};
  EXPECT_THAT(sign_part(world.keys().net, transaction, std::move(own), world.doctor(0).keys.aggregate, world.rng),
              refused_as(Reject::aggregate_w_not_own));
  EXPECT_THAT(sign_part(world.keys().net, transaction, OwnNonce::draw(world.rng), world.hospital(0).keys.aggregate, world.rng),
              refused_as(Reject::aggregate_w_not_own));
}

TEST_F(sup_signing, of_another_network_is_refused) {
  const std::vector<SupTransaction> transactions{world.emergency(world.doctor(0), now)};
  TransactionKeys elsewhere = world.keys();
  elsewhere.net[0] ^= 1;
  TransactionVerifier other(elsewhere, 4);
  EXPECT_THAT(other.verify(transactions, world.rng), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(other.verify({{SupTransaction(world.registration(world.hospital(0)))}}, world.rng), refused_as(Reject::transaction_pkg));
}

// Errors that cancel in a plain sum (R6).
TEST_F(sup_signing, errors_that_cancel_are_found) {
  EmergencyTransaction first = world.emergency(world.doctor(0), now), second = world.emergency(world.doctor(1), now);
  IndividualSignature a = *first.sum.value(), b = *second.sum.value();
  a.s += G1::generator();
  b.s -= G1::generator();
  first.sum = EncodedSum::of(a);
  second.sum = EncodedSum::of(b);
  EXPECT_THAT(verify({first, second}), refused_as(Reject::aggregate_invalid));
}

// R4: two of one signer under one w give its key away; a block with them is refused as a whole.
TEST_F(sup_signing, one_w_stands_in_a_batch_once) {
  const Dispute first = world.dispute(world.patient(0), {1}, now);
  DisputeTerms terms = first.terms;
  terms.htxu[0] = 2;
  Dispute second{terms, first.nonces, {}};
  const OneTimeString w = nonce_string(nonce_terms(world.keys().net, second));
  second.sum = EncodedSum::of(sign(world.patient(0).account, hash_of(terms), UnusedString::assume_unused(w), world.rng));
  EXPECT_THAT(verify({second}), accepted());
  EXPECT_THAT(verify({first, second}), refused_as(Reject::aggregate_w_reused));
  EXPECT_THAT(verify({first, first}), refused_as(Reject::aggregate_w_reused));
  // Also when each was verified before, and is remembered.
  // The fixture remembers all that held.
  const std::vector<SupTransaction> one{first}, other{second}, both{first, second};
  EXPECT_THAT(verifier.verify(one, world.rng), accepted());
  EXPECT_THAT(verifier.verify(other, world.rng), accepted());
  EXPECT_THAT(verifier.verify(both, world.rng), refused_as(Reject::aggregate_w_reused));
  // Pools see by w() that they are such a pair.
  const auto each = verifier.verify_each({first, second}, world.rng);
  ASSERT_TRUE(each[0] && each[1]);
  EXPECT_EQ(each[0]->w(), each[1]->w());
  EXPECT_NE(each[0]->hash(), each[1]->hash());
}

TEST_F(sup_signing, a_registration_is_signed_by_the_pkg_and_by_its_owner) {
  const auto refused = [&](auto change) {
    RegistrationTerms terms = world.registration_terms(world.doctor(0));
    change(terms);
    return verify({sign_registration(world.keys().net, world.keys().parameters.signing, terms, world.doctor(0).keys.signing, world.rng)});
  };
  EXPECT_THAT(refused([](RegistrationTerms&) {}), accepted());
  EXPECT_THAT(refused([&](RegistrationTerms& t) { t.hospital = world.hospital(1).identity(); }), refused_as(Reject::transaction_pkg));
  // R3: the PKG's word for another L is none for this one.
  EXPECT_THAT(refused([&](RegistrationTerms& t) { t.public_point = EncodedG1::of(G1::generator()); }), refused_as(Reject::transaction_pkg));
  EXPECT_THAT(refused([&](RegistrationTerms& t) { t.sealing_key = EncodedG1::of(G1::generator()); }),
              refused_as(Reject::possession_of_sealing_key));

  Registration transaction = world.registration(world.doctor(0));
  transaction.terms.sealing_key = EncodedG1::of(G1::generator());
  EXPECT_THAT(verify({transaction}), refused_as(Reject::signature_invalid));
  transaction.signature = world.registration(world.hospital(0)).signature;
  EXPECT_THAT(verify({transaction}), refused_as(Reject::signature_other_key));
}

// They stay encoded until the signatures are verified. The PKG may have signed what is none.
TEST_F(sup_signing, the_points_of_a_registration_are_points) {
  const auto refused = [&](auto part, const Bytes& bytes) {
    RegistrationTerms terms = world.registration_terms(world.doctor(0));
    std::ranges::copy(bytes, (terms.*part).bytes.begin());
    if constexpr (std::is_same_v<decltype(part), EncodedG1 RegistrationTerms::*>) {
      const bool is_pkgs = part == &RegistrationTerms::pkg_signature;
      if (!is_pkgs) terms.pkg_signature = EncodedG1::of(sign_part(world.pkg(), account_statement(world.keys().net, terms)));
    }
    return verify({sign_registration(world.keys().net, world.keys().parameters.signing, terms, world.doctor(0).keys.signing, world.rng)});
  };
  for (const auto& [what, bytes, reason] : bad_points<G1>()) {
    EXPECT_THAT(refused(&RegistrationTerms::pkg_signature, bytes), refused_as(reason)) << what;
    EXPECT_THAT(refused(&RegistrationTerms::public_point, bytes), refused_as(reason)) << what;
    EXPECT_THAT(refused(&RegistrationTerms::sealing_key, bytes), refused_as(reason)) << what;
  }
  for (const auto& [what, bytes, reason] : bad_scalars()) {
    EXPECT_THAT(refused(&RegistrationTerms::possession_challenge, bytes), refused_as(reason)) << what;
    EXPECT_THAT(refused(&RegistrationTerms::possession_response, bytes), refused_as(reason)) << what;
  }
}

TEST_F(sup_signing, a_patients_registration_is_signed_by_the_pkg_and_by_its_account) {
  PatientRegistration transaction = world.registration(world.patient(0));
  transaction.terms.key_hash[0] ^= 1;
  EXPECT_THAT(verify({transaction}), refused_as(Reject::transaction_pkg));
  transaction = world.registration(world.patient(0));
  transaction.nonces[0][0] ^= 1;
  EXPECT_THAT(verify({transaction}), refused_as(Reject::aggregate_invalid));
}

TEST_F(sup_signing, a_revocation_needs_a_licence_of_its_hospital) {
  RevocationTerms terms = world.revocation_terms(world.doctor(0), RevocationAction::add, now, now);
  Signature signature = *terms.licence_signature.value();
  signature.response += Scalar(1);
  terms.licence_signature = EncodedSignature::of(signature);
  EXPECT_THAT(verify({sign_terms(world.keys().net, terms, world.hospital(0).keys.aggregate, world.rng)}),
              refused_as(Reject::signature_invalid));
}

TEST_F(sup_signing, points_are_checked_when_they_are_verified) {
  EmergencyTransaction transaction = world.emergency(world.doctor(0), now);
  transaction.sum.bytes.fill(0xff);
  EXPECT_THAT(verify({transaction}), refused_as(Reject::point_encoding));
}

TEST_F(sup_signing, each_for_itself_finds_the_bad_ones_by_name) {
  std::vector<SupTransaction> all;
  for (std::size_t i = 0; i < 9; ++i) all.emplace_back(world.emergency(world.doctor(i % 4), now));
  std::get<EmergencyTransaction>(all[2]).terms.hur[0] ^= 1;
  std::get<EmergencyTransaction>(all[5]).sum.bytes.fill(0xff);
  std::get<EmergencyTransaction>(all[8]).terms.reason ^= 1;
  Registration registration = world.registration(world.doctor(0));
  registration.terms.hospital = world.hospital(1).identity();
  all.emplace_back(registration);
  all.emplace_back(world.registration(world.doctor(0)));
  const auto each = verifier.verify_each(all, world.rng);
  ASSERT_EQ(each.size(), all.size());
  for (std::size_t i = 0; i < each.size(); ++i) {
    if (i == 2 || i == 8) {
      EXPECT_THAT(each[i], refused_as(Reject::aggregate_invalid)) << i;
    } else if (i == 5) {
      EXPECT_THAT(each[i], refused_as(Reject::point_encoding));
    } else if (i == 9) {
      EXPECT_THAT(each[i], refused_as(Reject::transaction_pkg));
    } else {
      ASSERT_TRUE(each[i]) << i;
      EXPECT_EQ(each[i]->value(), all[i]);
      EXPECT_EQ(each[i]->hash(), hash_of(all[i]));
    }
  }
}

}  // namespace
}  // namespace caduceus
