#include "core/med/signing.h"

#include <gmock/gmock.h>

#include "test/attacks/chosen_nonce.h"
#include "test/attacks/refusal.h"
#include "test/med_world.h"

namespace caduceus::med {
namespace {

struct med_signing : testing::Test {
  MedWorld world{1, 2, 3, 2};
  SignatureVerifier verifier{world.keys().net, world.keys().parameters, 64};
  const Time now{MedWorld::epoch_length * 5};

  auto check(const MedBody& body, SignatureVerifier& by) { return by.verify(transaction_tree(body).root(), body, world.rng); }
  auto check(const MedBody& body) { return check(body, verifier); }

  std::vector<SignedGroup> groups_of(std::size_t hospital) {
    std::vector<SignedGroup> groups;
    for (std::size_t i = hospital; i < world.doctors(); i += 2) groups.push_back(world.group(world.doctor(i), 2, now, 0));
    return groups;
  }
};

TEST_F(med_signing, bundle_and_body_verify) {
  const auto a = world.round(0, now, 0), b = world.round(1, now, 0);
  EXPECT_TRUE(verifier.verify(a, world.rng));
  EXPECT_TRUE(verifier.verify(b, world.rng));
  const MedBody body = world.body({a, b}, {world.call(world.patient(0), 0, DeleteEntry{}), world.call(world.patient(1), 0, DeleteEntry{})});
  EXPECT_TRUE(check(body));
  // Six doctors and two hospitals share a slot number: one sum; each call has its own.
  EXPECT_EQ(body.aggregate.value.size(), 4 + 144 * 3);
}

TEST_F(med_signing, empty_body_verifies) { EXPECT_TRUE(check(MedBody())); }

TEST_F(med_signing, body_of_another_header_is_refused) {
  EXPECT_THAT(verifier.verify(transaction_tree(MedBody()).root(), world.body({world.round(0, now, 0)}), world.rng),
              refused_as(Reject::mblock_transactions));
}

// A tree that doubles an odd leaf (Bitcoin's, CVE-2012-2459) has one root for both; then the block would count as invalid.
TEST_F(med_signing, a_leaf_that_stands_twice_is_another_body) {
  const MedBody body = world.body({world.round(0, now, 0), world.round(1, now, 0)});
  ASSERT_EQ(transaction_tree(body).size(), 3U);
  MedBody twice = body;
  twice.bundles.items.push_back(twice.bundles.items.back());
  EXPECT_THAT(verifier.verify(transaction_tree(body).root(), twice, world.rng), refused_as(Reject::mblock_transactions));
  EXPECT_THAT(check(twice), refused_as(Reject::aggregate_w_reused));
  MedBody doubled = body;  // a record of a bundle
  auto& records = doubled.bundles.items[0].groups.items[0].records.items;
  records.push_back(records.back());
  EXPECT_THAT(verifier.verify(transaction_tree(body).root(), doubled, world.rng), refused_as(Reject::mblock_transactions));
}

TEST_F(med_signing, bulk_import_takes_one_slot) {
  const auto bundle = world.bundle(world.hospital(0), {world.group(world.doctor(0), 1000, now, 0)}, now, 0);
  EXPECT_TRUE(verifier.verify(bundle, world.rng));
  EXPECT_EQ(bundle.aggregate.value.size(), 4 + 144);
  EXPECT_LT(encode(bundle).size() / 1000, 41);  // bytes a record on chain
}

TEST_F(med_signing, groups_are_shuffled) {
  std::vector<SignedGroup> groups;
  for (std::uint16_t i = 0; i < 12; ++i) groups.push_back(world.group(world.doctor(0), 1, now, 16 * i));
  const auto bundle = world.bundle(world.hospital(0), groups, now, 0x10);
  bool same = true;
  for (std::size_t i = 0; i < groups.size(); ++i) same = same && bundle.bundle.groups.items[i] == groups[i].group;
  EXPECT_FALSE(same);
}

// R6: the hospital finds those that are not signed, also where their errors cancel.
TEST_F(med_signing, invalid_groups_are_found_where_errors_cancel) {
  auto groups = groups_of(0);
  EXPECT_THAT(verifier.invalid_groups(world.hospital(0).identity(), groups, world.rng), testing::IsEmpty());
  auto first = *groups[0].signature.value(), third = *groups[2].signature.value();
  const G1 error = Scalar(5) * G1::generator();
  first.s += error;
  third.s -= error;
  groups[0].signature = EncodedSum::of(first);
  groups[2].signature = EncodedSum::of(third);
  EXPECT_THAT(verifier.invalid_groups(world.hospital(0).identity(), groups, world.rng), testing::ElementsAre(0, 2));
  groups[1].signature.bytes[0] ^= 0xff;
  EXPECT_THAT(verifier.invalid_groups(world.hospital(0).identity(), groups, world.rng), testing::ElementsAre(0, 1, 2));
}

TEST_F(med_signing, aggregate_with_one_bad_signature_is_refused) {
  auto groups = groups_of(0);
  groups[1].group.records.items[0].record[0] ^= 1;
  const auto bundle = world.bundle(world.hospital(0), groups, now, 0);
  EXPECT_THAT(verifier.verify(bundle, world.rng), refused_as(Reject::aggregate_invalid));
  const MedBody body = world.body({world.round(1, now, 16), bundle});
  EXPECT_THAT(check(body), refused_as(Reject::aggregate_invalid));
}

// Its doctor signed for another hospital.
TEST_F(med_signing, bundle_with_another_hospitals_record_is_refused) {
  auto groups = groups_of(0);
  groups.push_back(world.group(world.doctor(1), 1, now, 0));
  EXPECT_THAT(verifier.verify(world.bundle(world.hospital(0), groups, now, 0), world.rng), refused_as(Reject::aggregate_invalid));
}

TEST_F(med_signing, one_doctor_stands_under_one_slot_once) {
  auto groups = groups_of(0);
  groups.push_back(world.group(world.doctor(0), 1, now, 0));
  const auto bundle = world.bundle(world.hospital(0), groups, now, 0);
  EXPECT_TRUE(verifier.verify(bundle, world.rng));
  EXPECT_THAT(bundle.bundle.groups.items, testing::UnorderedElementsAre(groups[0].group, groups[1].group, groups[2].group));
  // Two bundles that were verified one by one.
  const auto a = world.round(0, now, 0), b = world.round(0, now, 0);
  EXPECT_THAT(check(world.body({a, b})), refused_as(Reject::aggregate_w_reused));
}

// ρ and −ρ: both signatures are good, and have no sum.
TEST_F(med_signing, of_doctors_who_cancel_each_other_the_later_one_is_left_out) {
  const auto by = [&](std::size_t place, const Scalar& rho) {
    const MedWorld::Member& doctor = world.doctor(place);
    ChosenScalar chosen(rho);
    return sign_group(doctor.hospital, doctor.identity(), world.lines(1, now), world.slot(MedWorld::epoch_of(now), 4000),
                      doctor.keys.aggregate, chosen);
  };
  const std::vector<SignedGroup> groups{by(0, Scalar(9)), by(2, Scalar() - Scalar(9)), world.group(world.doctor(4), 1, now, 0)};
  EXPECT_THAT(verifier.invalid_groups(world.hospital(0).identity(), groups, world.rng), testing::IsEmpty());
  const auto bundle = world.bundle(world.hospital(0), groups, now, 0);
  EXPECT_TRUE(verifier.verify(bundle, world.rng));
  EXPECT_THAT(bundle.bundle.groups.items, testing::UnorderedElementsAre(groups[0].group, groups[2].group));
}

TEST_F(med_signing, replay_on_another_network_is_refused) {
  const auto bundle = world.round(0, now, 0);
  const auto call = world.call(world.patient(0), 0, DeleteEntry{});
  SignatureVerifier other({9}, world.keys().parameters, 64);
  EXPECT_THAT(other.verify(bundle, world.rng), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(other.verify(call, world.rng), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(check(world.body({bundle}, {call}), other), refused_as(Reject::aggregate_invalid));
}

TEST_F(med_signing, call_of_another_account_number_or_input_is_refused) {
  const SignedCall call = world.call(world.patient(0), 3, DeleteEntry{});
  EXPECT_TRUE(verifier.verify(call, world.rng));
  SignedCall changed = call;
  changed.call.account = world.patient(1).account.identity;
  EXPECT_THAT(verifier.verify(changed, world.rng), refused_as(Reject::aggregate_invalid));
  changed = call;
  changed.call.number = 4;
  EXPECT_THAT(verifier.verify(changed, world.rng), refused_as(Reject::aggregate_invalid));
  changed = call;
  changed.call.input.value.back() ^= 1;
  EXPECT_THAT(verifier.verify(changed, world.rng), refused_as(Reject::aggregate_invalid));
  changed = call;
  changed.call.nonce[0] ^= 1;
  EXPECT_THAT(verifier.verify(changed, world.rng), refused_as(Reject::aggregate_invalid));
}

TEST_F(med_signing, evidence_is_two_valid_signatures_under_one_w) {
  const auto& key = world.doctor(0).keys.aggregate;
  const OneTimeString w = slot_string(world.keys().net, {Epoch(5), 0});
  ReuseEvidence evidence{key.identity, {w.bytes}, {1}, {2}, {}, {}};
  evidence.first_signature = EncodedSum::of(sign(key, evidence.first, UnusedString::assume_unused(w), world.rng));
  evidence.second_signature = EncodedSum::of(sign(key, evidence.second, UnusedString::assume_unused(w), world.rng));
  EXPECT_TRUE(verifier.verify(evidence, world.rng));
  MedBody body;
  body.evidence.items = {evidence};
  EXPECT_TRUE(check(body));

  ReuseEvidence framed = evidence;  // the second one is the first one's
  framed.second_signature = evidence.first_signature;
  EXPECT_THAT(verifier.verify(framed, world.rng), refused_as(Reject::aggregate_invalid));
  body.evidence.items = {framed};
  EXPECT_THAT(check(body), refused_as(Reject::aggregate_invalid));
}

}  // namespace
}  // namespace caduceus::med
