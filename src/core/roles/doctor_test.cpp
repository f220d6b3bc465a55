// A doctor's agent, step by step over tables in memory, against the other parties' classes.
#include <gtest/gtest.h>

#include "core/crypto/vault.h"
#include "core/roles/doctor_consent.h"
#include "core/roles/doctor_emergency.h"
#include "core/roles/doctor_writing.h"
#include "test/sharing.h"

namespace caduceus::roles {
namespace {

constexpr Time now = Sharing::now;

struct DoctorTest : testing::Test {
  // One step, on disk when it is over; of a refused one nothing is.
  template <class F>
  auto step(F change) {
    WriteSet writes(tables);
    auto result = change(writes);
    using R = decltype(result);
    bool is_good = true;
    if constexpr (requires(const R& r) {
                    r.has_value();
                    r.error();
                  })
      is_good = result.has_value();
    if (is_good) tables.apply(writes);
    return result;
  }
  // The letters in the outbox, which are gone then.
  std::vector<Letter> posted() {
    std::vector<Letter> letters;
    WriteSet writes(tables);
    for (const auto& [number, letter] : doctor_letters(writes)) {
      EXPECT_EQ(letter.relay, card.relay);
      letters.push_back(must(open_letter(patient_sealing, letter.envelope)));
      EXPECT_TRUE(verify(world.ppub, world.doctor.signing.verification_key(), letters.back()));
      writes.erase(doctor_outbox, number);
    }
    tables.apply(writes);
    return letters;
  }
  [[nodiscard]] Envelope from_patient(LetterContent content) {
    const Party doctor{world.doctor.signing.verification_key(), sealing.public_key, world.employer.signing.identity};
    return write_letter(world.ppub, world.patient.signing, doctor, std::move(content), now, world.rng);
  }
  Checked<Received> receive(const Envelope& envelope) {
    return step([&](WriteSet& writes) { return receive_letter(writes, self, envelope, now, world.rng); });
  }
  QuestionId ask() {
    GrantQuestion question;
    question.hospital = world.hospital.signing.identity;
    question.purpose.value = "treatment";
    question.until = now + 3'600'000;
    return must(step([&](WriteSet& writes) { return ask_patient(writes, self, card, question, now, world.rng); }));
  }
  // The patient's side of the agreement, once her doctor asked.
  Responder agree() {
    const std::vector<Letter> letters = posted();
    auto responder = must(Responder::answer(world.ppub, world.patient, world.doctor.signing.verification_key(),
                                            std::get<Hello>(letters.at(0).content), world.rng));
    EXPECT_EQ(must(receive(from_patient(responder.reply()))), Received::agreement);
    const Ack ack = must(responder.receive(world.ppub, std::get<Confirm>(posted().at(0).content)));
    EXPECT_EQ(must(receive(from_patient(ack))), Received::agreement);
    return responder;
  }
  // Of three records; the doctor has it then.
  Policy grant(const Responder& responder, const QuestionId& question) {
    const Policy policy = world.policy();
    const GrantContent content{question, world.grant(policy), {{{"a"}, {"b"}, {"c"}}}};
    EXPECT_EQ(
        must(receive(from_patient(seal_grant(world.patient.signing.identity, self.identity(), responder.keys(), content, world.rng)))),
        Received::grant);
    return policy;
  }
  [[nodiscard]] WriteSet view() const { return WriteSet(tables); }

  Sharing world;
  SealingKey sealing = SealingKey::random(world.doctor.signing.identity, world.rng);
  SealingKey patient_sealing = SealingKey::random(world.patient.signing.identity, world.rng);
  SealingKey hospital_sealing = SealingKey::random(world.hospital.signing.identity, world.rng);
  Card card = make_card(world.ppub, world.patient.signing, patient_sealing, world.hospital.signing.identity, world.rng);
  DoctorSelf self{{7}, world.ppub, world.doctor, sealing, world.licence};
  MemoryTables tables;
};

using DoctorConsent = DoctorTest;

TEST_F(DoctorConsent, asks_agrees_and_gets_a_grant) {
  const QuestionId question = ask();
  const Responder responder = agree();
  const Policy policy = grant(responder, question);
  EXPECT_EQ(view().get(doctor_questions, question)->state, AnswerState::granted);
  ASSERT_EQ(received_grants(view()).size(), 1U);
  EXPECT_EQ(received_grants(view())[0].content.grant.policy, policy);
  // The next question needs no agreement.
  ask();
  const auto letters = posted();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<GrantQuestion>(letters[0].content));
}

TEST_F(DoctorConsent, a_letter_twice_changes_nothing) {
  ask();
  const std::vector<Letter> letters = posted();
  auto responder = must(Responder::answer(world.ppub, world.patient, world.doctor.signing.verification_key(),
                                          std::get<Hello>(letters.at(0).content), world.rng));
  EXPECT_EQ(must(receive(from_patient(responder.reply()))), Received::agreement);
  EXPECT_EQ(must(receive(from_patient(responder.reply()))), Received::repeat);
  const auto confirms = posted();
  ASSERT_EQ(confirms.size(), 2U);
  EXPECT_EQ(std::get<Confirm>(confirms[0].content), std::get<Confirm>(confirms[1].content));
  const Ack ack = must(responder.receive(world.ppub, std::get<Confirm>(confirms[0].content)));
  EXPECT_EQ(must(receive(from_patient(ack))), Received::agreement);
  EXPECT_EQ(must(receive(from_patient(ack))), Received::repeat);
}

TEST_F(DoctorConsent, asks_again_with_the_same_hello_until_it_is_answered) {
  ask();
  const Hello first = std::get<Hello>(posted().at(0).content);
  ask();
  EXPECT_EQ(std::get<Hello>(posted().at(0).content), first);
}

TEST_F(DoctorConsent, refuses_letters_of_strangers_and_of_kinds_that_no_patient_writes) {
  EXPECT_EQ(receive(from_patient(Ack{})).error(), Reject::agreement_unknown) << "nobody whom it wrote to";
  const QuestionId question = ask();
  EXPECT_EQ(receive(from_patient(sign_erasure(world.ppub, world.hospital.signing, {1}, now, "", world.rng))).error(), Reject::letter_kind);
  EXPECT_EQ(receive(from_patient(Ack{})).error(), Reject::agreement_state);
  EXPECT_EQ(receive(from_patient(GrantDenied{{9}, {}})).error(), Reject::request_unknown);
  // In her name, by another hand.
  IdentityKeys thief = world.enrol({Role::patient, {"thief"}, 1});
  thief.signing.identity = world.patient.signing.identity;
  const Party doctor{world.doctor.signing.verification_key(), sealing.public_key, world.employer.signing.identity};
  const Envelope forged = write_letter(world.ppub, thief.signing, doctor, GrantDenied{question, {}}, now, world.rng);
  EXPECT_EQ(receive(forged).error(), Reject::signature_other_key);
  EXPECT_EQ(view().get(doctor_questions, question)->state, AnswerState::waits);
  EXPECT_EQ(must(receive(from_patient(GrantDenied{question, {"not today"}}))), Received::denial);
  EXPECT_EQ(view().get(doctor_questions, question)->words.value, "not today");
}

TEST_F(DoctorConsent, a_patients_key_is_pinned) {
  ask();
  const IdentityKeys other = world.enrol(world.patient.signing.identity);
  const Card changed = make_card(world.ppub, other.signing, patient_sealing, card.relay, world.rng);
  EXPECT_EQ(step([&](WriteSet& writes) { return meet(writes, self, changed); }).error(), Reject::signature_other_key);
}

TEST_F(DoctorConsent, fetches_with_a_grant_and_erases_b) {
  const auto question = ask();  // which begins their agreement
  const Policy policy = grant(agree(), question);
  const auto begin = [&](Time at) {
    return must(step(
        [&](WriteSet& writes) { return begin_fetch(writes, self, policy.id, std::nullopt, hospital_sealing.public_key, at, world.rng); }));
  };
  const SealedTo sealed = begin(now);
  EXPECT_EQ(encode(begin(now + 100'000)), encode(sealed)) << "the same bytes, until an answer is opened";
  EXPECT_NE(encode(begin(now + 130'000)), encode(sealed)) << "which no hospital takes any more";
  const SealedTo again = begin(now + 130'000);
  const SecretBytes opened = must(open_sealed(hospital_sealing, request_use, again));
  const auto request = std::get<GrantRequest>(must(decode<AccessRequest>(opened.expose())));
  HospitalView hospital = world.view();
  hospital.now = hospital.newest_sblock = now + 130'000;
  auto accepted =
      must(AcceptedRequest::check(world.ppub, world.hospital.signing.identity, world.hospital_side, request, hospital, {}, world.rng));
  const Answer answer = world.answer(accepted, policy.records.items);
  const auto keys = must(fetch_keys(view(), policy.id, answer.t_a));
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(as_text(must(open_body(keys[1], answer.bodies.items[1].value)).emr.expose()), "record 1.5");

  step([&](WriteSet& writes) {
    finish_fetch(writes, policy.id, {5});
    return true;
  });
  EXPECT_EQ(fetch_keys(view(), policy.id, answer.t_a).error(), Reject::request_unknown);
  EXPECT_EQ(encode(must(repeat_fetch(view(), policy.id))), encode(again));
  EXPECT_NE(encode(begin(now + 130'000)), encode(again)) << "another use";
  EXPECT_EQ(step([&](WriteSet& writes) {
              return begin_fetch(writes, self, policy.id, RecordPlaces{{{2, 2}}}, hospital_sealing.public_key, now, world.rng);
            }).error(),
            Reject::grant_records);
  EXPECT_EQ(step([&](WriteSet& writes) {
              return begin_fetch(writes, self, {9}, std::nullopt, hospital_sealing.public_key, now, world.rng);
            }).error(),
            Reject::grant_unknown);
}

TEST_F(DoctorConsent, a_request_that_no_hospital_takes_any_more_leaves_no_secret) {
  const auto question = ask();  // which begins their agreement
  const Policy policy = grant(agree(), question);
  must(step(
      [&](WriteSet& writes) { return begin_fetch(writes, self, policy.id, std::nullopt, hospital_sealing.public_key, now, world.rng); }));
  const auto expire = [&](Time at) {
    step([&](WriteSet& writes) {
      expire_fetches(writes, at);
      return true;
    });
  };
  expire(now + request_window);
  EXPECT_TRUE(view().get(doctor_fetches, policy.id));
  expire(now + request_window + 1);
  EXPECT_FALSE(view().get(doctor_fetches, policy.id));
}

TEST_F(DoctorConsent, a_body_has_to_be_what_the_chain_says) {
  const Bytes32 record{7};
  const RecordTerms terms{self.identity(), world.hospital.signing.identity, record, now};
  EXPECT_TRUE(check_record(record, world.hospital.signing.identity, terms));
  EXPECT_EQ(check_record(record, world.employer.signing.identity, terms).error(), Reject::record_hash);
  EXPECT_EQ(check_record({8}, world.hospital.signing.identity, terms).error(), Reject::record_hash);
}

using DoctorWriting = DoctorTest;

constexpr SlotRules rules{.net = {7}, .epoch_length = 10'000, .run = 1};

TEST_F(DoctorWriting, signs_one_visit_under_one_slot_that_is_on_disk_first) {
  const auto draft = [&](std::string_view text) {
    RecordDraft made = draft_record([&](const Bytes32& salt) { return record_hash(salt, as_bytes(text)); }, world.rng);
    made.title.value = text;
    made.media_type.value = "text/plain";
    made.file.value = "f";
    return made;
  };
  const auto take = [&](SlotLedger& ledger) {
    auto none = must(step([&](WriteSet& writes) { return reserve_slot(writes, ledger, now, now); }));
    EXPECT_FALSE(none.has_value()) << "before its mark is on disk";
    ledger.persisted(*view().get(doctor_slots, Byte{0}));
    return *must(step([&](WriteSet& writes) { return reserve_slot(writes, ledger, now, now); }));
  };
  SlotLedger ledger(rules, world.licence.licence.device);
  ReservedSlot slot = take(ledger);
  const Slot first = slot.slot;
  const PendingDelivery made = step([&](WriteSet& writes) {
    return sign_delivery(writes, self, world.patient.signing.identity, {draft("one"), draft("two")}, std::move(slot), now, world.rng);
  });
  med::SignatureVerifier verifier({7}, world.parameters, 16);
  const std::array groups{made.deliver.group};
  EXPECT_TRUE(verifier.invalid_groups(world.employer.signing.identity, groups, world.rng).empty());
  EXPECT_EQ(made.deliver.group.group.records.items[1].record, record_hash(made.drafts.items[1].salt, as_bytes("two")));

  // A crash: the delivery is there as it was signed, and the next slot is another one.
  ASSERT_EQ(pending_deliveries(view()).size(), 1U);
  EXPECT_EQ(encode(pending_deliveries(view())[0]), encode(made));
  SlotLedger after_crash(rules, world.licence.licence.device, *view().get(doctor_slots, Byte{0}));
  EXPECT_NE(take(after_crash).slot, first);
  step([&](WriteSet& writes) {
    forget_delivery(writes, self, made);
    return true;
  });
  EXPECT_TRUE(pending_deliveries(view()).empty());
}

// The patient's index, as she made it, with entries of three records.
struct DoctorEmergency : DoctorTest {
  static Template scan(SeededRng& rng) {
    Template made;
    rng.fill(made.value.expose());
    made.usable.fill(0xff);
    return made;
  }
  IndexEntry entry(const RecordPlace& place) {
    return {{{{"asthma"}}}, Sharing::body(place).head.htxm, world.hospital.signing.identity, place, emergency_token(world.factor(place))};
  }
  EmergencyCase open_case() {
    return step([&](WriteSet& writes) {
      EmergencyCase begun = begin_opening(writes, self, world.patient.signing.identity, account, 1, now, world.rng);
      for (const RecordPlace& place : {RecordPlace{1, 2}, RecordPlace{1, 5}, RecordPlace{2, 1}})
        begun.entries.items.push_back(entry(place));
      writes.put(doctor_cases, begun.htxu(), begun);
      return begun;
    });
  }
  [[nodiscard]] EmergencyView hospital_view(const EmergencyTerms& terms) const {
    EmergencyView seen{now, now, {}, world.doctor.signing.verification_key(), world.employer.signing.verification_key(), false};
    seen.committed = CommittedEmergency{terms.kind, terms.doctor, terms.hospital, terms.hur, terms.marks.items, terms.ts3, now};
    return seen;
  }

  Identity account{Role::patient_med, {"index"}, 1};
};

TEST_F(DoctorEmergency, its_half_of_the_signature_and_the_hospitals_make_a_transaction) {
  const EmergencyCase begun = open_case();
  BackingDraft draft(self, begun.terms, world.rng);
  EmergencyTransaction transaction{begun.terms, {draft.request().nonce, {}}, {}};
  OwnNonce hospitals = OwnNonce::draw(world.rng);
  transaction.nonces[1] = hospitals.value();
  const CompleteBacking completed = must(std::move(draft).complete(self, {hospitals.value()}, world.rng));
  EXPECT_EQ(completed.htxu, begun.htxu());
  const auto second = must(sign_part({7}, transaction, std::move(hospitals), world.employer.aggregate, world.rng));
  const auto whole = must(complete(transaction, {must(completed.part.value()), second}));
  TransactionVerifier verifier({{7}, world.parameters, G2::generator()}, 16);
  const std::vector<SupTransaction> all{whole};
  EXPECT_TRUE(verifier.verify(all, world.rng));
}

TEST_F(DoctorEmergency, opens_the_vault_with_the_keyslot_that_the_chain_names_and_a_noisy_scan) {
  const VaultKey vault(world.rng.bytes<32>());
  Template first = scan(world.rng);
  const std::vector<Extracted> extracted = [&] {
    std::vector<Extracted> made;
    made.push_back(must(generate(first, world.rng)));
    return made;
  }();
  const Keyslot slot = make_keyslot(world.ppub, world.patient.signing, vault, {1}, extracted, world.rng);
  const EmergencyCase begun = open_case();
  const EmergencyRequester requester = must(ask_keyslot(self, begun, world.hospital.signing.identity, now, world.rng));
  auto accepted =
      must(AcceptedEmergency::check(world.ppub, world.hospital, requester.request(), {}, hospital_view(begun.terms), {}, world.rng));
  accepted.persisted();
  const SecretBytes keyslot = must(requester.open_keyslot(world.doctor, must(accepted.answer_keyslot(encode(slot)))));

  first.value.expose()[3] ^= 0x55;
  const Identity& patient = world.patient.signing.identity;
  const Bytes32 key_hash = patient_key_hash(patient, world.patient.signing.public_point);
  const auto open = [&](const Bytes32& key, const Bytes32& hash, std::span<const Template> scans) {
    return open_vault(self, patient, key, hash, keyslot.expose(), scans);
  };
  EXPECT_EQ(must(open(key_hash, keyslot_hash(slot), {&first, 1})).expose(), vault.expose());
  EXPECT_EQ(open(key_hash, {1}, {&first, 1}).error(), Reject::keyslot_other);
  EXPECT_EQ(open({1}, keyslot_hash(slot), {&first, 1}).error(), Reject::patient_unknown);
  EXPECT_EQ(open(key_hash, keyslot_hash(slot), {}).error(), Reject::template_unusable);
  const Template strangers = scan(world.rng);
  EXPECT_EQ(open(key_hash, keyslot_hash(slot), {&strangers, 1}).error(), Reject::biometrics_differ);
}

TEST_F(DoctorEmergency, reads_records_of_the_case_and_nothing_else) {
  const TransactionHash of_case = open_case().htxu();
  const Identity& hospital = world.hospital.signing.identity;
  const auto begin = [&](const TransactionHash& which, const Identity& at, std::vector<RecordPlace> places) {
    return step([&](WriteSet& writes) { return begin_reading(writes, self, which, at, std::move(places), now, world.rng); });
  };
  EXPECT_EQ(begin({9}, hospital, {{1, 2}}).error(), Reject::request_unknown);
  EXPECT_EQ(begin(of_case, hospital, {{1, 3}}).error(), Reject::record_unknown);
  EXPECT_EQ(begin(of_case, world.employer.signing.identity, {{1, 2}}).error(), Reject::record_unknown);
  EXPECT_EQ(begin(of_case, hospital, {}).error(), Reject::policy_records);

  const EmergencyReading reading = must(begin(of_case, hospital, {{2, 1}, {1, 2}, {1, 2}}));
  const std::vector<RecordPlace> places{{1, 2}, {2, 1}};
  EXPECT_EQ(reading.scope.records.items, places);
  const auto ask = [&] {
    return must(
        step([&](WriteSet& writes) { return ask_reading(writes, self, reading.htxu(), hospital_sealing.public_key, now, world.rng); }));
  };
  const SealedTo sealed = ask();
  EXPECT_EQ(encode(ask()), encode(sealed)) << "a reading is answered once: the same bytes";
  const auto request =
      std::get<EmergencyRequest>(must(decode<AccessRequest>(must(open_sealed(hospital_sealing, request_use, sealed)).expose())));
  const auto tokens = world.tokens(places);
  auto accepted = must(AcceptedEmergency::check(world.ppub, world.hospital, request, Sharing::pointers(tokens),
                                                hospital_view(reading.terms), {}, world.rng));
  accepted.persisted();
  const RecordBody first = Sharing::body(places[0]), second = Sharing::body(places[1]);
  const Answer answer = must(accepted.answer_records(std::array{&first, &second}));
  const auto keys = must(reading_keys(view(), self, reading.htxu(), answer.t_a));
  EXPECT_EQ(as_text(must(open_body(keys.at(1), answer.bodies.items[1].value)).emr.expose()), "record 2.1");
  step([&](WriteSet& writes) {
    finish_reading(writes, reading.htxu());
    return true;
  });
  EXPECT_EQ(reading_keys(view(), self, reading.htxu(), answer.t_a).error(), Reject::request_unknown);
}

TEST_F(DoctorEmergency, a_case_is_over_after_a_day) {
  const TransactionHash of_case = open_case().htxu();
  const auto reading = must(step(
      [&](WriteSet& writes) { return begin_reading(writes, self, of_case, world.hospital.signing.identity, {{1, 2}}, now, world.rng); }));
  const auto expire = [&](Time at) {
    step([&](WriteSet& writes) {
      expire_cases(writes, at);
      return true;
    });
  };
  expire(now + emergency_life + 1);
  EXPECT_FALSE(view().get(doctor_readings, reading.htxu()));
  EXPECT_TRUE(view().get(doctor_cases, of_case));
  expire(now + case_life + 1);
  EXPECT_FALSE(view().get(doctor_cases, of_case));
}

}  // namespace
}  // namespace caduceus::roles
