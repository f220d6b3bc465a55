#include "core/chain/sup_transaction.h"

#include <gmock/gmock.h>

#include "core/chain/sup_body.h"
#include "test/attacks/refusal.h"
#include "test/sup_world.h"

namespace caduceus {
namespace {

constexpr Time now{2'000'000};

std::vector<SupTransaction> one_of_each(SupWorld& world) {
  const TransactionHash some = world.rng.bytes<32>();
  return {world.emergency(world.doctor(0), now),
          world.emergency(world.doctor(1), now, EmergencyKind::read),
          world.revocation(world.doctor(0), RevocationAction::add, now + 1, now),
          world.dispute(world.patient(0), some, now),
          world.answer(world.hospital(0), some, now),
          world.registration(world.hospital(0)),
          world.registration(world.doctor(0)),
          world.registration(world.patient(0))};
}

TEST(sup_transaction, has_one_encoding) {
  SupWorld world(1);
  for (const SupTransaction& transaction : one_of_each(world)) {
    const Bytes bytes = encode(transaction);
    EXPECT_EQ(decode<SupTransaction>(bytes), transaction);
    EXPECT_EQ(bytes[0], transaction.index() + 1);
    for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode<SupTransaction>(ByteView(bytes).first(size)));
  }
  EXPECT_THAT(decode<SupTransaction>(Bytes{0}), refused_as(Reject::unknown_value));
  EXPECT_THAT(decode<SupTransaction>(Bytes{7}), refused_as(Reject::unknown_value));
}

// By the formula on the page, so that no field is left out.
TEST(sup_transaction, htx_covers_each_term_and_no_signature) {
  SupWorld world(2);
  EmergencyTransaction transaction = world.emergency(world.doctor(0), now, EmergencyKind::read);
  const EmergencyTerms& terms = transaction.terms;
  const TransactionHash htx = hash_of(SupTransaction(transaction));
  EXPECT_EQ(htx, hash({Bytes{1}, Bytes{2}, encode(terms.doctor), encode(terms.hospital), terms.hur, encode(terms.marks),
                       encode(terms.reason), encode(terms.ts3)}));
  transaction.nonces[0][0] ^= 1;
  transaction.sum.bytes[0] ^= 1;
  EXPECT_EQ(hash_of(SupTransaction(transaction)), htx);
}

TEST(sup_transaction, equal_terms_of_two_kinds_have_two_hashes) {
  const Identity account{Role::patient_med, {"c"}, 1}, hospital{Role::hospital, {"c"}, 1};
  EXPECT_NE(hash_of(DisputeTerms{account, {}, {}, now}), hash_of(DisputeAnswerTerms{account, {}, {}, now}));
  EXPECT_NE(hash_of(DisputeAnswerTerms{account, {}, {}, now}), hash_of(DisputeAnswerTerms{hospital, {}, {}, now}));
}

TEST(sup_transaction, is_of_parties_that_make_such_a_one) {
  SupWorld world(3);
  const Identity& doctor = world.doctor(0).identity();
  const Identity& hospital = world.hospital(0).identity();
  const auto refused = [](const auto& terms) { return decode<std::remove_cvref_t<decltype(terms)>>(encode(terms)); };
  EmergencyTerms emergency = world.emergency_terms(world.doctor(0), now);
  EXPECT_TRUE(refused(emergency));
  emergency.doctor = hospital;
  EXPECT_THAT(refused(emergency), refused_as(Reject::transaction_parties));
  emergency = world.emergency_terms(world.doctor(0), now);
  emergency.hospital = doctor;
  EXPECT_THAT(refused(emergency), refused_as(Reject::transaction_parties));

  EXPECT_THAT(refused(DisputeTerms{doctor, {}, {}, now}), refused_as(Reject::transaction_parties));
  EXPECT_THAT(refused(DisputeAnswerTerms{doctor, {}, {}, now}), refused_as(Reject::transaction_parties));
  EXPECT_THAT(refused(PatientRegistrationTerms{doctor, {}, {}}), refused_as(Reject::transaction_parties));

  RegistrationTerms registration = world.registration_terms(world.hospital(0));
  EXPECT_TRUE(refused(registration));
  registration.hospital = world.hospital(1).identity();
  EXPECT_THAT(refused(registration), refused_as(Reject::transaction_parties)) << "a hospital of another one";
  registration.hospital = registration.identity = doctor;
  EXPECT_THAT(refused(registration), refused_as(Reject::transaction_parties)) << "a doctor's doctor";
  registration.hospital = hospital;
  registration.identity = world.patient(0).hidden.identity;
  EXPECT_THAT(refused(registration), refused_as(Reject::transaction_parties)) << "a patient by name";
}

TEST(sup_transaction, an_opening_has_no_marks_and_a_reading_some) {
  SupWorld world(4);
  EmergencyTerms terms = world.emergency_terms(world.doctor(0), now, EmergencyKind::read);
  terms.kind = EmergencyKind::open;
  EXPECT_THAT(decode<EmergencyTerms>(encode(terms)), refused_as(Reject::emergency_kind));
  terms = world.emergency_terms(world.doctor(0), now);
  terms.kind = EmergencyKind::read;
  EXPECT_THAT(decode<EmergencyTerms>(encode(terms)), refused_as(Reject::emergency_kind));
}

TEST(sup_transaction, a_revocation_is_of_its_licence) {
  SupWorld world(5);
  const RevocationTerms terms = world.revocation_terms(world.doctor(0), RevocationAction::add, now, now);
  const auto decoded = [&](auto change) {
    RevocationTerms changed = terms;
    change(changed);
    return decode<RevocationTerms>(encode(changed));
  };
  EXPECT_TRUE(decoded([](RevocationTerms& t) { t.expires = t.expires + 1; }));
  EXPECT_THAT(decoded([](RevocationTerms& t) { t.expires = Time(t.expires.value() - 1); }), refused_as(Reject::revocation_licence));
  EXPECT_THAT(decoded([&](RevocationTerms& t) { t.hospital = world.hospital(1).identity(); }), refused_as(Reject::revocation_licence));
  EXPECT_THAT(decoded([&](RevocationTerms& t) { t.doctor = world.doctor(1).identity(); }), refused_as(Reject::revocation_licence));
}

TEST(sup_body, without_anything_has_no_bytes) {
  EXPECT_TRUE(encode_body({}).empty());
  EXPECT_EQ(decode_body({}), SupBody());
  EXPECT_THAT(decode_body(encode(SupBody())), refused_as(Reject::not_canonical));
}

TEST(sup_body, comes_back_as_it_was) {
  SupWorld world(6);
  SupBody body;
  body.transactions.items = one_of_each(world);
  body.evidence.items.push_back({View(3), {1}, {}, {2}, {}});
  body.observed.items.emplace_back();
  body.observed.items.back().miner = {Role::miner, {"m"}, 1};
  EXPECT_EQ(decode_body(encode_body(body)), body);
  Bytes longer = encode_body(body);
  longer.push_back(0);
  EXPECT_THAT(decode_body(longer), refused_as(Reject::trailing_bytes));
}

}  // namespace
}  // namespace caduceus
