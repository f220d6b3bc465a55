// What the hospital looks at beside the algebra: who is revoked, what time it is, how often, whose licence, and whether it is asked at all.
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct View : testing::Test {
  Sharing s;
  const Policy policy = s.policy();
  const Grant grant = s.grant(policy);
  const GrantRequester honest = s.ask(grant, {{1, 2}, {2, 1}});
  HospitalView view = s.view();
  GrantMemory memory;

  Checked<AcceptedRequest> asked(const GrantRequest& request) {
    return AcceptedRequest::check(s.ppub, s.hospital.signing.identity, s.hospital_side, request, view, memory, s.rng);
  }
  Checked<AcceptedRequest> asked() { return asked(honest.request()); }
  void at(std::uint64_t milliseconds) { view.now = view.newest_sblock = Time(milliseconds); }
};
using hospital_view = View;

TEST_F(hospital_view, a_revoked_grant_is_refused_even_when_it_was_answered_before) {
  memory = must(asked()).to_persist().copy();
  EXPECT_THAT(asked(), accepted());
  memory.revoked = true;
  EXPECT_THAT(asked(), refused_as(Reject::grant_revoked));
  memory = {};
  memory.revoked = true;
  EXPECT_THAT(asked(), refused_as(Reject::grant_revoked));
}

TEST_F(hospital_view, a_revoked_doctor_is_refused) {
  view.doctor_is_revoked = true;
  EXPECT_THAT(asked(), refused_as(Reject::doctor_revoked));
}

// A licence that was verified before is spared one signature, and nothing else.
TEST_F(hospital_view, a_licence_that_was_verified_before_has_to_be_in_force_and_the_doctors) {
  view.licence_is_verified = true;
  EXPECT_THAT(asked(), accepted());
  GrantRequest changed = honest.request();
  changed.licence.licence.expires = view.now;
  EXPECT_THAT(asked(changed), refused_as(Reject::licence_expired));
  changed.licence.licence.expires = Time(view.now.value() + 2);
  changed.licence.licence.issued = Time(view.now.value() + 1);
  EXPECT_THAT(asked(changed), refused_as(Reject::licence_not_yet_valid));
  changed = honest.request();
  changed.licence.licence.doctor.name.value += "x";
  EXPECT_THAT(asked(changed), refused_as(Reject::request_licence));
  view.licence_issuer = s.hospital.signing.verification_key();
  EXPECT_THAT(asked(), refused_as(Reject::licence_issuer));
  view = s.view();
  view.licence_is_verified = view.doctor_is_revoked = true;
  EXPECT_THAT(asked(), refused_as(Reject::doctor_revoked));
}

TEST_F(hospital_view, a_hospital_that_may_be_cut_off_refuses) {
  view.newest_sblock = Time(view.now.value() - request_window);
  EXPECT_THAT(asked(), accepted());
  view.newest_sblock = Time(view.now.value() - request_window - 1);
  EXPECT_THAT(asked(), refused_as(Reject::sup_behind));
}

TEST_F(hospital_view, a_request_is_good_for_120_s_either_way) {
  const std::uint64_t time = honest.request().time.value();
  at(time + request_window);
  EXPECT_THAT(asked(), accepted());
  at(time + request_window + 1);
  EXPECT_THAT(asked(), refused_as(Reject::request_time));
  const GrantRequester early =
      must(GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, grant, {{{1, 2}}}, Time(time + request_window), s.rng));
  at(time);
  EXPECT_THAT(asked(early.request()), accepted());
  at(time - 1);
  EXPECT_THAT(asked(early.request()), refused_as(Reject::request_time));
}

TEST_F(hospital_view, a_grant_is_in_force_from_its_first_to_before_its_last_millisecond) {
  const std::uint64_t time = honest.request().time.value();
  Policy narrow = policy;
  narrow.not_before = Time(time + 5);
  narrow.expires = Time(time + 9);
  const Grant given = s.grant(narrow);
  const GrantRequest request = s.ask(given, {{1, 2}}).request();
  for (const auto& [now, reason] : std::vector<std::pair<std::uint64_t, std::optional<Reject>>>{
           {4, Reject::grant_not_yet_in_force}, {5, {}}, {8, {}}, {9, Reject::grant_expired}}) {
    at(time + now);
    if (reason) {
      EXPECT_THAT(asked(request), refused_as(*reason)) << now;
    } else {
      EXPECT_THAT(asked(request), accepted()) << now;
    }
  }
}

TEST_F(hospital_view, no_use_more_than_the_patient_gave) {
  memory.used = policy.uses - 1;
  memory = must(asked()).to_persist().copy();
  EXPECT_EQ(memory.used, policy.uses);
  EXPECT_THAT(asked(), accepted());  // the same again is not another use
  EXPECT_THAT(asked(s.ask(grant, {{1, 2}}).request()), refused_as(Reject::grant_used_up));
  memory.answered.items.clear();
  EXPECT_THAT(asked(), refused_as(Reject::grant_used_up));
}

TEST_F(hospital_view, the_licence_is_the_doctors_in_force_and_of_who_is_asked) {
  const Licence& licence = s.licence.licence;
  GrantRequest request = honest.request();
  const auto relicensed = [&](Licence changed) {
    request.licence = must(issue_licence(s.ppub, s.employer.signing, changed, s.rng));
    return asked(request);
  };
  Licence changed = licence;
  changed.expires = Sharing::now;
  EXPECT_THAT(relicensed(changed), refused_as(Reject::licence_expired));
  changed = licence;
  changed.issued = Sharing::now + 1;
  EXPECT_THAT(relicensed(changed), refused_as(Reject::licence_not_yet_valid));
  changed = licence;
  changed.doctor.name = {"dr-mallory.st-luke"};
  EXPECT_THAT(relicensed(changed), refused_as(Reject::request_licence));
  request = honest.request();
  view.licence_issuer = s.hospital.signing.verification_key();
  EXPECT_THAT(asked(request), refused_as(Reject::licence_issuer));
  view.licence_issuer = {s.employer.signing.identity, s.hospital.signing.public_point};
  EXPECT_THAT(asked(request), refused_as(Reject::signature_other_key));
}

// The request goes to another hospital, which the patient has visited as well.
TEST_F(hospital_view, a_replay_to_another_hospital_is_refused) {
  Initiator elsewhere = must(Initiator::begin(s.patient.signing.verification_key(), s.employer.signing.verification_key(), s.rng));
  Responder other = must(Responder::answer(s.ppub, s.employer, s.patient.signing.verification_key(), elsewhere.hello(), s.rng));
  must(other.receive(s.ppub, must(elsewhere.receive(s.ppub, s.patient, other.reply(), s.rng))));
  const auto asked_there = [&](const GrantRequest& request) {
    return AcceptedRequest::check(s.ppub, s.employer.signing.identity, other, request, view, {}, s.rng);
  };
  EXPECT_THAT(asked_there(honest.request()), refused_as(Reject::grant_not_for_us));
  // With the hospital's name exchanged: c1 is another there, and so is Q.
  GrantRequest request = honest.request();
  request.policy.hospital = s.employer.signing.identity;
  EXPECT_THAT(asked_there(signed_again(s.ppub, s.doctor.signing, b_of(honest), request, s.rng)), refused_as(Reject::grant_forged));
  // The patient's own wallet does not grant in the other's name.
  EXPECT_THAT(make_grant(policy, elsewhere, s.factors(policy.records.items)), refused_as(Reject::grant_not_for_us));
}

TEST_F(hospital_view, another_patients_visit_or_one_that_is_not_over_is_no_ground) {
  const IdentityKeys other = s.enrol({Role::patient, {"0th3r"}, 1});
  Initiator patient = must(Initiator::begin(other.signing.verification_key(), s.hospital.signing.verification_key(), s.rng));
  Responder visit = must(Responder::answer(s.ppub, s.hospital, other.signing.verification_key(), patient.hello(), s.rng));
  must(visit.receive(s.ppub, must(patient.receive(s.ppub, other, visit.reply(), s.rng))));
  const auto asked_with = [&](const Responder& first_visit, const GrantRequest& request) {
    return AcceptedRequest::check(s.ppub, s.hospital.signing.identity, first_visit, request, view, {}, s.rng);
  };
  EXPECT_THAT(asked_with(visit, honest.request()), refused_as(Reject::grant_not_for_us));
  GrantRequest request = honest.request();
  request.patient = other.signing.identity;
  EXPECT_THAT(asked_with(visit, request), refused_as(Reject::grant_not_for_us));
  EXPECT_THAT(asked(request), refused_as(Reject::grant_not_for_us));
  // The other patient's records on the first one's consent.
  request.policy.patient = other.signing.identity;
  EXPECT_THAT(asked_with(visit, signed_again(s.ppub, s.doctor.signing, b_of(honest), request, s.rng)), refused_as(Reject::grant_forged));

  const Responder pending =
      must(Responder::answer(s.ppub, s.hospital, s.patient.signing.verification_key(), s.patient_side.hello(), s.rng));
  EXPECT_THAT(asked_with(pending, honest.request()), refused_as(Reject::grant_not_for_us));
}

}  // namespace
}  // namespace caduceus
