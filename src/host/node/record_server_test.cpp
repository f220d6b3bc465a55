// A hospital's records port: first visits, consent, emergencies, mail; what is refused, and what a crash leaves.
#include "host/node/record_server.h"

#include "test/node/records_world.h"

namespace caduceus {
namespace {

class record_server : public RecordsWorld {
 protected:
  // The patient has been here, and one visit of so many records was written.
  void write_records(std::uint32_t n) {
    visit();
    std::vector<std::string> texts;
    for (std::uint32_t i = 1; i <= n; ++i) texts.push_back(text(i));
    const roles::Delivered delivered = deliver(texts);
    ASSERT_EQ(delivered.batch, 1U);
    ASSERT_EQ(delivered.records, n);
  }
  [[nodiscard]] std::vector<std::string> opened(const GrantRequester& requester, const Answer& answer) {
    const auto bodies = requester.open(answer);
    EXPECT_TRUE(bodies);
    std::vector<std::string> texts;
    for (const RecordBody& body : *bodies) {
      const ByteView emr = body.emr.expose();
      texts.emplace_back(emr.begin(), emr.end());
    }
    return texts;
  }
};

TEST_F(record_server, visits_are_pinned) {
  const auto stranger = world().enrol_patient();  // without an account on SUP
  const auto begun =
      Initiator::begin(stranger.member.keys.signing.verification_key(), hospital().keys.signing.verification_key(), world().rng);
  const roles::Card card_of_stranger =
      roles::make_card(ppub(), stranger.member.keys.signing, stranger.member.sealing, hospital().identity(), world().rng);
  EXPECT_EQ(refusal(stranger.identity(), roles::Meet{card_of_stranger, begun->hello()}), name_of(Reject::patient_unknown));
  EXPECT_EQ(refusal(patient(), roles::Meet{card_of_stranger, begun->hello()}), name_of(Reject::caller_other));
  const Signature of_nothing = sign(ppub(), patient_->member.keys.signing, "nothing", {}, world().rng);
  EXPECT_EQ(refusal(patient(), roles::ConfirmMeeting{{{}, of_nothing}}), name_of(Reject::visit_unknown));

  visit();
  // The same Hello has the same Reply; another one, of somebody who took over her wallet, is refused.
  const Reply again = get<Reply>(patient(), roles::Meet{card(), agreement_->hello()});
  EXPECT_TRUE(agreement_->receive(ppub(), patient_->member.keys, again, world().rng));
  const auto other =
      Initiator::begin(patient_->member.keys.signing.verification_key(), hospital().keys.signing.verification_key(), world().rng);
  EXPECT_EQ(refusal(patient(), roles::Meet{card(), other->hello()}), name_of(Reject::agreement_pinned));
  restart();
  EXPECT_EQ(get<Reply>(patient(), roles::Meet{card(), agreement_->hello()}), again);
}

TEST_F(record_server, a_consented_request_is_answered_logged_and_counted) {
  write_records(4);
  const Grant given = grant(policy({{1, 1}, {1, 2}, {1, 3}}), 4);
  const GrantRequester requester = request(given, {{1, 1}, {1, 3}});
  const roles::AskRecords asked = sealed(requester.request());
  const auto answer = get<Answer>(guest().identity(), asked);
  EXPECT_EQ(opened(requester, answer), (std::vector<std::string>{text(1), text(3)}));
  // A retry has the same answer, byte for byte, and is no second use; after a crash, too.
  EXPECT_EQ(encode(get<Answer>(guest().identity(), asked)), encode(answer));
  restart();
  EXPECT_EQ(encode(get<Answer>(guest().identity(), asked)), encode(answer));
  ASSERT_EQ(log().size(), 1U);
  const auto accesses = get<roles::Accesses>(patient(), roles::AskAccesses{});
  ASSERT_EQ(accesses.entries.items.size(), 1U);
  EXPECT_TRUE(verify(ppub(), hospital().keys.signing.verification_key(), accesses.entries.items[0]));
  ASSERT_TRUE(until([&] { return letters_of<roles::SignedLogEntry>().size() == 1; }));

  // Another doctor with the same bytes; a record that the policy does not name; a third use.
  EXPECT_EQ(refusal(doctor().identity(), asked), name_of(Reject::caller_other));
  GrantRequest fourth = request(given, {{1, 1}}).request();
  fourth.records.items = {{1, 4}};
  EXPECT_EQ(refusal(guest().identity(), sealed(fourth)), name_of(Reject::grant_records));
  EXPECT_TRUE(std::holds_alternative<Answer>(ask(guest().identity(), sealed(request(given, {{1, 2}}).request()))));
  EXPECT_EQ(refusal(guest().identity(), sealed(request(given, {{1, 2}}).request())), name_of(Reject::grant_used_up));
  EXPECT_EQ(log().size(), 2U);

  // The whole log is one chain.
  roles::LogHead head;
  for (const roles::LogEntry& entry : log()) {
    EXPECT_TRUE(roles::follows(head, entry));
    head = {entry.number, roles::entry_hash(entry)};
  }
  EXPECT_EQ(refusal(patient(), roles::AskLog{}), name_of(Reject::caller_other));
}

TEST_F(record_server, consent_ends) {
  write_records(1);
  const Grant expired = grant(policy({{1, 1}}, 2, -1000), 1);
  EXPECT_EQ(refusal(guest().identity(), sealed(request(expired, {{1, 1}}).request())), name_of(Reject::grant_expired));

  const Policy consented = policy({{1, 1}});
  const Grant given = grant(consented, 1);
  GrantRequest forged = request(given, {{1, 1}}).request();
  forged.alpha_cb = G2::generator();  // R11: without the patient's α_C
  EXPECT_EQ(refusal(guest().identity(), sealed(forged)), name_of(Reject::request_signature));
  const roles::RevokeGrant revocation = roles::sign_revocation(ppub(), patient_->member.keys.signing, hospital().identity(),
                                                               policy_hash(consented), NodeClock::wall(), world().rng);
  EXPECT_EQ(refusal(guest().identity(), revocation), name_of(Reject::caller_other));
  get<roles::Done>(patient(), revocation);
  EXPECT_EQ(refusal(guest().identity(), sealed(request(given, {{1, 1}}).request())), name_of(Reject::grant_revoked));
  restart();
  EXPECT_EQ(refusal(guest().identity(), sealed(request(given, {{1, 1}}).request())), name_of(Reject::grant_revoked));

  // A doctor who is on the list; and taken off it.
  const Grant another = grant(policy({{1, 1}}), 1);
  const Time now = NodeClock::wall();
  commit(world().revocation(guest(), RevocationAction::add, now + 24 * hour, now));
  EXPECT_EQ(refusal(guest().identity(), sealed(request(another, {{1, 1}}).request())), name_of(Reject::doctor_revoked));
  commit(world().revocation(guest(), RevocationAction::take_off, now + 24 * hour, now + 1));
  EXPECT_TRUE(std::holds_alternative<Answer>(ask(guest().identity(), sealed(request(another, {{1, 1}}).request()))));
}

// Whom his own hospital revoked, another one that lends him a licence does not bring back.
TEST_F(record_server, a_licence_of_another_hospital_than_the_doctors_opens_nothing) {
  write_records(1);
  const Grant given = grant(policy({{1, 1}}), 1);
  const Time now = NodeClock::wall();
  commit(world().revocation(guest(), RevocationAction::add, now + 24 * hour, now));
  const auto lent = issue_licence(ppub(), hospital().keys.signing,
                                  {hospital().identity(), guest().identity(), 0, Time(now.value() - hour), now + 24 * hour}, world().rng);
  ASSERT_TRUE(lent);
  const auto requester =
      GrantRequester::begin(ppub(), guest().keys.signing, *lent, given, given.policy.records, NodeClock::wall(), world().rng);
  ASSERT_TRUE(requester);
  EXPECT_EQ(refusal(guest().identity(), sealed(requester->request())), name_of(Reject::request_licence));
}

TEST_F(record_server, an_erased_record_is_gone) {
  write_records(2);
  const Grant given = grant(policy({{1, 1}, {1, 2}}, 9), 2);
  ASSERT_TRUE(until([&] { return letters_of<roles::RecordNotice>().size() == 2; }));
  const TransactionHash htxm = hash_of(letters_of<roles::RecordNotice>()[0].terms);
  EXPECT_EQ(refusal(patient(), roles::EraseRecord{htxm, {"mine"}}), name_of(Reject::caller_other));
  EXPECT_EQ(refusal(hospital().identity(), roles::EraseRecord{{1}, {"which?"}}), name_of(Reject::record_unknown));
  const auto receipt = get<roles::ErasureReceipt>(hospital().identity(), roles::EraseRecord{htxm, {"order of a court"}});
  EXPECT_TRUE(roles::verify(ppub(), hospital().keys.signing.verification_key(), receipt));
  EXPECT_EQ(get<roles::ErasureReceipt>(hospital().identity(), roles::EraseRecord{htxm, {"again"}}).time, receipt.time);
  EXPECT_EQ(refusal(guest().identity(), sealed(request(given, {{1, 1}}).request())), name_of(Reject::record_erased));
  EXPECT_TRUE(std::holds_alternative<Answer>(ask(guest().identity(), sealed(request(given, {{1, 2}}).request()))));
  ASSERT_TRUE(until([&] { return letters_of<roles::ErasureReceipt>().size() == 1; }));
}

TEST_F(record_server, starts_after_more_uploads_failed_than_a_crash_leaves) {
  write_records(1);
  stop();
  leave_in_doubt(101);
  start();
  ASSERT_FALSE(HasFatalFailure());
  const Grant given = grant(policy({{1, 1}}), 1);
  const GrantRequester requester = request(given, {{1, 1}});
  EXPECT_EQ(opened(requester, get<Answer>(guest().identity(), sealed(requester.request()))), std::vector<std::string>{text(1)});
}

TEST_F(record_server, an_emergency_is_backed_opened_and_read) {
  write_records(2);
  const VaultKey vault(Bytes32{4});
  Template scan;
  world().rng.fill(scan.value.expose());
  scan.usable.fill(0xff);
  const auto extracted = generate(scan, world().rng);
  ASSERT_TRUE(extracted);
  const Keyslot slot = make_keyslot(ppub(), patient_->member.keys.signing, vault, {1}, {&*extracted, 1}, world().rng);
  get<roles::Done>(patient(), roles::StoreKeyslot{slot});

  // The hospital's own doctor, backed by it.
  const auto backed = [&](EmergencyTerms terms) {
    OwnNonce nonce = OwnNonce::draw(world().rng);
    const SignatureNonce own = nonce.value();
    const auto backing = get<roles::Backing>(doctor().identity(), roles::BeginBacking{terms, own, licence(doctor())});
    const EmergencyTransaction transaction{terms, {own, backing.nonce}, {}};
    const auto part = sign_part(net(), transaction, std::move(nonce), doctor().keys.aggregate, world().rng);
    get<sup::Committed>(doctor().identity(), roles::CompleteBacking{hash_of(terms), EncodedSum::of(*part)});
    // Its answer was lost: asked again.
    get<sup::Committed>(doctor().identity(), roles::CompleteBacking{hash_of(terms), EncodedSum::of(*part)});
    return hash_of(terms);
  };
  const auto requester = [&](EmergencyKind kind, const EmergencyScope& scope, const TransactionHash& htxu,
                             std::span<const SecretKey* const> tokens) {
    return *EmergencyRequester::begin(ppub(), doctor().keys, licence(doctor()), kind, scope, htxu, tokens, NodeClock::wall(), world().rng);
  };
  EmergencyScope opening{patient(), hospital().identity(), {}, world().rng.bytes<32>()};
  EXPECT_EQ(refusal(doctor().identity(), sealed(requester(EmergencyKind::open, opening, {1}, {}).request())),
            name_of(Reject::emergency_not_committed));
  EmergencyTerms terms{EmergencyKind::open, doctor().identity(), hospital().identity(), emergency_hash(EmergencyKind::open, opening), {}, 3,
                       NodeClock::wall()};
  EXPECT_EQ(refusal(guest().identity(), roles::BeginBacking{terms, {}, licence(guest())}), name_of(Reject::caller_other));
  EXPECT_EQ(refusal(doctor().identity(), roles::CompleteBacking{{1}, {}}), name_of(Reject::backing_unknown));
  const TransactionHash opened = backed(terms);
  for (int i = 0; i < 3; ++i) {
    const EmergencyRequester one = requester(EmergencyKind::open, opening, opened, {});
    const auto answer = get<Answer>(doctor().identity(), sealed(one.request()));
    const auto keyslot = one.open_keyslot(doctor().keys, answer);
    ASSERT_TRUE(keyslot);
    EXPECT_TRUE(std::ranges::equal(keyslot->expose(), encode(slot)));
    EXPECT_EQ(encode(get<Answer>(doctor().identity(), sealed(one.request()))), encode(answer));
  }
  EXPECT_EQ(refusal(doctor().identity(), sealed(requester(EmergencyKind::open, opening, opened, {}).request())),
            name_of(Reject::emergency_used));

  const auto factors = encryption_factors(agreement_->factors(), 1, 2);
  const SecretKey token = emergency_token(factors->at(1));
  const std::array<const SecretKey*, 1> tokens{&token};
  const EmergencyScope reading{patient(), hospital().identity(), {{{1, 2}}}, world().rng.bytes<32>()};
  EmergencyTerms read{EmergencyKind::read, doctor().identity(), hospital().identity(), emergency_hash(EmergencyKind::read, reading), {}, 3,
                      NodeClock::wall()};
  read.marks.items = {emergency_mark(token, doctor().identity(), read.ts3)};
  const TransactionHash htxu = backed(read);
  EmergencyRequest without_token = requester(EmergencyKind::read, reading, htxu, tokens).request();
  without_token.proofs.items[0][0] ^= 1U;
  EXPECT_EQ(refusal(doctor().identity(), sealed(without_token)), name_of(Reject::emergency_marks));
  const EmergencyRequester one = requester(EmergencyKind::read, reading, htxu, tokens);
  const auto bodies = one.open_records(doctor().keys, get<Answer>(doctor().identity(), sealed(one.request())));
  ASSERT_TRUE(bodies);
  EXPECT_TRUE(std::ranges::equal(bodies->at(0).emr.expose(), as_bytes(text(2))));
  EXPECT_EQ(refusal(doctor().identity(), sealed(requester(EmergencyKind::read, reading, htxu, tokens).request())),
            name_of(Reject::emergency_used));
  EXPECT_EQ(log().size(), 4U);

  // She wakes, and disputes it.
  const std::string words = "I was awake";
  DisputeTerms disputed{patient_->known.account.identity, htxu, dispute_text_hash(words), NodeClock::wall()};
  const Dispute dispute = sign_terms(net(), disputed, patient_->known.account, world().rng);
  const roles::DisputeWords said{hash_of(disputed), patient(), card().party(), {words}};
  EXPECT_EQ(refusal(patient(), said), name_of(Reject::request_unknown));
  commit(dispute);
  get<roles::Done>(patient(), said);
  const auto list = get<roles::DisputeList>(hospital().identity(), roles::AskDisputes{});
  ASSERT_EQ(list.disputes.items.size(), 1U);
  EXPECT_EQ(list.disputes.items[0].words.value, words);
  get<roles::Done>(hospital().identity(), roles::AnswerDispute{hash_of(disputed), {"you were not"}});
  EXPECT_TRUE(get<roles::DisputeList>(hospital().identity(), roles::AskDisputes{}).disputes.items[0].is_answered);
  ASSERT_TRUE(until([&] { return letters_of<roles::DisputeReply>().size() == 1; }));
}

TEST_F(record_server, a_doctor_has_a_share_of_the_backings_that_wait) {
  const SignedLicence own = licence(doctor());
  const Time now = NodeClock::wall();
  const auto begin = [&](Byte which) {
    const EmergencyTerms terms{EmergencyKind::open, doctor().identity(), hospital().identity(), {which}, {}, 3, now};
    return roles::BeginBacking{terms, {}, own};
  };
  for (Byte i = 0; i < 16; ++i) get<roles::Backing>(doctor().identity(), begin(i));
  EXPECT_EQ(refusal(doctor().identity(), begin(16)), name_of(Reject::hospital_busy));
  get<roles::Backing>(doctor().identity(), begin(0));  // again: it has its place
}

// Requests are counted, and so easily guessed: only who was asked says that a letter is there.
TEST_F(record_server, a_letter_stays_until_its_own_relay_has_it) {
  others_ = {{Role::hospital, {"nowhere"}, 1}, world().hospital(1).identity()};
  restart();
  visit();
  deliver({text(1)});
  const auto letters_that_wait = [&] { return get<roles::RecordStatus>(hospital().identity(), roles::AskRecordStatus{}).letters; };
  const auto say_done = [&](std::size_t other) {
    for (std::uint64_t number = 1; number <= 8; ++number) hear(other, {number, roles::Done{}});
  };
  for (int i = 0; i < 200; ++i) {  // before it was sent, and long after
    say_done(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(letters_that_wait(), 1U);
  EXPECT_TRUE(until([&] {
    say_done(0);
    return letters_that_wait() == 0;
  }));
}

TEST_F(record_server, mail_is_kept_for_patients_and_its_own_doctors) {
  const auto letter_to = [&](const SupWorld::Member& to) {
    const roles::Party party{to.keys.signing.verification_key(), to.sealing.public_key, to.hospital};
    return roles::Deposit{
        roles::write_letter(ppub(), guest().keys.signing, party, roles::GrantDenied{{1}, {"no"}}, NodeClock::wall(), world().rng)};
  };
  get<roles::Done>(guest().identity(), letter_to(doctor()));
  get<roles::Done>(guest().identity(), letter_to(patient_->member));
  EXPECT_EQ(refusal(doctor().identity(), letter_to(guest())), name_of(Reject::account_hospital));
  const auto mail = get<roles::MailList>(doctor().identity(), roles::Collect{});
  ASSERT_EQ(mail.envelopes.items.size(), 1U);
  EXPECT_TRUE(mail.is_all);
  EXPECT_TRUE(roles::open_letter(doctor().sealing, mail.envelopes.items[0].envelope));
  get<roles::Done>(doctor().identity(), roles::Discard{mail.envelopes.items[0].number});
  restart();
  EXPECT_EQ(get<roles::MailList>(doctor().identity(), roles::Collect{}).envelopes.items.size(), 0U);
  EXPECT_EQ(get<roles::MailList>(patient(), roles::Collect{}).envelopes.items.size(), 1U);
}

}  // namespace
}  // namespace caduceus
