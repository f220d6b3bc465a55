// The patient's wallet against the hospital's and the doctor's side of the cryptography.
#include <gtest/gtest.h>

#include "core/roles/patient_access_list.h"
#include "core/roles/patient_index.h"
#include "test/sharing.h"

namespace caduceus::roles::patient {
namespace {

struct PatientTest : testing::Test {
  Sharing world;
  MemoryTables tables;
  SealingKey own_sealing = SealingKey::random(world.patient.signing.identity, world.rng);
  SealingKey doctor_sealing = SealingKey::random(world.doctor.signing.identity, world.rng);
  SealingKey hospital_sealing = SealingKey::random(world.hospital.signing.identity, world.rng);
  PatientSelf self{world.ppub, world.patient, own_sealing};
  Card card = make_card(world.ppub, world.patient.signing, own_sealing, world.hospital.signing.identity, world.rng);
  Party hospital{world.hospital.signing.verification_key(), hospital_sealing.public_key, world.hospital.signing.identity};
  Party doctor{world.doctor.signing.verification_key(), doctor_sealing.public_key, world.employer.signing.identity};
  const Identity& hospital_id = world.hospital.signing.identity;
  const Identity& doctor_id = world.doctor.signing.identity;
  std::optional<Responder> at_hospital;  // the hospital's side of the first visit
  std::optional<Initiator> at_doctor;    // the doctor's side of their agreement

  // A step that is kept if it is not refused.
  auto step(const auto& what) {
    WriteSet one(tables);
    auto outcome = what(one);
    if (outcome) tables.apply(one);
    return outcome;
  }
  void change(const auto& what) {
    WriteSet one(tables);
    what(one);
    tables.apply(one);
  }
  WriteSet view() { return WriteSet(tables); }

  void visit() {
    const Meet meet = must(step([&](WriteSet& one) { return begin_visit(one, self, hospital.key, card, world.rng); }));
    at_hospital = must(Responder::answer(world.ppub, world.hospital, world.patient.signing.verification_key(), meet.hello, world.rng));
    const ConfirmMeeting confirm =
        must(step([&](WriteSet& one) { return visit_replied(one, self, hospital_id, at_hospital->reply(), world.rng); }));
    const Ack ack = must(at_hospital->receive(world.ppub, confirm.confirm));
    ASSERT_TRUE(step([&](WriteSet& one) { return visit_acknowledged(one, hospital_id, ack); }));
  }

  RecordNotice notice(const RecordPlace& place, std::uint32_t n = 3) {
    RecordNotice made{place, n, {doctor_id, hospital_id, {}, Sharing::now}, {}, {"visit " + std::to_string(place.index)}, {"text/plain"},
                      4,     {}};
    made.salt.fill(static_cast<Byte>(place.index));
    made.emr = {{'e', 'm', 'r', static_cast<Byte>(place.index)}};
    made.terms.record = record_hash(made.salt, made.emr->value);
    return made;
  }
  Checked<bool> take(const RecordNotice& one) {
    return step([&](WriteSet& writes) { return take_notice(writes, hospital_id, one); });
  }
  void take_all(std::uint32_t n = 3) {
    for (std::uint32_t i = 1; i <= n; ++i) ASSERT_EQ(take(notice({1, i}, n)), true);
  }

  Checked<LetterOutcome> read(const IdentityKeys& writer, const Party& from, LetterContent content) {
    const Envelope envelope = write_letter(world.ppub, writer.signing, card.party(), std::move(content), Sharing::now, world.rng);
    const Letter letter = must(open_letter(own_sealing, envelope));
    return step([&](WriteSet& one) { return receive(one, self, from, letter, Sharing::now, world.rng); });
  }
  Checked<LetterOutcome> from_doctor(LetterContent content) { return read(world.doctor, doctor, std::move(content)); }
  // The newest letter to the doctor, who has read it.
  LetterContent to_doctor() {
    const auto letters = letters_to_send(view());
    EXPECT_FALSE(letters.empty());
    EXPECT_EQ(letters.back().second.relay, doctor.relay);
    return must(open_letter(doctor_sealing, letters.back().second.envelope)).content;
  }
  void agree() {
    at_doctor = must(Initiator::begin(doctor.key, world.patient.signing.verification_key(), world.rng));
    ASSERT_EQ(from_doctor(at_doctor->hello()), LetterOutcome::agreement);
    const Confirm confirm = must(at_doctor->receive(world.ppub, world.doctor, std::get<Reply>(to_doctor()), world.rng));
    ASSERT_EQ(from_doctor(confirm), LetterOutcome::agreement);
    ASSERT_TRUE(at_doctor->receive(std::get<Ack>(to_doctor())));
  }
  GrantQuestion question() { return {{7}, hospital_id, {"treatment"}, {"a second opinion"}, 2, Sharing::now + 3'600'000}; }
  Consent answer_to(const GrantQuestion& asked, std::vector<RecordPlace> places) {
    return {doctor_id, hospital_id, std::move(places), asked.purpose.value, asked.until, asked.uses, asked.id};
  }
  Checked<HeldGrant> grant(const Consent& given) {
    return step([&](WriteSet& one) { return consent(one, self, given, Sharing::now, world.rng); });
  }
  // Visit, three records, a question, and a grant of the first two.
  GrantContent granted() {
    visit();
    take_all();
    agree();
    EXPECT_EQ(from_doctor(question()), LetterOutcome::question);
    must(grant(answer_to(question(), {{1, 2}, {1, 1}, {1, 2}})));
    return must(open_grant(self.identity(), doctor_id, at_doctor->keys(), std::get<SealedGrant>(to_doctor())));
  }
  GrantRequest request_by(const GrantContent& content) {
    return must(GrantRequester::begin(world.ppub, world.doctor.signing, world.licence, content.grant, {{{1, 1}}}, Sharing::now, world.rng))
        .request();
  }

  // The hospital's log.
  MemoryTables at_log;
  SignedLogEntry log(const AccessRequest& request) {
    WriteSet one(at_log);
    LogEntry entry = AccessLog(one).add(self.identity(), request, Sharing::now);
    at_log.apply(one);
    return sign_entry(world.ppub, world.hospital.signing, std::move(entry), world.rng);
  }
  Checked<bool> take(const SignedLogEntry& entry) {
    return step([&](WriteSet& one) { return take_entry(one, self, hospital.key, entry); });
  }

  // A reading of a record, as SUP has it, and as the hospital is asked.
  EmergencyScope scope{self.identity(), hospital_id, {{{1, 2}}}, {9}};
  EmergencyRequest emergency_request(EmergencyKind kind, const Bytes32& htxu) {
    std::vector<SecretKey> tokens;
    if (kind == EmergencyKind::open) scope.records.items.clear();
    for (const RecordToken& one : tokens_of(view())) {
      if (std::ranges::find(scope.records.items, one.name.place) != scope.records.items.end()) tokens.push_back(one.token.copy());
    }
    return must(EmergencyRequester::begin(world.ppub, world.doctor, world.licence, kind, scope, htxu, Sharing::pointers(tokens),
                                          Sharing::now, world.rng))
        .request();
  }
  Emergency on_sup(EmergencyKind kind) {
    EmergencyTerms terms{kind, doctor_id, world.employer.signing.identity, emergency_hash(kind, scope), {}, 5, Sharing::now};
    for (const RecordToken& one : tokens_of(view())) {
      const bool is_read = std::ranges::find(scope.records.items, one.name.place) != scope.records.items.end();
      if (kind == EmergencyKind::read && is_read) terms.marks.items.push_back(emergency_mark(one.token, doctor_id, terms.ts3));
    }
    return {hash_of(terms), {{Height(3), Sharing::now}, terms}};
  }
  std::size_t look(const std::vector<Emergency>& all) {
    std::size_t found = 0;
    change([&](WriteSet& one) { found = scan(one, all, Height(10)); });
    return found;
  }
};

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
  EXPECT_FALSE(grants_of(view()).front().is_revoked);
  change([&](WriteSet& one) { revocation_done(one, id); });
  EXPECT_TRUE(grants_of(view()).front().is_revoked);
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
  EXPECT_EQ(held.transaction.terms.text, words_hash("I was awake."));
  EXPECT_TRUE(accesses_of(view()).front().is_disputed);

  const DisputeReply reply{held.hash(), {"She was not."}};
  EXPECT_EQ(read(world.hospital, hospital, reply).error(), Reject::dispute_hospital) << "another one backed it";
  const Party backer{world.employer.signing.verification_key(), hospital.sealing, world.employer.signing.identity};
  ASSERT_EQ(read(world.employer, backer, reply), LetterOutcome::dispute_reply);
  DisputeAnswerTerms answer{backer.key.identity, held.hash(), words_hash("Others."), Sharing::now};
  change([&](WriteSet& one) { EXPECT_FALSE(dispute_answered(one, reading.first, answer)); });
  answer.text = words_hash("She was not.");
  change([&](WriteSet& one) { EXPECT_TRUE(dispute_answered(one, reading.first, answer)); });
  EXPECT_TRUE(disputes_of(view()).front().is_answered);
}

struct IndexTest : PatientTest {
  NetworkId net{1};
  AggregateKey key = extract_aggregate_key(world.secrets.aggregate, {Role::patient_med, {std::string(64, 'a')}, 1});
  MedAccount account{net, key};
  Template scan;
  void SetUp() override {
    world.rng.fill(scan.value.expose());
    scan.usable.fill(0xff);
  }
  StoreKeyslot enrol() {
    const auto slot = step([&](WriteSet& one) { return enrol_biometrics(one, self, {&scan, 1}, {hospital_id, hospital_id}, world.rng); });
    change([](WriteSet& one) { slot_is_held(one); });
    return must(slot);
  }
  Checked<void> add(std::uint64_t next, std::size_t most = 16) {
    std::vector<RecordToIndex> records;
    for (HeldRecord& one : records_to_index(view())) records.push_back({std::move(one), {"Asthma", "Asthma", std::string(70, 'x')}});
    return step([&](WriteSet& one) { return add_calls(one, account, next, records, most, world.rng); });
  }
};

TEST_F(IndexTest, who_has_her_eye_finds_every_entry) {
  visit();
  take_all();
  const Keyslot slot = enrol().keyslot;
  EXPECT_TRUE(caduceus::verify(world.ppub, world.patient.signing.verification_key(), slot));
  ASSERT_TRUE(add(5));
  const auto submitted = calls_to_submit(view());
  ASSERT_EQ(submitted.size(), 4U);
  EXPECT_EQ(submitted.front().call.number, 5U);
  const auto first = must(decode<med::IndexOperation>(submitted[0].call.input.value));
  EXPECT_EQ(std::get<med::SetSlot>(first).slot, keyslot_hash(slot));
  EXPECT_EQ(std::get<med::SetSlot>(first).holders.items, std::vector{hospital_id});

  const std::vector<SecretKey> extracted = [&] {
    std::vector<SecretKey> one;
    one.push_back(must(reproduce(scan, slot.helpers.items.front())));
    return one;
  }();
  const VaultKey vault = must(open_keyslot(slot, extracted));
  for (std::uint32_t n = 0; n < 3; ++n) {
    const auto operation = must(decode<med::IndexOperation>(submitted[n + 1].call.input.value));
    const SealedEntry& sealed = std::get<med::PutEntry>(operation).entry;
    EXPECT_EQ(sealed.id, entry_id(vault, n));
    const IndexEntry entry = must(open_entry(vault, account.index_key(), sealed));
    EXPECT_EQ(entry.htxm, hash_of(notice({1, n + 1}).terms));
    EXPECT_EQ(entry.keywords.items, (std::vector<Text<1, 64>>{{"Asthma"}, {std::string(64, 'x')}}));
    EXPECT_EQ(entry.token.expose(), tokens_of(view())[n].token.expose());
  }
}

TEST_F(IndexTest, calls_wait_their_turn_and_are_done_when_a_final_block_has_them) {
  visit();
  take_all();
  EXPECT_EQ(add(0).error(), Reject::keyslot_unknown);
  enrol();
  ASSERT_TRUE(add(0, 2));
  EXPECT_EQ(calls_to_submit(view()).size(), 2U);
  EXPECT_EQ(records_to_index(view()).size(), 2U);
  change([](WriteSet& one) { calls_are_final(one, 1); });
  EXPECT_TRUE(vault_of(view())->is_on_med);
  ASSERT_TRUE(add(1, 16));
  EXPECT_EQ(calls_to_submit(view()).back().call.number, 3U);
  change([](WriteSet& one) { calls_are_final(one, 4); });
  EXPECT_TRUE(calls_to_submit(view()).empty());
  EXPECT_TRUE(view().get(indexed_records, hash_of(notice({1, 3}).terms))->is_on_med);
  const Keyslot again = enrol().keyslot;
  ASSERT_TRUE(add(4));
  ASSERT_EQ(calls_to_submit(view()).size(), 1U) << "a new slot for the same vault key";
  EXPECT_EQ(std::get<med::SetSlot>(must(decode<med::IndexOperation>(calls_to_submit(view()).front().call.input.value))).slot,
            keyslot_hash(again));
}

TEST_F(IndexTest, a_scan_of_too_few_bits_is_refused) {
  scan.usable.fill(0);
  EXPECT_EQ(step([&](WriteSet& one) { return enrol_biometrics(one, self, {&scan, 1}, {hospital_id}, world.rng); }).error(),
            Reject::template_unusable);
}

}  // namespace
}  // namespace caduceus::roles::patient
