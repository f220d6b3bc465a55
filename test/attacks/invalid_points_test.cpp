// R1, on the wire: what is not a point of the group, or not written as it must be, is refused by name wherever a point may stand.
#include <gtest/gtest.h>

#include "core/crypto/multi_signature.h"
#include "core/crypto/sealing_key.h"
#include "core/crypto/vault.h"
#include "test/attacks/bad_points.h"
#include "test/attacks/consortium.h"
#include "test/attacks/fields.h"
#include "test/sharing.h"

namespace caduceus {
namespace {

template <class P>
class invalid_points : public testing::Test {};
using Groups = testing::Types<G1, G2>;
TYPED_TEST_SUITE(invalid_points, Groups);

TYPED_TEST(invalid_points, each_is_refused_for_what_is_wrong_with_it) {
  for (const auto& [what, bytes, reason] : bad_points<TypeParam>()) {
    EXPECT_THAT(TypeParam::decode(bytes), refused_as(reason)) << what;
  }
}

// Half of all coordinates are of points of the curve. None of these is in the group, which is a 2^-125th part of it, and less.
TYPED_TEST(invalid_points, random_coordinates_are_off_the_curve_or_outside_the_group) {
  SeededRng rng(1);
  int off_curve = 0;
  int outside_group = 0;
  for (int i = 0; i < 500; ++i) {
    auto bytes = rng.bytes<TypeParam::encoded_size>();
    bytes[0] = static_cast<Byte>(0x80 | (bytes[0] & 0x2f));  // x below 2^380 < p, either sign
    if (bytes.size() > 48) bytes[48] &= 0x0f;                // G2 has two coordinates
    const auto point = TypeParam::decode(bytes);
    ASSERT_FALSE(point);
    off_curve += point.error() == Reject::point_not_on_curve;
    outside_group += point.error() == Reject::point_not_in_group;
  }
  EXPECT_EQ(off_curve + outside_group, 500);
  EXPECT_GT(off_curve, 150);
  EXPECT_GT(outside_group, 150);
}

TYPED_TEST(invalid_points, other_lengths_are_refused) {
  const auto good = TypeParam::generator().encode();
  Bytes bytes(good.begin(), good.end());
  bytes.push_back(0);
  EXPECT_THAT(TypeParam::decode(bytes), refused_as(Reject::trailing_bytes));
  EXPECT_THAT(TypeParam::decode(ByteView(good).first(good.size() - 1)), refused_as(Reject::truncated));
  EXPECT_THAT(TypeParam::decode({}), refused_as(Reject::truncated));
}

TEST(invalid_scalars, are_refused) {
  for (const auto& [what, bytes, reason] : bad_scalars()) EXPECT_THAT(Scalar::decode(bytes), refused_as(reason)) << what;
}

// Puts each bad encoding where the fields of type Field stand, and decodes. How many such there are.
template <class Field, class T>
std::size_t expect_refused_in_place(const T& value, const std::vector<BadEncoding>& bad) {
  const SecretBytes good = encode_secret(value);
  const auto places = places_of<Field>(value);
  for (const std::size_t place : places) {
    for (const auto& [what, bytes, reason] : bad) {
      Bytes changed(good.expose().begin(), good.expose().end());
      std::ranges::copy(bytes, changed.begin() + static_cast<std::ptrdiff_t>(place));
      EXPECT_THAT(decode<T>(changed), refused_as(reason)) << what << " at byte " << place;
    }
  }
  return places.size();
}

template <class T>
void expect_bad_elements_refused(const T& value) {
  const std::size_t places = expect_refused_in_place<G1>(value, bad_points<G1>()) + expect_refused_in_place<G2>(value, bad_points<G2>()) +
                             expect_refused_in_place<Scalar>(value, bad_scalars());
  EXPECT_GT(places, 0U) << "this tests nothing";
}

TEST(invalid_elements, are_refused_in_every_field_of_registration_and_signing) {
  Consortium consortium;
  const IdentityKeys keys = consortium.enrol(hospital("h1"));
  const G1& ppub = consortium.parameters.signing;
  const PendingRegistration pending = begin_registration(ppub, doctor("lee"), consortium.rng);
  const Licence licence{.hospital = hospital("h1"), .doctor = doctor("lee"), .device = 1, .issued = Time(1), .expires = Time(2)};

  expect_bad_elements_refused(consortium.parameters);
  expect_bad_elements_refused(pending.request);
  expect_bad_elements_refused(*issue_keys(consortium.secrets, consortium.parameters, pending.request, consortium.rng));
  expect_bad_elements_refused(keys);
  expect_bad_elements_refused(keys.signing.verification_key());
  expect_bad_elements_refused(*issue_licence(ppub, keys.signing, licence, consortium.rng));
  expect_bad_elements_refused(consortium.sign_text(keys.aggregate, "text", w_of("w")));
  const BlsKey bls = BlsKey::random(consortium.rng);
  expect_bad_elements_refused(bls);
  expect_bad_elements_refused(MultiSignature{SignerSet(4), sign_part(bls, as_bytes("text"))});
}

TEST(invalid_elements, are_refused_in_every_field_of_sharing) {
  Sharing s;
  Initiator first = must(Initiator::begin(s.patient.signing.verification_key(), s.hospital.signing.verification_key(), s.rng));
  const Responder second = must(Responder::answer(s.ppub, s.hospital, s.patient.signing.verification_key(), first.hello(), s.rng));
  expect_bad_elements_refused(first.hello());  // with T_1'
  expect_bad_elements_refused(second.reply());
  expect_bad_elements_refused(must(first.receive(s.ppub, s.patient, second.reply(), s.rng)));

  const std::vector<RecordPlace> records{{1, 2}, {2, 1}};
  const Grant grant = s.grant(s.policy());
  expect_bad_elements_refused(grant);
  const GrantRequester requester = s.ask(grant, records);
  expect_bad_elements_refused(requester.request());
  AcceptedRequest accepted = must(s.check(requester.request()));
  expect_bad_elements_refused(s.answer(accepted, records));

  const auto tokens = s.tokens(records);
  for (const auto kind : {EmergencyKind::open, EmergencyKind::read}) {
    const bool is_reading = kind == EmergencyKind::read;
    const auto emergency = EmergencyRequester::begin(
        s.ppub, s.doctor, s.licence, kind, s.scope(is_reading ? records : std::vector<RecordPlace>{}), s.rng.bytes<32>(),
        is_reading ? Sharing::pointers(tokens) : std::vector<const SecretKey*>{}, Sharing::now, s.rng);
    ASSERT_TRUE(emergency.has_value());
    expect_bad_elements_refused(emergency->request());
  }

  expect_bad_elements_refused(publish(SealingKey::random(s.hospital.signing.identity, s.rng), s.rng));
  Template scan;
  s.rng.fill(scan.value.expose());
  scan.usable.fill(0xff);
  const Extracted extracted = must(generate(scan, s.rng));
  VaultKey vault;
  s.rng.fill(vault.expose());
  expect_bad_elements_refused(make_keyslot(s.ppub, s.patient.signing, vault, s.rng.bytes<16>(), {&extracted, 1}, s.rng));
}

// What is sealed to a key keeps its point encoded until somebody opens it.
TEST(invalid_elements, open_nothing) {
  SeededRng rng(1);
  const SealingKey key = SealingKey::random(hospital("h1"), rng);
  SealedTo sealed = seal_to(key.identity, key.public_key, "req", as_bytes("text"), rng);
  EXPECT_THAT(open_sealed(key, "req", sealed), accepted());
  for (const auto& [what, bytes, reason] : bad_points<G1>()) {
    std::ranges::copy(bytes, sealed.ephemeral.bytes.begin());
    EXPECT_THAT(open_sealed(key, "req", sealed), refused_as(reason)) << what;
  }
  sealed.ephemeral = EncodedG1::of(G1());
  EXPECT_THAT(open_sealed(key, "req", sealed), refused_as(Reject::point_is_identity));
}

TEST(invalid_elements, are_refused_in_every_sum_of_an_aggregate) {
  Consortium consortium;
  const AggregateKey key = extract_aggregate_key(consortium.secrets.aggregate, doctor("lee"));
  SignedMessages all;
  consortium.say(all, key, "a", w_of("w1"));
  consortium.say(all, key, "b", w_of("w2"));
  const Bytes good = encode_aggregate(*aggregate(all.messages, all.signatures));

  for (const std::size_t sum : {0U, 1U}) {
    const std::size_t s = 4 + 144 * sum;
    for (const auto& [place, bad] : {std::pair(s, bad_points<G1>()), std::pair(s + 48, bad_points<G2>())}) {
      for (const auto& [what, bytes, reason] : bad) {
        Bytes changed = good;
        std::ranges::copy(bytes, changed.begin() + static_cast<std::ptrdiff_t>(place));
        EXPECT_THAT(decode_aggregate(changed, all.messages), refused_as(reason)) << what << " at byte " << place;
      }
    }
  }
}

}  // namespace
}  // namespace caduceus
