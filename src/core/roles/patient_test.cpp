#include "test/patient_wallet.h"

namespace caduceus::roles::patient {
namespace {

TEST_F(PatientTest, a_visit_that_stops_goes_on_with_the_same_bytes) {
  const auto begin = [&] { return must(step([&](WriteSet& one) { return begin_visit(one, self, hospital.key, card, world.rng); })); };
  const Meet first = begin();
  EXPECT_EQ(begin().hello, first.hello);
  EXPECT_EQ(visit_at(view(), hospital_id).error(), Reject::visit_unknown);
  visit();
  EXPECT_EQ(begin().hello, first.hello);
  EXPECT_EQ(visited(view()), std::vector{hospital_id});
  const VerificationKey other{hospital_id, world.employer.signing.public_point};
  EXPECT_EQ(step([&](WriteSet& one) { return begin_visit(one, self, other, card, world.rng); }).error(), Reject::signature_other_key);
  EXPECT_EQ(step([&](WriteSet& one) { return visit_acknowledged(one, doctor_id, {}); }).error(), Reject::visit_unknown);
}

TEST_F(PatientTest, a_notice_is_taken_once_and_only_if_it_fits) {
  EXPECT_EQ(take(notice({1, 1})).error(), Reject::visit_unknown);
  visit();
  EXPECT_EQ(take(notice({1, 1})), true);
  EXPECT_EQ(take(notice({1, 1})), false);
  EXPECT_EQ(take(notice({1, 2}, 4)).error(), Reject::record_place) << "n of a batch is told once";
  EXPECT_EQ(take(notice({1, 4})).error(), Reject::record_place);
  RecordNotice other = notice({1, 1});
  other.terms.written = other.terms.written + 1;
  EXPECT_EQ(take(other).error(), Reject::record_place) << "another record in its place";
  other = notice({1, 2});
  other.emr->value[0] ^= 1;
  EXPECT_EQ(take(other).error(), Reject::record_hash);
  other = notice({1, 2});
  other.terms.hospital = world.employer.signing.identity;
  EXPECT_EQ(take(other).error(), Reject::letter_parties);
  other = notice({1, 3});
  other.terms = notice({1, 1}).terms;
  other.emr.reset();
  EXPECT_EQ(take(other).error(), Reject::record_place) << "one record in two places";
  EXPECT_EQ(records_of(view()).size(), 1U);
}

TEST_F(PatientTest, a_record_is_verified_once_a_final_block_has_it) {
  visit();
  take_all(1);
  const RecordName name{hospital_id, {1, 1}};
  const auto seen = [&](const std::optional<OnMed>& now) {
    change([&](WriteSet& one) { seen_on_med(one, name, now); });
    return record_at(view(), name)->on_med;
  };
  const OnMed in_block{{1}, Height(4), false}, final{{2}, Height(5), true};
  EXPECT_EQ(seen(in_block), in_block);
  EXPECT_EQ(seen({}), std::nullopt) << "a reorganisation";
  EXPECT_EQ(seen(final), final);
  EXPECT_EQ(seen({}), final);
}

TEST_F(PatientTest, an_erasure_that_overtakes_its_record_waits_for_it) {
  const auto receipt =
      sign_erasure(world.ppub, world.hospital.signing, hash_of(notice({1, 1}).terms), Sharing::now, "on her wish", world.rng);
  EXPECT_EQ(read(world.hospital, hospital, receipt).error(), Reject::visit_unknown);
  visit();
  EXPECT_EQ(read(world.hospital, hospital, receipt), LetterOutcome::erasure);
  EXPECT_TRUE(records_of(view()).empty());
  take_all(2);
  EXPECT_TRUE(must(record_at(view(), {hospital_id, {1, 1}})).erased);
  EXPECT_FALSE(must(record_at(view(), {hospital_id, {1, 2}})).erased);
}

TEST_F(PatientTest, her_factors_are_the_hospitals) {
  visit();
  take_all(3);
  const auto theirs = must(encryption_factors(at_hospital->factors(), 1, 3));
  const std::vector<RecordPlace> places{{1, 1}, {1, 3}};
  const auto ours = must(factors_of(view(), hospital_id, places));
  EXPECT_EQ(ours[0].expose(), theirs[0].expose());
  EXPECT_EQ(ours[1].expose(), theirs[2].expose());
  const std::vector<RecordPlace> unknown{{2, 1}};
  EXPECT_EQ(factors_of(view(), hospital_id, unknown).error(), Reject::record_unknown);
}

TEST_F(PatientTest, a_grant_opens_what_it_names_at_the_hospital) {
  const GrantContent content = granted();
  EXPECT_EQ(content.grant.policy.records.items, (std::vector<RecordPlace>{{1, 1}, {1, 2}}));
  EXPECT_EQ(content.titles.items.front().value, "visit 1");
  EXPECT_EQ(content.question, question().id);
  EXPECT_TRUE(AcceptedRequest::check(world.ppub, hospital_id, *at_hospital, request_by(content), world.view(), {}, world.rng));
  EXPECT_EQ(grant(answer_to(question(), {{1, 3}})).error(), Reject::request_unknown) << "answered already";
}

TEST_F(PatientTest, what_cannot_be_granted_is_refused_by_name) {
  EXPECT_EQ(grant(answer_to(question(), {{1, 1}})).error(), Reject::request_unknown);
  Consent given = answer_to(question(), {{1, 1}});
  given.question = {};
  EXPECT_EQ(grant(given).error(), Reject::agreement_unknown);
  visit();
  take_all();
  agree();
  given.records = {{1, 9}};
  EXPECT_EQ(grant(given).error(), Reject::record_unknown);
  given.records = {};
  EXPECT_EQ(grant(given).error(), Reject::policy_records);
  given.records = {{1, 1}};
  given.expires = Time(1);
  EXPECT_EQ(grant(given).error(), Reject::policy_period);
  const auto receipt =
      sign_erasure(world.ppub, world.hospital.signing, hash_of(notice({1, 1}).terms), Sharing::now, "on her wish", world.rng);
  ASSERT_EQ(read(world.hospital, hospital, receipt), LetterOutcome::erasure);
  EXPECT_EQ(grant(answer_to(question(), {{1, 1}})).error(), Reject::request_unknown);
  given.expires = question().until;
  EXPECT_EQ(grant(given).error(), Reject::record_erased);
}

TEST_F(PatientTest, a_question_is_denied_in_words) {
  agree();
  ASSERT_EQ(from_doctor(question()), LetterOutcome::question);
  EXPECT_EQ(from_doctor(question()), LetterOutcome::nothing_new);
  ASSERT_TRUE(step([&](WriteSet& one) { return deny(one, self, question().id, "not today", Sharing::now, world.rng); }));
  EXPECT_EQ(std::get<GrantDenied>(to_doctor()).words.value, "not today");
  EXPECT_EQ(questions_of(view()).front().state, QuestionState::denied);
  EXPECT_FALSE(step([&](WriteSet& one) { return deny(one, self, question().id, "", Sharing::now, world.rng); }));
}

TEST_F(PatientTest, letters_of_the_wrong_people_change_nothing) {
  visit();
  EXPECT_EQ(from_doctor(notice({1, 1})).error(), Reject::letter_kind);
  EXPECT_EQ(read(world.hospital, hospital, question()).error(), Reject::letter_kind);
  EXPECT_EQ(from_doctor(GrantDenied{}).error(), Reject::letter_kind);
  const Confirm confirm{{}, sign(world.ppub, world.doctor.signing, "init", as_bytes("of no agreement"), world.rng)};
  EXPECT_EQ(from_doctor(confirm).error(), Reject::agreement_unknown);
  EXPECT_EQ(read(world.hospital, doctor, question()).error(), Reject::letter_parties) << "not who SUP has under that name";
  EXPECT_EQ(read(world.employer, {world.employer.signing.verification_key(), hospital.sealing, hospital_id}, notice({1, 1})).error(),
            Reject::letter_parties);
}

TEST_F(PatientTest, an_agreement_is_pinned_and_a_repeat_has_the_same_answer) {
  agree();
  const auto reply = std::get<Reply>(must(open_letter(doctor_sealing, letters_to_send(view()).front().second.envelope)).content);
  ASSERT_EQ(from_doctor(at_doctor->hello()), LetterOutcome::nothing_new);
  EXPECT_EQ(std::get<Reply>(to_doctor()), reply);
  const Initiator other = must(Initiator::begin(doctor.key, world.patient.signing.verification_key(), world.rng));
  EXPECT_EQ(from_doctor(other.hello()).error(), Reject::agreement_pinned);
}

TEST_F(PatientTest, a_revocation_is_the_same_until_the_hospital_has_it) {
  const PolicyId id = granted().grant.policy.id;
  const auto revoke = [&] { return step([&](WriteSet& one) { return begin_revocation(one, self, id, Sharing::now, world.rng); }); };
  const RevokeGrant first = must(revoke());
  EXPECT_EQ(encode(must(revoke())), encode(first));
  EXPECT_TRUE(verify(world.ppub, world.patient.signing.verification_key(), first));
  EXPECT_FALSE(grants_of(view()).front().revoked);
  change([&](WriteSet& one) { revocation_done(one, id, Sharing::now); });
  EXPECT_TRUE(grants_of(view()).front().revoked);
  EXPECT_FALSE(step([&](WriteSet& one) { return begin_revocation(one, self, {1}, Sharing::now, world.rng); }));
}

TEST_F(PatientTest, entries_of_a_log_come_in_any_order_and_a_second_log_shows) {
  const GrantRequest request = request_by(granted());
  const SignedLogEntry first = log(request), second = log(request), third = log(request);
  EXPECT_EQ(take(third), true);
  EXPECT_EQ(log_head_of(view(), hospital_id).number, 0U);
  EXPECT_EQ(take(first), true);
  EXPECT_EQ(take(second), true);
  EXPECT_EQ(take(second), false);
  EXPECT_EQ(log_head_of(view(), hospital_id).number, 3U);
  LogEntry changed = third.entry;
  changed.time = changed.time + 1;
  EXPECT_EQ(take(sign_entry(world.ppub, world.hospital.signing, changed, world.rng)).error(), Reject::access_log);
  changed.of_patient = 4;
  EXPECT_EQ(take(sign_entry(world.ppub, world.hospital.signing, changed, world.rng)).error(), Reject::access_log)
      << "it follows another one";
}

TEST_F(PatientTest, an_access_is_by_a_grant_of_hers_or_it_shows) {
  GrantContent content = granted();
  ASSERT_EQ(take(log(request_by(content))), true);
  ASSERT_EQ(accesses_of(view()).size(), 1U);
  EXPECT_EQ(accesses_of(view()).front().concern, AccessConcern::none);
  GrantRequest other = request_by(content);
  other.policy.id[0] ^= 1;
  ASSERT_EQ(take(log(other)), true);
  EXPECT_EQ(accesses_of(view()).back().concern, AccessConcern::not_granted);
}

TEST_F(PatientTest, she_finds_readings_on_sup_by_their_marks) {
  visit();
  take_all();
  const Emergency read = on_sup(EmergencyKind::read);
  EmergencyTerms others = read.second.terms;
  others.marks.items.front()[0] ^= 1;
  EXPECT_EQ(look({{hash_of(others), {read.second.committed, others}}, read}), 1U);
  EXPECT_EQ(scan_from(view()), Height(11));
  auto all = accesses_of(view());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().records, (std::vector<RecordName>{{hospital_id, {1, 2}}}));
  EXPECT_EQ(all.front().concern, AccessConcern::not_answered);
  EXPECT_EQ(all.front().reason, 5U);
  ASSERT_EQ(take(log(emergency_request(EmergencyKind::read, read.first))), true);
  all = accesses_of(view());
  ASSERT_EQ(all.size(), 1U) << "one access, of which two sides tell";
  EXPECT_TRUE(all.front().is_in_log && all.front().is_on_sup);
  EXPECT_EQ(all.front().concern, AccessConcern::none);
}

TEST_F(PatientTest, an_opening_is_found_once_the_holder_told_her_its_nonce) {
  visit();
  take_all();
  const EmergencyRequest request = emergency_request(EmergencyKind::open, hash_of(on_sup(EmergencyKind::open).second.terms));
  const Emergency opened = on_sup(EmergencyKind::open);
  EXPECT_EQ(look({opened}), 0U);
  ASSERT_EQ(take(log(request)), true);
  EXPECT_EQ(accesses_of(view()).front().concern, AccessConcern::not_on_sup);
  EXPECT_EQ(scan_from(view()), Height(0)) << "she looks at all of it again";
  EXPECT_EQ(look({opened}), 1U);
  EXPECT_EQ(accesses_of(view()).front().concern, AccessConcern::none);
}

TEST_F(PatientTest, a_record_that_comes_late_is_looked_for_again) {
  visit();
  ASSERT_EQ(read(world.hospital, hospital, notice({1, 2})), LetterOutcome::record);
  const Emergency reading = on_sup(EmergencyKind::read);
  look({});
  ASSERT_EQ(read(world.hospital, hospital, notice({1, 1})), LetterOutcome::record);
  EXPECT_EQ(scan_from(view()), Height(0));
  EXPECT_EQ(look({reading}), 1U);
}

TEST_F(PatientTest, a_dispute_is_of_what_she_found_and_is_answered_in_the_words_that_sup_has) {
  visit();
  take_all();
  const NetworkId net{1};
  const Identity account{Role::patient_med, {std::string(64, 'a')}, 1};
  const AggregateKey key = extract_aggregate_key(world.secrets.aggregate, account);
  const auto dispute = [&](const TransactionHash& htxu) {
    return step([&](WriteSet& one) { return begin_dispute(one, net, key, htxu, "I was awake.", Sharing::now, world.rng); });
  };
  const Emergency reading = on_sup(EmergencyKind::read);
  EXPECT_EQ(dispute(reading.first).error(), Reject::dispute_request);
  look({reading});
  const HeldDispute held = must(dispute(reading.first));
  EXPECT_EQ(encode(must(dispute(reading.first)).transaction), encode(held.transaction));
  EXPECT_EQ(held.transaction.terms.text, dispute_text_hash("I was awake."));
  EXPECT_TRUE(accesses_of(view()).front().is_disputed);

  const DisputeReply reply{held.hash(), {"She was not."}};
  EXPECT_EQ(read(world.hospital, hospital, reply).error(), Reject::dispute_hospital) << "another one backed it";
  const Party backer{world.employer.signing.verification_key(), hospital.sealing, world.employer.signing.identity};
  ASSERT_EQ(read(world.employer, backer, reply), LetterOutcome::dispute_reply);
  DisputeAnswerTerms answer{backer.key.identity, held.hash(), dispute_text_hash("Others."), Sharing::now};
  change([&](WriteSet& one) { EXPECT_FALSE(dispute_answered(one, reading.first, answer)); });
  answer.text = dispute_text_hash("She was not.");
  change([&](WriteSet& one) { EXPECT_TRUE(dispute_answered(one, reading.first, answer)); });
  EXPECT_TRUE(disputes_of(view()).front().is_answered);
}

}  // namespace
}  // namespace caduceus::roles::patient
