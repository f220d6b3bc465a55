#include "core/roles/letter.h"

#include <gtest/gtest.h>

#include "test/sharing.h"

namespace caduceus::roles {
namespace {

struct LetterTest : testing::Test {
  Sharing world;
  SealingKey doctor_sealing = SealingKey::random(world.doctor.signing.identity, world.rng);
  SealingKey patient_sealing = SealingKey::random(world.patient.signing.identity, world.rng);
  Party doctor{world.doctor.signing.verification_key(), doctor_sealing.public_key, world.employer.signing.identity};
  GrantDenied content{{1}, {"not today"}};

  Envelope write() { return write_letter(world.ppub, world.patient.signing, doctor, content, Sharing::now, world.rng); }
};

TEST_F(LetterTest, is_read_by_whom_it_is_for) {
  const Letter letter = must(open_letter(doctor_sealing, write()));
  EXPECT_EQ(letter.from, world.patient.signing.identity);
  EXPECT_EQ(std::get<GrantDenied>(letter.content).words.value, "not today");
  EXPECT_TRUE(verify(world.ppub, world.patient.signing.verification_key(), letter));
}

TEST_F(LetterTest, of_somebody_else_is_refused) {
  const Letter letter = must(open_letter(doctor_sealing, write()));
  EXPECT_EQ(verify(world.ppub, world.hospital.signing.verification_key(), letter).error(), Reject::letter_parties);
  Letter changed = letter;
  changed.sent = changed.sent + 1;
  EXPECT_EQ(verify(world.ppub, world.patient.signing.verification_key(), changed).error(), Reject::signature_invalid);
}

TEST_F(LetterTest, does_not_open_for_others_or_under_another_name) {
  Envelope envelope = write();
  EXPECT_EQ(open_letter(patient_sealing, envelope).error(), Reject::sealed_invalid);
  envelope.to = world.patient.signing.identity;
  EXPECT_EQ(open_letter(doctor_sealing, envelope).error(), Reject::letter_parties);
}

TEST_F(LetterTest, a_relay_that_changes_a_byte_is_noticed) {
  Envelope envelope = write();
  envelope.sealed.sealed.value[40] ^= 1;
  EXPECT_EQ(open_letter(doctor_sealing, envelope).error(), Reject::sealed_invalid);
}

TEST_F(LetterTest, a_card_is_of_one_person) {
  const Identity relay = world.hospital.signing.identity;
  const Card card = make_card(world.ppub, world.patient.signing, patient_sealing, relay, world.rng);
  EXPECT_TRUE(verify(world.ppub, card));
  Card other_relay = card;
  other_relay.relay = world.employer.signing.identity;
  EXPECT_EQ(verify(world.ppub, other_relay).error(), Reject::signature_invalid);
  Card other_key = card;
  other_key.sealing = publish(SealingKey::random(world.patient.signing.identity, world.rng), world.rng);
  EXPECT_EQ(verify(world.ppub, other_key).error(), Reject::signature_invalid);
  Card no_patient = card;
  no_patient.patient = world.doctor.signing.verification_key();
  EXPECT_EQ(verify(world.ppub, no_patient).error(), Reject::card_parties);
}

TEST_F(LetterTest, a_grant_opens_under_the_agreed_key_alone) {
  const Identity& patient = world.patient.signing.identity;
  const Identity& with = world.doctor.signing.identity;
  Initiator first = must(Initiator::begin(world.doctor.signing.verification_key(), world.patient.signing.verification_key(), world.rng));
  Responder second = must(Responder::answer(world.ppub, world.patient, world.doctor.signing.verification_key(), first.hello(), world.rng));
  const Confirm confirm = must(first.receive(world.ppub, world.doctor, second.reply(), world.rng));
  ASSERT_TRUE(second.receive(world.ppub, confirm));
  const Policy policy = world.policy();
  const SealedGrant sealed = seal_grant(patient, with, second.keys(), {{7}, world.grant(policy), {{{"a"}, {"b"}, {"c"}}}}, world.rng);
  const GrantContent opened = must(open_grant(patient, with, first.keys(), sealed));
  EXPECT_EQ(opened.grant.policy, policy);
  EXPECT_EQ(opened.titles.items.size(), 3U);
  EXPECT_EQ(open_grant(patient, world.employer.signing.identity, first.keys(), sealed).error(), Reject::sealed_invalid);
}

}  // namespace
}  // namespace caduceus::roles
