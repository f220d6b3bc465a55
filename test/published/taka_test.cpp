// The published sharing: correct, as its authors prove, and then what it falls to. What is reconstructed: taka.h.
#include "test/published/taka.h"

#include <gtest/gtest.h>

namespace caduceus::published::taka {
namespace {

template <class T>
T must(std::optional<T> value) {
  if (!value) {
    ADD_FAILURE() << "refused";
    std::abort();
  }
  return std::move(*value);
}

struct PublishedSharing : testing::Test {
  SeededRng rng{1};
  const Identity patient{Role::patient, {"p4t13nt"}, 1};
  const Identity hospital{Role::hospital, {"st-mary"}, 1};
  const Identity doctor{Role::doctor, {"dr-lee"}, 1};
  const Identity other_doctor{Role::doctor, {"dr-mallory"}, 1};
  const Secret<Scalar> master{Scalar::random(rng)};
  const AgreementKey patient_key = ::caduceus::extract_agreement_key(master, patient);
  const AgreementKey hospital_key = ::caduceus::extract_agreement_key(master, hospital);

  const Secrets c = Secrets::random(rng);
  const Secrets a = Secrets::random(rng);
  const Visit patient_side = visit_of_patient(patient_key, c, hospital, points_of(a));
  const Hospital keeper{hospital, a, points_of(c), encryption_factors(visit_of_hospital(hospital_key, a, patient, points_of(c)), 3)};
  const std::vector<Scalar> factors = encryption_factors(patient_side, 3);

  const DoctorKey lee = DoctorKey::random(rng);
  const DoctorKey mallory = DoctorKey::random(rng);
  const G1 t_c1 = keeper.patient.first;
  const G1 t_a1 = points_of(a).first;
  const Time now{1'000};

  [[nodiscard]] Grant grant_of(std::uint32_t record, Time expires = Time(2'000)) const {
    return make_grant(c.first, {doctor, hospital, expires}, {{record, factors[record - 1]}});
  }
  static Bytes emr(std::uint32_t record) {
    const std::string text = "record " + std::to_string(record);
    return {text.begin(), text.end()};
  }
  // What the hospital answers, if it accepts the request as signed by this doctor.
  std::optional<Bytes> answer_to(const Request& request, const G1& signer, Time when = Time(1'000)) {
    const auto accepted = keeper.check(signer, request, when);
    if (!accepted) return std::nullopt;
    return keeper.answer(*accepted, emr(accepted->wanted.record), rng);
  }
};

using published_sharing_is_correct = PublishedSharing;
using published_sharing_falls = PublishedSharing;

TEST_F(published_sharing_is_correct, both_sides_of_a_first_visit_agree) {
  const Visit hospital_side = visit_of_hospital(hospital_key, a, patient, points_of(c));
  EXPECT_EQ(patient_side.confirmation, hospital_side.confirmation);
  EXPECT_EQ(factors, encryption_factors(hospital_side, 3));
}

// K_j = e(b·T_a1, F_j) = g^(a1·b·c1·s_j) = e(a1·s_j·T_b, T_c1'), and e(T_c1 + Q·P1, b·α_C) = g^((c1 + Q)·b/(c1 + Q)) = g^b.
TEST_F(published_sharing_is_correct, a_doctor_with_a_grant_opens_its_record_and_no_other) {
  const Grant grant = grant_of(2);
  const Scalar b = Scalar::random(rng);
  const auto answer = must(answer_to(make_request(lee, grant, {2, now}, b), lee.public_key));
  EXPECT_EQ(open_answer(record_secret(b, t_a1, grant.factors.at(2)), answer), emr(2));
  EXPECT_FALSE(open_answer(record_secret(b, t_a1, grant_of(1).factors.at(1)), answer));
  EXPECT_FALSE(open_answer(record_secret(Scalar::random(rng), t_a1, grant.factors.at(2)), answer));
}

TEST_F(published_sharing_is_correct, another_signer_another_time_and_a_changed_request_are_refused) {
  const Request request = make_request(lee, grant_of(2), {2, now}, Scalar::random(rng));
  EXPECT_FALSE(answer_to(request, mallory.public_key));
  EXPECT_FALSE(answer_to(request, lee.public_key, Time(2'000)));
  Request changed = request;
  changed.n[7] ^= 1;
  EXPECT_FALSE(answer_to(changed, lee.public_key));
  changed = request;
  changed.alpha_cb += G2::generator();
  EXPECT_FALSE(answer_to(changed, lee.public_key));
}

// R11: nothing ties α_CB to b. For any X at all, N = H3(e(T_c1 + Q·P1, X)) ⊕ θ makes sense to the hospital: T_c1 is all that it takes.
TEST_F(published_sharing_falls, to_whoever_knows_t_c1_and_forges_consent) {
  const Consent never_given{other_doctor, hospital, Time(9'999)};
  Request request{never_given, {}, Scalar::random(rng) * G2::generator(), {}, {}};
  const Gt g_b = request_secret(t_c1, request);
  request = make_request(mallory, never_given, request.alpha_cb, g_b, {1, now}, Scalar::random(rng));
  EXPECT_TRUE(answer_to(request, mallory.public_key));
}

// R1: with b = 0 too the check passes, and the key is e(0·T_a1, F_j) = 1 whatever F_j is. No grant, no factor: the record is open.
TEST_F(published_sharing_falls, to_a_doctor_without_a_grant_who_sends_b_0) {
  const Consent never_given{other_doctor, hospital, Time(9'999)};
  Request request{never_given, {}, G2::generator(), {}, {}};
  request = make_request(mallory, never_given, request.alpha_cb, request_secret(t_c1, request), {3, now}, Scalar(0));
  EXPECT_TRUE(recover_t_b(mallory.public_key, request).is_identity());
  const auto answer = must(answer_to(request, mallory.public_key));
  EXPECT_EQ(open_answer(Gt(), answer), emr(3));
}

// R12: b is the nonce. A retry, for which only the time differs: v − v' = (h − h')(d + x), and then b = v − h(d + x), which opens the answer
// for whoever has the factor, and α_C = b^-1·α_CB.
TEST_F(published_sharing_falls, to_a_retry_which_leaks_the_doctors_key) {
  const Grant grant = grant_of(2);
  const Scalar b = Scalar::random(rng);
  const Request first = make_request(lee, grant, {2, now}, b);
  const Request retry = make_request(lee, grant, {2, now + 1}, b);
  const Scalar key = (first.v - retry.v) * (first.h - retry.h).inverse();
  EXPECT_EQ(key, lee.secret);
  EXPECT_EQ(first.v - first.h * key, b);
  EXPECT_EQ((first.v - first.h * key).inverse() * first.alpha_cb, grant.alpha);
  // The thief is Lee from now on.
  const Request stolen = make_request({key, key * G1::generator()}, grant.consent, grant.alpha,
                                      request_secret(t_c1, {grant.consent, {}, grant.alpha, {}, {}}), {1, now}, Scalar(5));
  EXPECT_TRUE(answer_to(stolen, lee.public_key));
}

// R12: g_b = e(T_c1 + Q·P1, α_CB) is made of public values.
TEST_F(published_sharing_falls, to_an_observer_who_knows_t_c1_and_reads_what_is_asked_for) {
  const Request seen = make_request(lee, grant_of(2), {2, now}, Scalar::random(rng));
  const auto wanted = must(open_wanted(request_secret(t_c1, seen), seen));
  EXPECT_EQ(wanted.record, 2U);
  EXPECT_EQ(wanted.time, now);
}

// R13: F_1 came with a grant that has expired; today's grant is for record 2. Nothing of it says so to the hospital.
TEST_F(published_sharing_falls, to_an_old_factor_under_a_new_grant_for_another_record) {
  const Grant old = grant_of(1, Time(500));
  const Grant today = grant_of(2);
  const Scalar b = Scalar::random(rng);
  EXPECT_FALSE(answer_to(make_request(lee, old, {1, now}, b), lee.public_key));
  const auto answer = must(answer_to(make_request(lee, today, {1, now}, b), lee.public_key));
  EXPECT_EQ(open_answer(record_secret(b, t_a1, old.factors.at(1)), answer), emr(1));
}

// R14: a1 stays. Who gets it one day, with the factor that the hospital keeps beside it, opens what was recorded long ago: T_b was in the request.
TEST_F(published_sharing_falls, to_the_hospitals_long_term_secrets_leaked_later) {
  const Request seen = make_request(lee, grant_of(2), {2, now}, Scalar::random(rng));
  const auto answer = must(answer_to(seen, lee.public_key));
  const Gt k = pairing((a.first * factors[1]) * recover_t_b(lee.public_key, seen), keeper.patient.first_prime);
  EXPECT_EQ(open_answer(k, answer), emr(2));
}

// R7: T_c2 and T_a2 are in no MAC. With e·P1 in their place both accept; s_α = c1·e·P1 = e·T_c1, s_β of the hospital = a1·e·P1 = e·T_a1.
TEST_F(published_sharing_falls, to_swapped_ts_on_the_way) {
  const Scalar e = Scalar::random(rng);
  Points to_patient = points_of(a);
  Points to_hospital = points_of(c);
  to_patient.second = to_hospital.second = e * G1::generator();
  const Visit at_patient = visit_of_patient(patient_key, c, hospital, to_patient);
  const Visit at_hospital = visit_of_hospital(hospital_key, a, patient, to_hospital);
  EXPECT_EQ(at_patient.confirmation, at_hospital.confirmation);  // both accept
  EXPECT_EQ(at_patient.alpha, e * to_hospital.first);  // and half of each one's factors is the attacker's
  EXPECT_EQ(at_hospital.beta, e * to_patient.first);
  EXPECT_NE(encryption_factors(at_patient, 3), encryption_factors(at_hospital, 3));
}

// R7: what A sends first is what A then expects. Who knows none of C's keys comes as C with c1, c2 of its own and sends A's MAC back: from now
// on its T_1 is C's at A. It knows s_α = c1·T_a2 and s_β = c2·T_a1, which do not depend on K, and grants whom it likes what C has there.
TEST_F(published_sharing_falls, to_a_reflected_mac) {
  const Secrets own = Secrets::random(rng);
  const Visit at_hospital = visit_of_hospital(hospital_key, a, patient, points_of(own));
  const Bytes32 sent_by_hospital = at_hospital.confirmation;
  const Bytes32 sent_back = sent_by_hospital;
  EXPECT_EQ(sent_back, at_hospital.confirmation);  // the hospital's whole check of C

  const Points received = points_of(a);
  const Visit known{{}, own.first * received.second, own.second * received.first};
  EXPECT_EQ(encryption_factors(known, 3), encryption_factors(at_hospital, 3));
  const Hospital deceived{hospital, a, points_of(own), encryption_factors(at_hospital, 3)};
  const Grant grant = make_grant(own.first, {other_doctor, hospital, Time(9'999)}, {{1, encryption_factors(known, 3)[0]}});
  const Scalar b = Scalar::random(rng);
  const auto accepted = must(deceived.check(mallory.public_key, make_request(mallory, grant, {1, now}, b), now));
  EXPECT_EQ(open_answer(record_secret(b, t_a1, grant.factors.at(1)), deceived.answer(accepted, emr(1), rng)), emr(1));
}

// R8: n is in every factor. A fourth record, and the grant of yesterday opens nothing.
TEST_F(published_sharing_falls, to_one_record_more_which_shifts_every_factor) {
  const Grant yesterday = grant_of(2);
  Hospital grown = keeper;
  grown.factors = encryption_factors(patient_side, 4);
  for (std::size_t i = 0; i < factors.size(); ++i) EXPECT_NE(grown.factors[i], factors[i]) << i;
  const Scalar b = Scalar::random(rng);
  const auto accepted = must(grown.check(lee.public_key, make_request(lee, yesterday, {2, now}, b), now));
  EXPECT_FALSE(open_answer(record_secret(b, t_a1, yesterday.factors.at(2)), grown.answer(accepted, emr(2), rng)));
}

// R10: (H6(fp) ⊕ EE1) ⊕ (H6(fp) ⊕ EE2) = EE1 ⊕ EE2, and who knows EE1 knows EE2.
TEST_F(published_sharing_falls, to_a_pad_that_is_used_for_two_entries) {
  const std::string one = "asthma, since 1991; record 1 at st-mary";
  const std::string two = "hiv, since 2004; record 2 at st-luke   ";
  ASSERT_EQ(one.size(), two.size());
  const Bytes fingerprint(256, 0x5a);
  const Bytes sealed1 = seal_entry(fingerprint, as_bytes(one));
  const Bytes sealed2 = seal_entry(fingerprint, as_bytes(two));
  std::string learnt = one;
  for (std::size_t i = 0; i < learnt.size(); ++i) learnt[i] = static_cast<char>(static_cast<Byte>(learnt[i]) ^ sealed1[i] ^ sealed2[i]);
  EXPECT_EQ(learnt, two);

  // Nor does it serve its owner: no two scans agree in every bit, and one bit is enough.
  Bytes next_scan = fingerprint;
  next_scan[100] ^= 1;
  EXPECT_NE(seal_entry(next_scan, sealed1), Bytes(one.begin(), one.end()));
}

}  // namespace
}  // namespace caduceus::published::taka
