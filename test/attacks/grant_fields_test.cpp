// Every field of a grant, a request and an answer, changed on the way. (Messages of a first visit: agreement_test; of emergencies: emergency_test; keyslots and entries: vault_test.)
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct GrantFields : testing::Test {
  Sharing s;
  const std::vector<RecordPlace> places{{1, 2}, {1, 5}, {2, 1}};
  const Grant grant = s.grant(s.policy(places));
  const GrantRequester requester = s.ask(grant, {{1, 2}, {1, 5}});

  Answer answer_of(const GrantRequester& asked) {
    AcceptedRequest taken = must(s.check(asked.request()));
    return s.answer(taken, asked.request().records.items);
  }
};

using changed_grant_messages = GrantFields;

// The patient's own word, changed before the doctor uses it: the doctor's wallet, the hospital, or at last the key notices.
TEST_F(changed_grant_messages, every_field_of_a_grant_counts) {
  const auto forged = Reject::grant_forged;
  const auto not_ours = Reject::grant_not_for_us;
  expect_every_field_counts(grant,
                            {{"id", forged},
                             {"patient role", Reject::policy_parties},
                             {"patient name", not_ours},
                             {"patient version", not_ours},
                             {"doctor role", not_ours},
                             {"doctor name", not_ours},
                             {"doctor version", not_ours},
                             {"hospital role", Reject::policy_parties},
                             {"hospital name", not_ours},
                             {"hospital version", not_ours},
                             {"records", forged},
                             {"not before", forged},
                             {"expires", forged},
                             {"purpose", forged},
                             {"uses", forged},
                             {"α_C", forged},
                             {"F_j", Reject::sealed_invalid}},
                            [&](const Grant& changed) -> Checked<std::vector<RecordBody>> {
                              const std::vector<RecordPlace> all = changed.policy.records.items;
                              TRY(const GrantRequester asked, GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, changed,
                                                                                    changed.policy.records, Sharing::now, s.rng));
                              TRY(AcceptedRequest taken, s.check(asked.request()));
                              return asked.open(s.answer(taken, all));
                            });
}

TEST_F(changed_grant_messages, every_field_of_a_request_counts) {
  const auto request = Reject::request_signature;
  const auto not_ours = Reject::grant_not_for_us;
  const auto licence = Reject::signature_invalid;
  expect_every_field_counts(requester.request(),
                            {{"id", request},
                             {"policy patient role", Reject::policy_parties},
                             {"policy patient name", not_ours},
                             {"policy patient version", not_ours},
                             {"doctor role", Reject::policy_parties},
                             {"doctor name", not_ours},
                             {"doctor version", not_ours},
                             {"hospital role", Reject::policy_parties},
                             {"hospital name", not_ours},
                             {"hospital version", not_ours},
                             {"policy records", request},
                             {"not before", request},
                             {"expires", request},
                             {"purpose", request},
                             {"uses", request},
                             {"records", Reject::grant_records},
                             {"time", request},
                             {"patient role", not_ours},
                             {"patient name", not_ours},
                             {"patient version", not_ours},
                             {"T_b", request},
                             {"α_CB", request},
                             {"L", Reject::signature_other_key},
                             {"h", request},
                             {"v", request},
                             {"v_b", request},
                             {"licence hospital role", Reject::licence_parties},
                             {"licence hospital name", Reject::licence_issuer},
                             {"licence hospital version", Reject::licence_issuer},
                             {"licence doctor role", Reject::request_licence},
                             {"licence doctor name", Reject::request_licence},
                             {"licence doctor version", Reject::request_licence},
                             {"device", licence},
                             {"issued", licence},
                             {"licence expires", licence},
                             {"licence L", Reject::signature_other_key},
                             {"licence h", licence},
                             {"licence v", licence}},
                            [&](const GrantRequest& changed) { return s.check(changed); });
}

// Fewer records than were asked for, which the policy allows: they are signed too.
TEST_F(changed_grant_messages, a_record_left_out_of_a_request_is_refused) {
  GrantRequest request = requester.request();
  request.records.items.pop_back();
  EXPECT_THAT(s.check(request), refused_as(Reject::request_signature));
  request.records.items = {{1, 5}, {1, 2}};
  EXPECT_THAT(s.check(request), refused_as(Reject::policy_records));
  request.records.items = {{1, 2}, {1, 2}};
  EXPECT_THAT(s.check(request), refused_as(Reject::policy_records));
}

TEST_F(changed_grant_messages, every_field_of_an_answer_counts) {
  const Answer answer = answer_of(requester);
  expect_every_field_counts(answer, {{"T_a", Reject::sealed_invalid}, {"bodies", Reject::sealed_invalid}},
                            [&](const Answer& changed) { return requester.open(changed); });
  Answer changed = answer;
  change(changed.bodies.items[0]);
  EXPECT_THAT(requester.open(changed), refused_as(Reject::sealed_invalid));
  changed = answer;
  std::swap(changed.bodies.items[0], changed.bodies.items[1]);
  EXPECT_THAT(requester.open(changed), refused_as(Reject::sealed_invalid));
  changed.bodies.items.pop_back();
  EXPECT_THAT(requester.open(changed), refused_as(Reject::answer_records));
  changed = answer;
  changed.bodies.items.push_back(answer.bodies.items[0]);
  EXPECT_THAT(requester.open(changed), refused_as(Reject::answer_records));
  changed = answer;
  changed.bodies.items[1].value.resize(changed.bodies.items[1].value.size() - 17);
  EXPECT_THAT(requester.open(changed), refused_as(Reject::sealed_invalid));
}

// sk_j is of H(request): an answer to a request that was changed on the way, had it been accepted, would not open.
TEST_F(changed_grant_messages, an_answer_is_to_one_request) {
  EXPECT_THAT(requester.open(answer_of(s.ask(grant, {{1, 2}, {1, 5}}))), refused_as(Reject::sealed_invalid));
  EXPECT_THAT(requester.open(answer_of(s.ask(grant, {{1, 2}, {2, 1}}))), refused_as(Reject::sealed_invalid));
  // The licence is not signed by the doctor, but it is in H(request): another good one in its place is accepted, and the answer does not open.
  GrantRequest relicensed = requester.request();
  relicensed.licence = must(issue_licence(s.ppub, s.employer.signing,
                                          {s.employer.signing.identity, s.doctor.signing.identity, 4, Time(0), Sharing::now + 9}, s.rng));
  AcceptedRequest taken = must(s.check(relicensed));
  EXPECT_THAT(requester.open(s.answer(taken, relicensed.records.items)), refused_as(Reject::sealed_invalid));
}

// What a grant may not say, whoever signs it.
TEST_F(changed_grant_messages, a_policy_that_says_nothing_is_refused) {
  std::vector<std::pair<Policy, Reject>> bad(7, {grant.policy, Reject::policy_records});
  bad[0].first.records.items.clear();
  bad[1].first.records.items = {{2, 1}, {1, 2}};
  bad[2] = {grant.policy, Reject::policy_period};
  bad[2].first.expires = bad[2].first.not_before;
  bad[3] = {grant.policy, Reject::policy_uses};
  bad[3].first.uses = 0;
  bad[4] = bad[3];
  bad[4].first.uses = Policy::most_uses + 1;
  bad[5] = {grant.policy, Reject::policy_parties};
  bad[5].first.doctor.role = Role::hospital;
  bad[6] = bad[5];
  std::swap(bad[6].first.patient, bad[6].first.doctor);
  for (const auto& [policy, reason] : bad) {
    EXPECT_THAT(policy.check(), refused_as(reason));
    EXPECT_THAT(make_grant(policy, s.patient_side, s.factors(grant.policy.records.items)), refused_as(reason));
    GrantRequest request = requester.request();
    request.policy = policy;
    EXPECT_THAT(s.check(request), refused_as(reason));
  }
  EXPECT_THAT(make_grant(grant.policy, s.patient_side, s.factors({{1, 2}})), refused_as(Reject::grant_factors));
}

}  // namespace
}  // namespace caduceus
