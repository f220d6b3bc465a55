// The schemes of sharing by the book: first visit, grant, emergency. What breaks them stands in test/attacks.
#include "test/sharing.h"

#include <gtest/gtest.h>

#include "core/crypto/vault.h"

namespace caduceus {
namespace {

TEST(key_agreement, both_hold_the_same_keys_and_factors) {
  Sharing s;
  EXPECT_EQ(s.patient_side.state(), AgreementState::active);
  EXPECT_TRUE(s.hospital_side.is_active());
  EXPECT_EQ(s.patient_side.factors().alpha.expose(), s.hospital_side.factors().alpha.expose());
  EXPECT_EQ(s.patient_side.factors().beta.expose(), s.hospital_side.factors().beta.expose());
  EXPECT_EQ(s.patient_side.keys().to_responder.expose(), s.hospital_side.keys().to_responder.expose());
  EXPECT_EQ(s.patient_side.keys().to_initiator.expose(), s.hospital_side.keys().to_initiator.expose());
  EXPECT_NE(s.patient_side.keys().to_initiator.expose(), s.patient_side.keys().to_responder.expose());
}

TEST(key_agreement, a_repeat_gets_the_same_bytes) {
  Sharing s;
  auto patient = must(Initiator::begin(s.patient.signing.verification_key(), s.hospital.signing.verification_key(), s.rng));
  auto hospital = must(Responder::answer(s.ppub, s.hospital, s.patient.signing.verification_key(), patient.hello(), s.rng));
  EXPECT_EQ(must(hospital.receive(patient.hello())), hospital.reply());
  const Confirm confirm = must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  EXPECT_EQ(patient.state(), AgreementState::pending);
  EXPECT_EQ(must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng)), confirm);
  const Ack ack = must(hospital.receive(s.ppub, confirm));
  EXPECT_EQ(must(hospital.receive(s.ppub, confirm)), ack);
  EXPECT_EQ(must(hospital.receive(patient.hello())), hospital.reply());
  ASSERT_TRUE(patient.receive(ack));
  EXPECT_TRUE(patient.receive(ack));
  EXPECT_EQ(patient.state(), AgreementState::active);
}

// R1: K = 1 is no secret. An identity key that is the identity makes it so.
TEST(key_agreement, a_pairing_value_of_1_agrees_on_nothing) {
  Sharing s;
  auto patient = must(Initiator::begin(s.patient.signing.verification_key(), s.hospital.signing.verification_key(), s.rng));
  const auto answer = [&] { return Responder::answer(s.ppub, s.hospital, s.patient.signing.verification_key(), patient.hello(), s.rng); };
  const auto hospital = must(answer());
  s.hospital.agreement.g2.expose() = G2();
  EXPECT_EQ(answer().error(), Reject::gt_is_one);
  s.patient.agreement.g1.expose() = G1();
  EXPECT_EQ(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng).error(), Reject::gt_is_one);
  EXPECT_EQ(patient.state(), AgreementState::waiting);
}

TEST(key_agreement, survives_a_restart_at_every_step) {
  Sharing s;
  const auto restart = []<class T>(T& object) { object = must(decode<T>(encode_secret(object).expose())); };
  auto patient = must(Initiator::begin(s.patient.signing.verification_key(), s.hospital.signing.verification_key(), s.rng));
  restart(patient);
  auto hospital = must(Responder::answer(s.ppub, s.hospital, s.patient.signing.verification_key(), patient.hello(), s.rng));
  restart(hospital);
  const Confirm confirm = must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  restart(patient);
  EXPECT_EQ(must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng)), confirm);
  const Ack ack = must(hospital.receive(s.ppub, confirm));
  restart(hospital);
  EXPECT_EQ(must(hospital.receive(s.ppub, confirm)), ack);
  ASSERT_TRUE(patient.receive(ack));
  restart(patient);
  EXPECT_EQ(patient.state(), AgreementState::active);
  EXPECT_EQ(patient.factors().beta.expose(), hospital.factors().beta.expose());
}

TEST(key_agreement, sides_that_were_stored_with_another_peer_are_refused) {
  Sharing s;
  std::get<1>(Initiator::fields(s.patient_side)) = s.employer.signing.verification_key();
  EXPECT_EQ(decode<Initiator>(encode_secret(s.patient_side).expose()).error(), Reject::agreement_peer);
  std::get<2>(Responder::fields(s.hospital_side)) = s.doctor.signing.verification_key();
  EXPECT_EQ(decode<Responder>(encode_secret(s.hospital_side).expose()).error(), Reject::agreement_peer);
}

TEST(key_agreement, a_doctor_and_a_patient_agree_without_the_half_in_g2) {
  Sharing s;
  auto doctor = must(Initiator::begin(s.doctor.signing.verification_key(), s.patient.signing.verification_key(), s.rng));
  EXPECT_FALSE(doctor.hello().t1_prime);
  auto patient = must(Responder::answer(s.ppub, s.patient, s.doctor.signing.verification_key(), doctor.hello(), s.rng));
  const Ack ack = must(patient.receive(s.ppub, must(doctor.receive(s.ppub, s.doctor, patient.reply(), s.rng))));
  ASSERT_TRUE(doctor.receive(ack));
  EXPECT_EQ(doctor.keys().to_initiator.expose(), patient.keys().to_initiator.expose());
}

TEST(answer_key, of_an_identity_element_is_refused) {
  Sharing s;
  const AnswerTerms terms{s.doctor.signing.identity, s.hospital.signing.identity, G1::generator(), G1::generator(), {}, {}};
  const RecordPlace place{1, 1};
  const Secret<G1> shared(G1::generator());
  const Secret<Gt> k(pairing(G1::generator(), G2::generator()));
  EXPECT_TRUE(answer_key(terms, shared, k, place));
  EXPECT_EQ(answer_key(terms, shared, Secret<Gt>(Gt()), place).error(), Reject::gt_is_one);
  EXPECT_EQ(answer_key(terms, Secret<G1>(G1()), k, place).error(), Reject::point_is_identity);
}

TEST(encryption_factors, both_sides_compute_the_same_and_each_record_has_its_own) {
  Sharing s;
  const auto theirs = must(encryption_factors(s.hospital_side.factors(), 1, 7));
  ASSERT_EQ(theirs.size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(theirs[i].expose(), s.batch1[i].expose());
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(theirs[i].expose(), theirs[k].expose());
  }
  EXPECT_EQ(encryption_factors(s.patient_side.factors(), 1, 0).error(), Reject::record_place);
  EXPECT_EQ(encryption_factors(s.patient_side.factors(), 1, most_records_in_batch + 1).error(), Reject::record_place);
}

TEST(grant, opens_just_the_records_asked_for) {
  Sharing s;
  const Grant grant = s.grant(s.policy());
  for (const std::vector<RecordPlace>& places : {std::vector<RecordPlace>{{1, 5}}, {{1, 2}, {2, 1}}, {{1, 2}, {1, 5}, {2, 1}}}) {
    const GrantRequester requester = s.ask(grant, places);
    AcceptedRequest accepted = must(s.check(requester.request()));
    const auto bodies = must(requester.open(s.answer(accepted, places)));
    ASSERT_EQ(bodies.size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      EXPECT_EQ(as_text(bodies[i].emr.expose()), as_text(Sharing::body(places[i]).emr.expose()));
      EXPECT_EQ(bodies[i].head.salt, Sharing::body(places[i]).head.salt);
    }
  }
}

TEST(grant, a_requester_that_was_stored_without_a_factor_is_refused) {
  Sharing s;
  GrantRequester requester = s.ask(s.grant(s.policy()), {{1, 2}, {1, 5}});
  std::get<2>(GrantRequester::fields(requester)).items.pop_back();
  EXPECT_EQ(decode<GrantRequester>(encode_secret(requester).expose()).error(), Reject::grant_factors);
}

TEST(grant, a_request_that_comes_again_gets_the_same_bytes_and_no_second_use) {
  Sharing s;
  const std::vector<RecordPlace> places{{1, 2}, {1, 5}};
  const GrantRequester requester = s.ask(s.grant(s.policy()), places);
  AcceptedRequest first = must(s.check(requester.request()));
  EXPECT_EQ(first.to_persist().used, 1U);
  AcceptedRequest again = must(s.check(requester.request(), first.to_persist()));
  EXPECT_EQ(again.to_persist().used, 1U);
  EXPECT_EQ(encode(s.answer(first, places)), encode(s.answer(again, places)));
}

TEST(grant, nothing_is_answered_before_the_use_is_on_disk) {
  Sharing s;
  const AcceptedRequest accepted = must(s.check(s.ask(s.grant(s.policy()), {{1, 2}}).request()));
  EXPECT_DEATH(static_cast<void>(accepted.record_key(0, s.factor({1, 2}))), "CHECK\\(is_persisted_");
}

TEST(grant, the_last_use_is_the_last) {
  Sharing s;
  const Grant grant = s.grant(s.policy({{1, 2}}, 2));
  GrantMemory memory;
  for (std::uint32_t use = 1; use <= 2; ++use) {
    const AcceptedRequest accepted = must(s.check(s.ask(grant, {{1, 2}}).request(), memory));
    memory = accepted.to_persist().copy();
    EXPECT_EQ(memory.used, use);
  }
  EXPECT_EQ(s.check(s.ask(grant, {{1, 2}}).request(), memory).error(), Reject::grant_used_up);
}

TEST(grant, what_is_remembered_is_forgotten_when_it_can_no_longer_come_again) {
  Sharing s;
  const Grant grant = s.grant(s.policy({{1, 2}}, 9));
  const GrantRequest old = s.ask(grant, {{1, 2}}).request();
  const GrantMemory memory = must(s.check(old)).to_persist().copy();
  HospitalView view = s.view();
  view.now = view.newest_sblock = Time(Sharing::now.value() + request_window + 1);
  const auto later = must(GrantRequester::begin(s.ppub, s.doctor.signing, s.licence, grant, {{{1, 2}}}, view.now, s.rng));
  const auto check = [&](const GrantRequest& request) {
    return AcceptedRequest::check(s.ppub, s.hospital.signing.identity, s.hospital_side, request, view, memory, s.rng);
  };
  EXPECT_EQ(must(check(later.request())).to_persist().answered.items.size(), 1U);
  EXPECT_EQ(must(check(later.request())).to_persist().used, 2U);
  EXPECT_EQ(check(old).error(), Reject::request_time);
}

TEST(emergency, an_opening_gives_the_keyslot) {
  Sharing s;
  const EmergencyScope scope = s.scope({});
  const auto requester =
      must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, EmergencyKind::open, scope, Bytes32{7}, {}, Sharing::now, s.rng));
  AcceptedEmergency accepted =
      must(AcceptedEmergency::check(s.ppub, s.hospital, requester.request(), {}, s.emergency_view(EmergencyKind::open, scope), {}, s.rng));
  accepted.persisted();
  EXPECT_EQ(as_text(must(requester.open_keyslot(s.doctor, must(accepted.answer_keyslot(as_bytes("the slot"))))).expose()), "the slot");
}

TEST(emergency, an_opening_can_be_asked_three_times_and_a_reading_once) {
  Sharing s;
  for (const EmergencyKind kind : {EmergencyKind::open, EmergencyKind::read}) {
    const EmergencyScope scope = s.scope(kind == EmergencyKind::open ? std::vector<RecordPlace>{} : std::vector<RecordPlace>{{1, 3}});
    const auto tokens = s.tokens(scope.records.items);
    const auto pointers = Sharing::pointers(tokens);
    EmergencyMemory memory;
    const auto ask = [&] {
      const auto requester =
          must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, kind, scope, Bytes32{7}, pointers, Sharing::now, s.rng));
      return AcceptedEmergency::check(s.ppub, s.hospital, requester.request(), pointers, s.emergency_view(kind, scope), memory, s.rng);
    };
    for (int i = 0; i < (kind == EmergencyKind::open ? 3 : 1); ++i) memory = must(ask()).to_persist().copy();
    EXPECT_EQ(ask().error(), Reject::emergency_used);
  }
}

TEST(emergency, a_reading_gives_the_records_whose_tokens_the_index_held) {
  Sharing s;
  const std::vector<RecordPlace> places{{1, 1}, {2, 2}};
  const EmergencyScope scope = s.scope(places);
  const auto tokens = s.tokens(places);
  const auto requester = must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, EmergencyKind::read, scope, Bytes32{7},
                                                        Sharing::pointers(tokens), Sharing::now, s.rng));
  AcceptedEmergency accepted = must(AcceptedEmergency::check(s.ppub, s.hospital, requester.request(), Sharing::pointers(tokens),
                                                             s.emergency_view(EmergencyKind::read, scope), {}, s.rng));
  accepted.persisted();
  const RecordBody one = Sharing::body(places[0]);
  const RecordBody two = Sharing::body(places[1]);
  const std::array<const RecordBody*, 2> bodies{&one, &two};
  const auto opened = must(requester.open_records(s.doctor, must(accepted.answer_records(bodies))));
  EXPECT_EQ(as_text(opened[1].emr.expose()), "record 2.2");
}

TEST(sealing_key, opens_for_its_owner_and_its_use) {
  Sharing s;
  const SealingKey key = SealingKey::random(s.hospital.signing.identity, s.rng);
  EXPECT_TRUE(verify(publish(key, s.rng)));
  const SealedTo sealed = seal_to(key.identity, key.public_key, "req", as_bytes("hello"), s.rng);
  EXPECT_EQ(as_text(must(open_sealed(key, "req", sealed)).expose()), "hello");
  EXPECT_EQ(open_sealed(key, "emergency", sealed).error(), Reject::sealed_invalid);
  EXPECT_EQ(open_sealed(SealingKey::random(key.identity, s.rng), "req", sealed).error(), Reject::sealed_invalid);
}

TEST(vault, biometrics_open_the_slot_and_the_slot_the_entries) {
  Sharing s;
  Template finger;
  s.rng.fill(finger.value.expose());
  finger.usable.fill(0xff);
  std::vector<Extracted> extracted;
  extracted.push_back(must(generate(finger, s.rng)));
  const VaultKey vault(s.rng.bytes<32>());
  const Keyslot slot = make_keyslot(s.ppub, s.patient.signing, vault, s.rng.bytes<16>(), extracted, s.rng);
  EXPECT_TRUE(verify(s.ppub, s.patient.signing.verification_key(), slot));
  const Keyslot stored = must(decode<Keyslot>(encode(slot)));

  finger.value.expose()[9] ^= 0xff;
  std::vector<SecretKey> values;
  values.push_back(must(reproduce(finger, stored.helpers.items[0])));
  const VaultKey opened = must(open_keyslot(stored, values));
  EXPECT_EQ(opened.expose(), vault.expose());

  const IndexEntry entry{
      {{{"penicillin allergy"}, {"asthma"}}}, Bytes32{1}, s.hospital.signing.identity, {1, 2}, emergency_token(s.factor({1, 2}))};
  const Bytes32 index_key = s.rng.bytes<32>();
  const SealedEntry sealed = seal_entry(vault, index_key, s.rng.bytes<16>(), 4, entry, s.rng);
  EXPECT_EQ(sealed.sealed.value.size(), 512U + 28);
  const IndexEntry found = must(open_entry(opened, index_key, sealed));
  EXPECT_EQ(found.keywords.items[1].value, "asthma");
  EXPECT_EQ(found.token.expose(), entry.token.expose());
}

}  // namespace
}  // namespace caduceus
