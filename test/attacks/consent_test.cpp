// Consent that was not given: forged factors and b = 0 (R11, R1), retries and observers (R12), old factors (R13). What the hospital looks at
// beside the algebra: hospital_view_test.
#include "core/crypto/aead.h"
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct Consent : testing::Test {
  Sharing s;
  const Policy policy = s.policy();
  const Grant grant = s.grant(policy);
  const GrantRequester honest = s.ask(grant, {{1, 2}, {2, 1}});
  const Scalar b = Scalar::random(s.rng);

  // The doctor's own request with these values, signed.
  GrantRequest request_of(const Policy& shown, const G1& t_b, const G2& alpha_cb, const Scalar& known_b) {
    GrantRequest request = honest.request();
    request.policy = shown;
    request.records.items = {shown.records.items.front()};
    request.t_b = t_b;
    request.alpha_cb = alpha_cb;
    return signed_again(s.ppub, s.doctor.signing, known_b, request, s.rng);
  }
  GrantRequest request_of(const Policy& shown, const G2& alpha_cb) { return request_of(shown, b * G1::generator(), alpha_cb, b); }
};

using consent_attack = Consent;

// R11: whoever knows T_1, and its G2 half, and any number of grants for something else.
TEST_F(consent_attack, a_factor_made_without_the_patient_is_refused) {
  const Grant other = s.grant(s.policy({{1, 2}}));
  const Policy wanted = s.policy({{1, 2}});
  const G2 t1_prime = s.patient_side.secret().expose() * G2::generator();
  const Scalar q = consent_of(wanted);
  for (const G2& alpha_cb : {Scalar::random(s.rng) * G2::generator(), b * G2::generator(), b * t1_prime,
                             (b * q.inverse()) * G2::generator(), b * (t1_prime + q * G2::generator()), b * other.alpha,
                             b * (other.alpha + grant.alpha), (b * consent_of(other.policy) * q.inverse()) * other.alpha}) {
    EXPECT_THAT(s.check(request_of(wanted, alpha_cb)), refused_as(Reject::grant_forged));
  }
  EXPECT_THAT(s.check(request_of(other.policy, b * other.alpha)), accepted());
}

// e(T_1 + Q·P1, z·P2) = e(z·(T_1 + Q·P1), P2): with T_b made of T_1 the equation holds without any consent. But then b = z(c1 + Q), and who does
// not know c1 has no v_b.
TEST_F(consent_attack, a_t_b_made_of_t1_fits_the_equation_but_nobody_knows_its_b) {
  const Policy wanted = s.policy({{1, 2}});
  const Scalar z = Scalar::random(s.rng);
  const G1 alpha = s.hospital_side.t1() + consent_of(wanted) * G1::generator();
  ASSERT_EQ(pairing(alpha, z * G2::generator()), pairing(z * alpha, G2::generator()));
  for (const Scalar& claimed : {z, z * consent_of(wanted), Scalar(0)}) {
    EXPECT_THAT(s.check(request_of(wanted, z * alpha, z * G2::generator(), claimed)), refused_as(Reject::request_signature));
  }
  // It is c1 that is missing, and nothing else: the patient herself passes.
  const Scalar known = z * (s.patient_side.secret().expose() + consent_of(wanted));
  EXPECT_THAT(s.check(request_of(wanted, z * alpha, z * G2::generator(), known)), accepted());
}

TEST_F(consent_attack, a_factor_that_is_not_of_this_b_is_refused) {
  for (const G2& alpha_cb : {grant.alpha, (b + Scalar(1)) * grant.alpha, b * (grant.alpha + G2::generator()), G2() - b * grant.alpha}) {
    EXPECT_THAT(s.check(request_of(policy, alpha_cb)), refused_as(Reject::grant_forged));
  }
  // Another's request, with the T_b and α_CB that were seen in it.
  EXPECT_THAT(s.check(request_of(policy, honest.request().t_b, honest.request().alpha_cb, b)), refused_as(Reject::request_signature));
}

// What the doctor would like the policy to say: α_C is of Q, and Q of every byte.
TEST_F(consent_attack, a_policy_that_was_improved_by_the_doctor_is_refused) {
  std::vector<Policy> improved(6, policy);
  improved[0].id[0] ^= 1;
  improved[1].records.items.push_back({2, 2});
  improved[2].not_before = Time(policy.not_before.value() - 1);
  ++improved[3].expires;
  improved[4].purpose = {"research"};
  ++improved[5].uses;
  for (std::size_t i = 0; i < improved.size(); ++i)
    EXPECT_THAT(s.check(request_of(improved[i], b * grant.alpha)), refused_as(Reject::grant_forged)) << i;
  EXPECT_THAT(s.check(request_of(policy, b * grant.alpha)), accepted());
}

// A grant that got into other hands.
TEST_F(consent_attack, another_doctor_cannot_use_the_grant) {
  const IdentityKeys mallory = s.enrol({Role::doctor, {"dr-mallory.st-luke"}, 1});
  const SignedLicence licence = s.license(mallory.signing.identity);
  EXPECT_THAT(GrantRequester::begin(s.ppub, mallory.signing, licence, grant, {{{1, 2}}}, Sharing::now, s.rng),
              refused_as(Reject::grant_not_for_us));

  GrantRequest request = request_of(policy, b * grant.alpha);
  HospitalView view = s.view();
  view.doctor = mallory.signing.verification_key();
  const auto check = [&](const GrantRequest& shown) {
    return AcceptedRequest::check(s.ppub, s.hospital.signing.identity, s.hospital_side, shown, view, {}, s.rng);
  };
  EXPECT_THAT(check(request), refused_as(Reject::grant_not_for_us));
  request.policy.doctor = mallory.signing.identity;
  EXPECT_THAT(check(signed_again(s.ppub, mallory.signing, b, request, s.rng)), refused_as(Reject::request_licence));
  request.licence = licence;
  EXPECT_THAT(check(signed_again(s.ppub, mallory.signing, b, request, s.rng)), refused_as(Reject::grant_forged));
  // As Lee, without Lee's key.
  request = signed_again(s.ppub, mallory.signing, b, request_of(policy, b * grant.alpha), s.rng);
  EXPECT_THAT(s.check(request), refused_as(Reject::signature_other_key));
  request.proof.public_point = s.doctor.signing.public_point;
  EXPECT_THAT(s.check(request), refused_as(Reject::request_signature));
}

// R1: b = 0 made every key 1. T_b = 0 is not read from the wire, and if it were there, no key would come of it; nor of T_a = 0.
TEST_F(consent_attack, b_0_gives_no_key) {
  const GrantRequest request = request_of(policy, G1(), G2(), Scalar(0));
  EXPECT_THAT(decode<GrantRequest>(encode(request)), refused_as(Reject::point_is_identity));
  const auto key = [&]() -> Checked<SecretKey> {
    TRY(AcceptedRequest taken, s.check(request));
    taken.persisted();
    return taken.record_key(0, s.factor({1, 2}));
  };
  EXPECT_THAT(key(), refused_as(Reject::point_is_identity));
  EXPECT_THAT(s.check(request_of(policy, G1(), b * grant.alpha, Scalar(0))), refused_as(Reject::point_is_identity));
  EXPECT_THAT(s.check(request_of(policy, G2())), refused_as(Reject::grant_forged));

  AcceptedRequest taken = must(s.check(honest.request()));
  Answer answer = s.answer(taken, honest.request().records.items);
  answer.t_a = G1();
  EXPECT_THAT(decode<Answer>(encode(answer)), refused_as(Reject::point_is_identity));
  EXPECT_THAT(honest.open(answer), refused_as(Reject::point_is_identity));
}

// R12: even with one b and one random device's output under two times, v − v' = t − t' + (h − h')(d + x) hides the key behind two nonces.
TEST_F(consent_attack, two_requests_with_one_b_leak_neither_the_doctors_key_nor_b) {
  const auto at = [&](Time time) {
    SeededRng same(7);
    return must(GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, grant, {{{1, 2}}}, time, same));
  };
  const GrantRequester one = at(Sharing::now);
  const GrantRequester two = at(Sharing::now + 1);
  ASSERT_EQ(one.request().t_b, two.request().t_b);
  const RequestProof& p = one.request().proof;
  const RequestProof& q = two.request().proof;
  const Scalar key = s.doctor.signing.partial.expose() + s.doctor.signing.secret_value.expose();
  const Scalar inverse = (p.challenge - q.challenge).inverse();
  EXPECT_NE((p.response - q.response) * inverse, key);
  EXPECT_NE((p.response_b - q.response_b) * inverse, b_of(one));
  // b is not the nonce, and neither nonce is the other.
  EXPECT_NE(p.response - p.challenge * key, b_of(one));
  EXPECT_NE(p.response - p.challenge * key, p.response_b - p.challenge * b_of(one));
  // With a nonce that was used twice, just that would be the key.
  const Scalar t = Scalar::random(s.rng);
  EXPECT_EQ(((t + p.challenge * key) - (t + q.challenge * key)) * inverse, key);
}

// R12: what is asked for was open to all who know T_1. The envelope is to the hospital's own key; g_b opens nothing.
TEST_F(consent_attack, an_observer_does_not_see_what_is_asked_for) {
  const SealingKey hospital = SealingKey::random(s.hospital.signing.identity, s.rng);
  const SealedTo envelope = seal_to(hospital.identity, hospital.public_key, "req", encode(honest.request()), s.rng);
  EXPECT_THAT(open_sealed(hospital, "req", envelope), accepted());
  EXPECT_THAT(open_sealed(hospital, "emergency", envelope), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(open_sealed(SealingKey::random(hospital.identity, s.rng), "req", envelope), refused_as(Reject::sealed_invalid));
  SealingKey renamed = copy_of(hospital);
  renamed.identity = s.employer.signing.identity;
  EXPECT_THAT(open_sealed(renamed, "req", envelope), refused_as(Reject::sealed_invalid));
  const G1 ephemeral = must(envelope.ephemeral.value());
  SealedTo changed{EncodedG1::of(ephemeral + G1::generator()), envelope.sealed};
  EXPECT_THAT(open_sealed(hospital, "req", changed), refused_as(Reject::sealed_invalid));
  changed = envelope;
  changed.sealed.value.back() ^= 1;
  EXPECT_THAT(open_sealed(hospital, "req", changed), refused_as(Reject::sealed_invalid));

  const Gt g_b = pairing(s.hospital_side.t1() + consent_of(policy) * G1::generator(), honest.request().alpha_cb);
  ASSERT_EQ(g_b, pairing(honest.request().t_b, G2::generator()));
  const std::array<G1, 5> seen{ephemeral, hospital.public_key, honest.request().t_b, s.hospital_side.t1(), ephemeral + hospital.public_key};
  for (const G1& shared : seen) {
    const SecretKey key = derive_key(KeyHash::hsk, "req", {shared.encode(), envelope.ephemeral.bytes, encode(hospital.identity)});
    EXPECT_THAT(open(key, encode(hospital.identity), envelope.sealed.value), refused_as(Reject::sealed_invalid));
  }
  const SecretKey from_g_b = derive_key(KeyHash::hsk, "req", {g_b.to_bytes(), envelope.ephemeral.bytes, encode(hospital.identity)});
  EXPECT_THAT(open(from_g_b, encode(hospital.identity), envelope.sealed.value), refused_as(Reject::sealed_invalid));
}

// R13: the factor of an old grant, kept, and a new grant for another record.
TEST_F(consent_attack, an_old_factor_opens_nothing_under_a_new_grant) {
  const Grant today = s.grant(s.policy({{1, 5}}));
  EXPECT_THAT(GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, today, {{{1, 2}}}, Sharing::now, s.rng),
              refused_as(Reject::grant_records));
  // By hand: the hospital looks too.
  GrantRequest request = request_of(today.policy, b * today.alpha);
  for (const auto& records : {std::vector<RecordPlace>{{1, 2}}, {{1, 2}, {1, 5}}, {{1, 5}, {1, 6}}}) {
    request.records.items = records;
    EXPECT_THAT(s.check(signed_again(s.ppub, s.doctor.signing, b, request, s.rng)), refused_as(Reject::grant_records));
  }
  // With the policy made longer to hold it.
  Policy longer = today.policy;
  longer.records.items = {{1, 2}, {1, 5}};
  EXPECT_THAT(s.check(request_of(longer, b * today.alpha)), refused_as(Reject::grant_forged));

  // Were the record in both: κ_j is of the policy, and the old F_j no factor of the new key.
  const std::vector<RecordPlace> both{{1, 2}};
  Grant mixed = s.grant(s.policy(both));
  mixed.factors = s.grant(s.policy(both)).factors;
  const GrantRequester requester = s.ask(mixed, both);
  AcceptedRequest taken = must(s.check(requester.request()));
  EXPECT_THAT(requester.open(s.answer(taken, both)), refused_as(Reject::sealed_invalid));
}

// F_j = c1·κ_j·P2: one record's factor is not another's within a grant either.
TEST_F(consent_attack, a_factor_is_of_one_record) {
  Grant crossed = grant;
  std::swap(crossed.factors.items[0], crossed.factors.items[1]);
  const GrantRequester requester = s.ask(crossed, {{1, 2}});
  AcceptedRequest taken = must(s.check(requester.request()));
  EXPECT_THAT(requester.open(s.answer(taken, {{1, 2}})), refused_as(Reject::sealed_invalid));
}

}  // namespace
}  // namespace caduceus
