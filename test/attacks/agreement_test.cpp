// R7: what is done to a first visit on the way, by whoever holds one side's identity key, and by who comes second. R8: factors stay.
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct Agreement : testing::Test {
  Sharing s;
  const VerificationKey patient_key = s.patient.signing.verification_key();
  const VerificationKey hospital_key = s.hospital.signing.verification_key();
  Initiator patient = must(Initiator::begin(patient_key, hospital_key, s.rng));
  Responder hospital = must(Responder::answer(s.ppub, s.hospital, patient_key, patient.hello(), s.rng));

  // Each time from where they stand now.
  Checked<Responder> hospital_answers(const Hello& hello) { return Responder::answer(s.ppub, s.hospital, patient_key, hello, s.rng); }
  Checked<Confirm> patient_receives(const Reply& reply) {
    Initiator now = copy_of(patient);
    return now.receive(s.ppub, s.patient, reply, s.rng);
  }
  Checked<Ack> hospital_receives(const Confirm& confirm) {
    Responder now = copy_of(hospital);
    return now.receive(s.ppub, confirm);
  }

  // What anyone can write down of a visit.
  [[nodiscard]] Bytes32 transcript(const Hello& hello, const Reply& reply) const {
    return hash({encode(hello.initiator), encode(hello.responder), hello.public_point.encode(), hospital_key.public_point.encode(),
                 hello.t1.encode(), encode(hello.t1_prime.value_or(G2())), hello.t2.encode(), reply.t1.encode(), reply.t2.encode()});
  }
  // A key of docs/PROTOCOL.md, by whoever knows one side's scalars and K.
  static SecretKey key(std::string_view label, const Bytes32& tr, const G1& first, const G1& second, const Gt& k) {
    return derive_key(KeyHash::hsk, label, {tr, first.encode(), second.encode(), k.to_bytes()});
  }
};

using agreement_attack = Agreement;

// The published MAC did not cover all T's. Here each one, the attacker's own e·P1 or another's in its place: the signature covers tr.
TEST_F(agreement_attack, ts_swapped_on_the_way_to_the_patient_are_refused) {
  const G1 own = Scalar::random(s.rng) * G1::generator();
  const Reply& good = hospital.reply();
  EXPECT_THAT(patient_receives(good), accepted());
  const auto with = [&](const G1& t1, const G1& t2) { return Reply{t1, t2, good.confirmation, good.signature}; };
  for (const Reply& reply : {with(own, good.t2), with(good.t1, own), with(own, own), with(good.t2, good.t1),
                             with(patient.hello().t1, good.t2), with(good.t1, patient.hello().t2), with(G1() - good.t1, good.t2)}) {
    EXPECT_THAT(patient_receives(reply), refused_as(Reject::signature_invalid));
  }
}

// The hospital cannot know what the patient sent; the patient does, and the hospital's reply shows it what arrived.
TEST_F(agreement_attack, ts_swapped_on_the_way_to_the_hospital_are_refused_by_the_patient) {
  const Scalar e = Scalar::random(s.rng);
  Hello second = patient.hello();
  second.t2 = e * G1::generator();
  Hello first = patient.hello();
  first.t1 = e * G1::generator();
  first.t1_prime = e * G2::generator();
  Hello crossed = patient.hello();
  std::swap(crossed.t1, crossed.t2);
  crossed.t1_prime.reset();
  EXPECT_THAT(hospital_answers(crossed), refused_as(Reject::agreement_half));
  crossed.t1_prime = patient.hello().t1_prime;
  EXPECT_THAT(hospital_answers(crossed), refused_as(Reject::agreement_half));
  for (const Hello& hello : {second, first}) {
    const Responder deceived = must(hospital_answers(hello));
    EXPECT_THAT(patient_receives(deceived.reply()), refused_as(Reject::signature_invalid));
  }
  // Had the reply a signature over what the patient sent, the MAC would still be of other keys.
  const Responder deceived = must(hospital_answers(second));
  Reply patched = deceived.reply();
  patched.signature = sign(s.ppub, s.hospital.signing, "resp", transcript(patient.hello(), patched), s.rng);
  EXPECT_THAT(patient_receives(patched), refused_as(Reject::agreement_mac));
}

// Published, one key and one text served both directions: A's MAC, sent back, was C's.
TEST_F(agreement_attack, a_mac_that_is_sent_back_is_refused) {
  const Scalar c1 = Scalar::random(s.rng);
  Hello as_c = patient.hello();
  as_c.t1 = c1 * G1::generator();
  as_c.t1_prime = c1 * G2::generator();
  as_c.t2 = Scalar::random(s.rng) * G1::generator();
  Responder a = must(hospital_answers(as_c));
  EXPECT_THAT(a.receive(s.ppub, Confirm{a.reply().confirmation, a.reply().signature}), refused_as(Reject::agreement_mac));
  EXPECT_FALSE(a.is_active());

  // To the patient too: neither the reply's MAC nor its own is the Ack.
  Initiator c = copy_of(patient);
  const Confirm confirm = must(c.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  EXPECT_THAT(c.receive(Ack{hospital.reply().confirmation}), refused_as(Reject::agreement_mac));
  EXPECT_THAT(c.receive(Ack{confirm.confirmation}), refused_as(Reject::agreement_mac));
  EXPECT_EQ(c.state(), AgreementState::pending);
  // With the right MAC, the reply's signature is not the confirmation's: they have purposes.
  EXPECT_THAT(hospital_receives({confirm.confirmation, hospital.reply().signature}), refused_as(Reject::signature_other_key));
  Signature as_patients = hospital.reply().signature;
  as_patients.public_point = patient_key.public_point;
  EXPECT_THAT(hospital_receives({confirm.confirmation, as_patients}), refused_as(Reject::signature_invalid));
}

// K = e(Ŝ1_C, H1'-KA(ID_A)): C's identity key, in other hands, computes what A would. Every MAC of A's is right; A's signature is not.
TEST_F(agreement_attack, who_holds_the_patients_identity_key_cannot_play_the_hospital_to_her) {
  const Hello& hello = patient.hello();
  const Scalar a1 = Scalar::random(s.rng);
  const Scalar a2 = Scalar::random(s.rng);
  Reply forged{a1 * G1::generator(), a2 * G1::generator(), {}, {}};
  const Bytes32 tr = transcript(hello, forged);
  const Gt k = pairing(s.patient.agreement.g1.expose(), hash_to_g2({encode(hello.responder)}));
  forged.confirmation = mac(key("k_resp", tr, a1 * hello.t1, a2 * hello.t2, k), {tr});

  forged.signature = sign(s.ppub, s.hospital.signing, "resp", tr, s.rng);
  EXPECT_THAT(patient_receives(forged), accepted());  // nothing but this signature is missing
  forged.signature = sign(s.ppub, s.employer.signing, "resp", tr, s.rng);
  EXPECT_THAT(patient_receives(forged), refused_as(Reject::signature_other_key));
  forged.signature.public_point = hospital_key.public_point;
  EXPECT_THAT(patient_receives(forged), refused_as(Reject::signature_invalid));
  forged.signature = hospital.reply().signature;  // of the visit that is under way
  EXPECT_THAT(patient_receives(forged), refused_as(Reject::signature_invalid));
}

TEST_F(agreement_attack, who_holds_the_hospitals_identity_key_cannot_play_a_patient_to_it) {
  const Scalar c1 = Scalar::random(s.rng);
  const Scalar c2 = Scalar::random(s.rng);
  const Hello hello{patient.hello().initiator, patient.hello().responder, c1 * G1::generator(),
                    c1 * G2::generator(),      c2 * G1::generator(),      patient_key.public_point};
  Responder a = must(hospital_answers(hello));
  const Bytes32 tr = transcript(hello, a.reply());
  const Gt k = pairing(hash_to_g1(PointHash::key_agreement, {encode(hello.initiator)}), s.hospital.agreement.g2.expose());
  Confirm forged{mac(key("k_init", tr, c1 * a.reply().t1, c2 * a.reply().t2, k), {tr}), sign(s.ppub, s.doctor.signing, "init", tr, s.rng)};
  EXPECT_THAT(a.receive(s.ppub, forged), refused_as(Reject::signature_other_key));
  forged.signature.public_point = patient_key.public_point;
  EXPECT_THAT(a.receive(s.ppub, forged), refused_as(Reject::signature_invalid));
  EXPECT_FALSE(a.is_active());
  forged.signature = sign(s.ppub, s.patient.signing, "init", tr, s.rng);
  EXPECT_THAT(a.receive(s.ppub, forged), accepted());  // nothing else is missing
}

// Without either identity key a stranger's MAC is wrong already.
TEST_F(agreement_attack, a_stranger_does_not_know_the_keys) {
  const Scalar c1 = Scalar::random(s.rng);
  const Hello hello{patient.hello().initiator, patient.hello().responder, c1 * G1::generator(),
                    c1 * G2::generator(),      G1::generator(),           patient_key.public_point};
  Responder a = must(hospital_answers(hello));
  const Bytes32 tr = transcript(hello, a.reply());
  const IdentityKeys stranger = s.enrol({Role::patient, {"str4ng3r"}, 1});
  const Gt k = pairing(stranger.agreement.g1.expose(), hash_to_g2({encode(hello.responder)}));
  const Confirm forged{mac(key("k_init", tr, c1 * a.reply().t1, a.reply().t2, k), {tr}), sign(s.ppub, stranger.signing, "init", tr, s.rng)};
  EXPECT_THAT(a.receive(s.ppub, forged), refused_as(Reject::agreement_mac));
}

// Whose T_1 lies at A can grant what lies there: it is not exchanged for another, neither before nor after the visit is over.
TEST_F(agreement_attack, t1_is_never_overwritten) {
  const Initiator again = must(Initiator::begin(patient_key, hospital_key, s.rng));
  EXPECT_THAT(hospital.receive(again.hello()), refused_as(Reject::agreement_pinned));
  const Confirm confirm = must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  const Ack ack = must(hospital.receive(s.ppub, confirm));
  EXPECT_THAT(hospital.receive(again.hello()), refused_as(Reject::agreement_pinned));
  EXPECT_EQ(hospital.t1(), patient.hello().t1);

  // Nor does the patient take another reply, though the hospital signed it.
  const Responder other = must(hospital_answers(patient.hello()));
  EXPECT_THAT(patient.receive(s.ppub, s.patient, other.reply(), s.rng), refused_as(Reject::agreement_pinned));
  EXPECT_THAT(patient.receive(ack), accepted());
  EXPECT_THAT(patient.receive(s.ppub, s.patient, other.reply(), s.rng), refused_as(Reject::agreement_pinned));
}

TEST_F(agreement_attack, messages_of_another_visit_are_refused) {
  Initiator c = must(Initiator::begin(patient_key, hospital_key, s.rng));
  EXPECT_THAT(c.receive(Ack{}), refused_as(Reject::agreement_state));
  EXPECT_THAT(c.receive(s.ppub, s.patient, hospital.reply(), s.rng), refused_as(Reject::signature_invalid));
  Responder a = must(hospital_answers(c.hello()));
  const Confirm of_other = must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  EXPECT_THAT(a.receive(s.ppub, of_other), refused_as(Reject::agreement_mac));
  must(c.receive(s.ppub, s.patient, a.reply(), s.rng));
  EXPECT_THAT(c.receive(must(hospital.receive(s.ppub, of_other))), refused_as(Reject::agreement_mac));
}

TEST_F(agreement_attack, a_hello_is_for_one_hospital_and_of_one_patient) {
  EXPECT_THAT(Responder::answer(s.ppub, s.employer, patient_key, patient.hello(), s.rng), refused_as(Reject::agreement_peer));
  const IdentityKeys other = s.enrol({Role::patient, {"0th3r"}, 1});
  EXPECT_THAT(Responder::answer(s.ppub, s.hospital, other.signing.verification_key(), patient.hello(), s.rng),
              refused_as(Reject::agreement_peer));
  EXPECT_THAT(Initiator::begin(hospital_key, patient_key, s.rng), refused_as(Reject::agreement_parties));
  Hello hello = patient.hello();
  hello.t1_prime.reset();
  EXPECT_THAT(hospital_answers(hello), refused_as(Reject::agreement_half));
  // A doctor who sends T' would give the patient a half that nobody checks.
  Hello of_doctor = must(Initiator::begin(s.doctor.signing.verification_key(), patient_key, s.rng)).hello();
  of_doctor.t1_prime = G2::generator();
  EXPECT_THAT(Responder::answer(s.ppub, s.patient, s.doctor.signing.verification_key(), of_doctor, s.rng),
              refused_as(Reject::agreement_half));
}

// Every field on the way: the patient's and the hospital's word on what arrived.
TEST_F(agreement_attack, every_field_of_every_message_counts) {
  const auto signature = Reject::signature_invalid;
  expect_every_field_counts(patient.hello(),
                            {{"initiator role", Reject::agreement_parties},
                             {"initiator name", Reject::agreement_peer},
                             {"initiator version", Reject::agreement_peer},
                             {"responder role", Reject::agreement_parties},
                             {"responder name", Reject::agreement_peer},
                             {"responder version", Reject::agreement_peer},
                             {"T_1", Reject::agreement_half},
                             {"T_1'", Reject::agreement_half},
                             {"T_2", signature},
                             {"L", Reject::signature_other_key}},
                            [&](const Hello& hello) -> Checked<Confirm> {
                              TRY(const Responder answered, hospital_answers(hello));
                              return patient_receives(answered.reply());
                            });
  expect_every_field_counts(hospital.reply(),
                            {{"T_a1", signature},
                             {"T_a2", signature},
                             {"MAC", Reject::agreement_mac},
                             {"L", Reject::signature_other_key},
                             {"h", signature},
                             {"v", signature}},
                            [&](const Reply& reply) { return patient_receives(reply); });
  const Confirm confirm = must(patient.receive(s.ppub, s.patient, hospital.reply(), s.rng));
  expect_every_field_counts(confirm,
                            {{"MAC", Reject::agreement_mac}, {"L", Reject::signature_other_key}, {"h", signature}, {"v", signature}},
                            [&](const Confirm& changed) { return hospital_receives(changed); });
  expect_every_field_counts(must(hospital_receives(confirm)), {{"MAC", Reject::agreement_mac}}, [&](const Ack& ack) {
    Initiator now = copy_of(patient);
    return now.receive(ack);
  });
}

// R8: published, the number of all records is in every factor. A grant of yesterday opens its records whatever has been added since.
TEST(factors_attack, another_batch_changes_no_factor_that_was_granted) {
  Sharing s;
  const std::vector<RecordPlace> places{{1, 2}, {1, 5}};
  const Grant yesterday = s.grant(s.policy(places));
  for (const std::uint32_t n : {1U, 2U, 40U}) EXPECT_EQ(must(encryption_factors(s.hospital_side.factors(), 3, n)).size(), n);
  const auto again = must(encryption_factors(s.hospital_side.factors(), 1, 7));
  for (std::size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i].expose(), s.batch1[i].expose());
  const GrantRequester requester = s.ask(yesterday, places);
  AcceptedRequest accepted_request = must(s.check(requester.request()));
  EXPECT_THAT(requester.open(s.answer(accepted_request, places)), accepted());
}

// Chains of their own: the same place in another batch, and a batch of another length, have nothing in common. (So a batch is closed when its n
// has been told.)
TEST(factors_attack, batches_share_no_factor) {
  Sharing s;
  std::vector<Bytes32> all;
  for (const std::uint32_t batch : {0U, 1U, 2U, 0xffffffffU}) {
    for (const std::uint32_t n : {1U, 7U, 8U}) {
      for (const auto& factor : must(encryption_factors(s.patient_side.factors(), batch, n))) all.push_back(factor.expose().encode());
    }
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

}  // namespace
}  // namespace caduceus
