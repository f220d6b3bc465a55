// A hospital's roles, stepped: what it takes, counts, gives out and destroys.
#include <gtest/gtest.h>

#include "core/roles/hospital_disputes.h"
#include "core/roles/hospital_emergency.h"
#include "core/roles/hospital_erasure.h"
#include "core/roles/hospital_notices.h"
#include "core/roles/hospital_publishing.h"
#include "core/roles/hospital_sharing.h"
#include "test/attacks/chosen_nonce.h"
#include "test/hospital_tables.h"

namespace caduceus::roles {
namespace {

struct HospitalTest : testing::Test, HospitalTables {
  [[nodiscard]] std::vector<Notice> all_notices() const {
    std::vector<Notice> found;
    read().for_each_under(notices, {}, [&](std::uint64_t /*number*/, const Notice& one) {
      found.push_back(one);
      return true;
    });
    return found;
  }
  // Computed from what the tables say now; nothing is written.
  Checked<AcceptedRequest> accept(const GrantRequest& request) {
    const auto before = read().get(grant_memories, PolicyKey{request.policy.patient, policy_hash(request.policy)});
    return check(request, before ? before->copy() : GrantMemory{});
  }
};

TEST_F(HospitalTest, a_visit_that_was_not_confirmed_binds_nobody) {
  HospitalTables other;
  const Meet first{card(), must(Initiator::begin(patient.signing.verification_key(), hospital.signing.verification_key(), rng)).hello()};
  EXPECT_EQ(is_first_meeting(read(), first).error(), Reject::agreement_pinned);  // hers is active
  const Meet same{card(), patient_side.hello()};
  EXPECT_EQ(is_first_meeting(read(), same), false);
  step([&](WriteSet& writes) { EXPECT_EQ(meet(writes, same, {}), hospital_side.reply()); });

  MemoryTables empty;
  EXPECT_EQ(is_first_meeting(WriteSet(empty), first), true);
  WriteSet pending(empty);
  (void)meet(pending, first, must(Responder::answer(ppub, hospital, patient.signing.verification_key(), first.hello, rng)));
  empty.apply(pending);
  EXPECT_EQ(active_visit_of(WriteSet(empty), patient.signing.identity).error(), Reject::visit_unknown);
  const Meet again{card(), must(Initiator::begin(patient.signing.verification_key(), hospital.signing.verification_key(), rng)).hello()};
  EXPECT_EQ(is_first_meeting(WriteSet(empty), again), true);
  EXPECT_EQ(is_first_meeting(WriteSet(empty), first), false);
}

TEST_F(HospitalTest, a_delivery_is_one_batch_and_is_taken_once) {
  const auto [made, uploads] = delivery(3);
  EXPECT_TRUE(check_delivery(terms(), doctor.signing.identity, made, uploads, now));
  EXPECT_FALSE(must(delivered_before(read(), made)));
  step([&](WriteSet& writes) {
    EXPECT_TRUE(
        take_delivery(writes, made, uploads, next_batch(writes, made.patient), must(encryption_factors(hospital_side.factors(), 1, 3))));
  });
  const auto before = must(delivered_before(read(), made));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->batch, 1U);
  EXPECT_EQ(check_new(read(), employer.signing.identity, made.group.group).error(), Reject::delivery_records);
  const auto [other, other_uploads] = delivery(1);  // under the same slot
  EXPECT_EQ(delivered_before(read(), other).error(), Reject::slot_used);

  EXPECT_EQ(deliver(2, 1).batch, 2U);
  const HospitalCounts counts = counts_of(read());
  EXPECT_EQ(counts.records, 5U);
  EXPECT_EQ(counts.unpublished, 5U);
  EXPECT_EQ(counts.patients, 1U);
  EXPECT_EQ(all_notices().size(), 5U);
  const auto held = must(record_at(read(), made.patient, {1, 3}));
  EXPECT_EQ(held.second.body, uploads[2].body);
  EXPECT_EQ(encode_secret(held.second.factor).expose()[5],
            encode_secret(encryption_factors(patient_side.factors(), 1, 3)->at(2)).expose()[5]);
  EXPECT_EQ(record_at(read(), made.patient, {1, 4}).error(), Reject::record_unknown);
}

// Both were checked while the other was on its way: turns are by patient, slots by doctor.
TEST_F(HospitalTest, of_two_deliveries_under_one_slot_the_second_is_not_taken) {
  const auto [first, uploads] = delivery(2);
  const auto [second, other_uploads] = delivery(1);
  const auto take = [&](const Deliver& made, const std::vector<UploadedRecord>& whole, std::uint32_t batch) {
    Checked<Delivered> taken = reject(Reject::too_long);
    step([&](WriteSet& writes) {
      const auto n = static_cast<std::uint32_t>(whole.size());
      taken = take_delivery(writes, made, whole, batch, must(encryption_factors(hospital_side.factors(), batch, n)));
      if (!taken) {
        EXPECT_TRUE(writes.writes().empty());
      }
    });
    return taken;
  };
  EXPECT_EQ(must(take(first, uploads, 1)).batch, 1U);
  EXPECT_EQ(take(second, other_uploads, 2).error(), Reject::slot_used);
  EXPECT_EQ(must(take(first, uploads, 2)).batch, 1U);  // again: the same answer
  EXPECT_TRUE(must(delivered_before(read(), first)));
  EXPECT_EQ(groups_to_publish(read(), 100).groups.size(), 1U);
  // The same records under another slot.
  auto [third, third_uploads] = delivery(1, 1);
  third.group.group.records.items = {first.group.group.records.items[0]};
  EXPECT_EQ(take(third, third_uploads, 2).error(), Reject::delivery_records);
}

// It would be held under one htxM with the later body alone, and the other would outlive its erasure.
TEST_F(HospitalTest, a_record_stands_once_in_a_delivery) {
  auto [made, uploads] = delivery(3);
  EXPECT_TRUE(check_new(read(), employer.signing.identity, made.group.group));
  made.group.group.records.items[2] = made.group.group.records.items[0];
  uploads[2].hash = uploads[0].hash;  // the same salt and bytes, uploaded twice
  EXPECT_TRUE(check_delivery(terms(), doctor.signing.identity, made, uploads, now));
  EXPECT_EQ(check_new(read(), employer.signing.identity, made.group.group).error(), Reject::delivery_records);
}

TEST_F(HospitalTest, a_delivery_is_refused_by_what_is_wrong_with_it) {
  const auto [made, uploads] = delivery(2);
  const Identity& caller = doctor.signing.identity;
  EXPECT_EQ(check_delivery(terms(), employer.signing.identity, made, uploads, now).error(), Reject::caller_other);
  EXPECT_EQ(check_delivery({hospital.signing.identity, 600'000}, caller, made, uploads, now).error(), Reject::request_licence);
  Deliver device = made;
  device.group.group.slot.number ^= 1U;
  EXPECT_EQ(check_delivery(terms(), caller, device, uploads, now).error(), Reject::slot_device);
  Deliver late = made;
  late.group.group.slot.epoch = Epoch(made.group.group.slot.epoch.value() + 7);
  EXPECT_EQ(check_delivery(terms(), caller, late, uploads, now).error(), Reject::slot_epoch);
  std::vector<UploadedRecord> changed = uploads;
  changed[1].hash[0] ^= 1U;
  EXPECT_EQ(check_delivery(terms(), caller, made, changed, now).error(), Reject::delivery_records);
  changed.pop_back();
  EXPECT_EQ(check_delivery(terms(), caller, made, changed, now).error(), Reject::delivery_records);
}

TEST_F(HospitalTest, what_waits_is_published_until_it_is_final) {
  deliver(3, 0);
  deliver(2, 1);
  deliver(4, 2);
  EXPECT_EQ(groups_to_publish(read(), 1).groups.size(), 1U);
  const GroupsToPublish groups = groups_to_publish(read(), 5);
  ASSERT_EQ(groups.groups.size(), 2U);
  const Slot slot{groups.groups[0].group.slot.epoch, 0};
  const auto bundle = must(med::make_bundle(net, employer.signing.identity, groups.groups, now,
                                            {slot, UnusedString::assume_unused(slot_string(net, slot))}, employer.aggregate, rng));
  step([&](WriteSet& writes) { keep_bundle(writes, groups, bundle); });
  EXPECT_EQ(groups_to_publish(read(), 100).groups.size(), 1U);
  // A record's proof leads to the bundle's root.
  const auto held = must(record_at(read(), patient.signing.identity, {1, 2}));
  const auto proof = must(decode<InBundle>(held.second.proof.value));
  EXPECT_TRUE(verify(proof.bundle.records, held.first, proof.path));

  // MED will not have it: one doctor's slot is spent, and the other group goes into the next one.
  std::vector<RecordGroup> seen;
  step([&](WriteSet& writes) {
    const std::vector<RecordGroup> lost = bundle_is_refused(writes, 0, [&](const med::SignedGroup& one) {
      seen.push_back(one.group);
      return seen.size() > 1;
    });
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(lost, std::vector{seen[0]});
  });
  EXPECT_EQ(groups_to_publish(read(), 100).groups.size(), 2U);
  // What its doctor signed is kept.
  std::vector<RecordGroup> kept;
  read().for_each_under(lost_groups, {}, [&](std::uint64_t /*number*/, const med::SignedGroup& one) {
    kept.push_back(one.group);
    return true;
  });
  EXPECT_EQ(kept, std::vector{seen[0]});
  EXPECT_EQ(counts_of(read()).unpublished, 9U);
}

// ρ and −ρ under one slot: both are good, and one bundle cannot have both.
TEST_F(HospitalTest, doctors_who_cancel_each_other_are_published_one_after_the_other) {
  const IdentityKeys other = enrol({Role::doctor, {"dr-kim.st-luke"}, 1});
  const auto deliver_as = [&](const IdentityKeys& by, const Scalar& rho) {
    auto [made, uploads] = delivery(1);
    const Slot slot = made.group.group.slot;
    ChosenScalar chosen(rho);
    made.group = med::sign_group(employer.signing.identity, by.signing.identity, made.group.group.records.items,
                                 {slot, UnusedString::assume_unused(slot_string(net, slot))}, by.aggregate, chosen);
    WriteSet writes(tables);
    const std::uint32_t batch = next_batch(writes, made.patient);
    EXPECT_TRUE(take_delivery(writes, made, uploads, batch, must(encryption_factors(hospital_side.factors(), batch, 1))));
    tables.apply(writes);
    return made.group.group;
  };
  const auto publish = [&](std::uint16_t number) {
    const GroupsToPublish groups = groups_to_publish(read(), 100);
    const Slot slot{groups.groups[0].group.slot.epoch, number};
    const auto bundle = must(med::make_bundle(net, employer.signing.identity, groups.groups, now,
                                              {slot, UnusedString::assume_unused(slot_string(net, slot))}, employer.aggregate, rng));
    step([&](WriteSet& writes) { keep_bundle(writes, groups, bundle); });
    return bundle.bundle.groups.items;
  };
  const RecordGroup first = deliver_as(doctor, Scalar(9)), second = deliver_as(other, Scalar() - Scalar(9));
  EXPECT_EQ(groups_to_publish(read(), 100).groups.size(), 2U);
  EXPECT_EQ(publish(0), std::vector{first});
  EXPECT_EQ(read().get(open_bundles, std::uint64_t{0})->groups.items.size(), 1U);
  EXPECT_EQ(publish(16), std::vector{second});
  EXPECT_TRUE(groups_to_publish(read(), 100).groups.empty());
}

TEST_F(HospitalTest, a_final_bundle_is_done_with) {
  deliver(3, 0);
  const GroupsToPublish groups = groups_to_publish(read(), 100);
  const Slot slot{groups.groups[0].group.slot.epoch, 0};
  const auto bundle = must(med::make_bundle(net, employer.signing.identity, groups.groups, now,
                                            {slot, UnusedString::assume_unused(slot_string(net, slot))}, employer.aggregate, rng));
  step([&](WriteSet& writes) { keep_bundle(writes, groups, bundle); });
  step([&](WriteSet& writes) { bundle_is_final(writes, 0); });
  EXPECT_EQ(counts_of(read()).unpublished, 0U);
  EXPECT_FALSE(read().get(open_bundles, std::uint64_t{0}));
}

TEST_F(HospitalTest, a_use_is_counted_once_over_a_crash_between_the_write_and_the_answer) {
  deliver(7, 0);
  deliver(2, 1);
  const Grant given = grant(policy());
  GrantRequester requester = ask(given, {{1, 2}});
  const auto read_first = must(prepare_sharing(read(), requester.request()));
  AcceptedRequest accepted = must(accept(requester.request()));
  step([&](WriteSet& writes) { record_sharing(writes, requester.request(), read_first.memory, accepted.to_persist(), now); });
  // Crash: nothing was answered. The doctor asks again, with the same bytes.
  AcceptedRequest again = must(accept(requester.request()));
  const auto read_again = must(prepare_sharing(read(), requester.request()));
  step([&](WriteSet& writes) { record_sharing(writes, requester.request(), read_again.memory, again.to_persist(), now); });
  EXPECT_EQ(encode(answer(again, {{1, 2}})), encode(answer(accepted, {{1, 2}})));
  EXPECT_EQ(read_again.memory.used, 1U);
  EXPECT_EQ(AccessLog(*std::make_unique<WriteSet>(tables)).head().number, 1U);
  // The second use, and no third.
  const GrantRequester second = ask(given, {{1, 5}});
  const auto read_second = must(prepare_sharing(read(), second.request()));
  step([&](WriteSet& writes) {
    record_sharing(writes, second.request(), read_second.memory, must(accept(second.request())).to_persist(), now);
  });
  EXPECT_EQ(accept(ask(given, {{1, 5}}).request()).error(), Reject::grant_used_up);
  GrantRequest unknown = second.request();
  unknown.records = {{{2, 3}}};
  EXPECT_EQ(prepare_sharing(read(), unknown).error(), Reject::record_unknown);
}

TEST_F(HospitalTest, a_revoked_grant_stays_revoked_also_when_it_was_never_used) {
  deliver(7, 0);
  const Grant given = grant(policy({{1, 1}}));
  const RevokeGrant revocation = sign_revocation(ppub, patient.signing, hospital.signing.identity, policy_hash(given.policy), now, rng);
  EXPECT_TRUE(verify(ppub, patient.signing.verification_key(), revocation));
  step([&](WriteSet& writes) { revoke_grant(writes, revocation); });
  EXPECT_EQ(accept(ask(given, {{1, 1}}).request()).error(), Reject::grant_revoked);
}

TEST_F(HospitalTest, a_keyslot_is_given_out_ten_times_a_day) {
  const auto opening = [&](Byte htxu) {
    EmergencyRequest request;
    request.kind = EmergencyKind::open;
    request.scope = scope({});
    request.htxu = {htxu};
    request.licence = licence;
    return request;
  };
  EXPECT_EQ(prepare_emergency(read(), opening(1), now).error(), Reject::keyslot_unknown);
  Template scan;
  rng.fill(scan.value.expose());
  scan.usable.fill(0xff);
  const Extracted extracted = must(generate(scan, rng));
  const Keyslot slot = make_keyslot(ppub, patient.signing, VaultKey(rng.bytes<32>()), rng.bytes<16>(), {&extracted, 1}, rng);
  step([&](WriteSet& writes) { writes.put(keyslots, patient.signing.identity, slot); });
  EmergencyRequest last;
  for (Byte i = 0; i < 10; ++i) {
    last = opening(i);
    const auto read_one = must(prepare_emergency(read(), last, now));
    EmergencyMemory after = read_one.memory.copy();
    after.answered.items.push_back({request_hash(last), {}});
    step([&](WriteSet& writes) { must(record_emergency(writes, last, read_one.memory, after, now)); });
  }
  EXPECT_EQ(prepare_emergency(read(), opening(11), now).error(), Reject::emergency_limit);
  // Nor one that was prepared before.
  const EmergencyMemory before;
  EmergencyMemory after;
  after.answered.items.push_back({request_hash(opening(11)), {}});
  WriteSet late = read();
  EXPECT_EQ(record_emergency(late, opening(11), before, after, now).error(), Reject::emergency_limit);
  EXPECT_TRUE(late.writes().empty());
  EXPECT_TRUE(prepare_emergency(read(), last, now));  // the same again is none
  EXPECT_TRUE(prepare_emergency(read(), opening(11), now + day_length));
  EXPECT_EQ(all_notices().size(), 10U);
}

TEST_F(HospitalTest, an_erased_record_leaves_no_key) {
  deliver(2);
  const TransactionHash htxm = must(record_at(read(), patient.signing.identity, {1, 1})).first;
  EXPECT_EQ(body_to_erase(read(), {1}).error(), Reject::record_unknown);
  ASSERT_TRUE(must(body_to_erase(read(), htxm)));
  step([&](WriteSet& writes) { record_erasure(writes, sign_erasure(ppub, employer.signing, htxm, now, "order", rng)); });
  EXPECT_FALSE(must(body_to_erase(read(), htxm)));
  EXPECT_EQ(record_at(read(), patient.signing.identity, {1, 1}).error(), Reject::record_erased);
  EXPECT_TRUE(record_at(read(), patient.signing.identity, {1, 2}));
  EXPECT_EQ(encode_secret(read().get(held_records, htxm)->factor).expose()[31], 0);
}

TEST_F(HospitalTest, a_dispute_is_the_accounts_that_stands_on_sup) {
  const Identity account{Role::patient_med, {"abc"}, 1};
  const DisputeWords said{{1}, patient.signing.identity, card().party(), {"not I"}};
  sup::DisputeRecord dispute;
  dispute.terms = {account, {7}, dispute_text_hash("not I"), now};
  sup::EmergencyRecord emergency;
  emergency.terms.hospital = employer.signing.identity;
  step([&](WriteSet& writes) {
    const Identity& self = employer.signing.identity;
    EXPECT_EQ(take_dispute(writes, self, said, {}, {}, account).error(), Reject::request_unknown);
    EXPECT_EQ(take_dispute(writes, hospital.signing.identity, said, dispute, emergency, account).error(), Reject::request_unknown);
    EXPECT_EQ(take_dispute(writes, self, said, dispute, emergency, {Role::patient_med, {"abd"}, 1}).error(), Reject::caller_other);
    DisputeWords other = said;
    other.words = {"not you"};
    EXPECT_EQ(take_dispute(writes, self, other, dispute, emergency, account).error(), Reject::delivery_records);
    EXPECT_EQ(answer_dispute(writes, self, {{1}, {"sorry"}}, now).error(), Reject::request_unknown);
    EXPECT_TRUE(take_dispute(writes, self, said, dispute, emergency, account));
    // The first answer is the one that gets on SUP.
    EXPECT_EQ(must(answer_dispute(writes, self, {{1}, {"sorry"}}, now)).text, dispute_text_hash("sorry"));
    EXPECT_EQ(must(answer_dispute(writes, self, {{1}, {"not sorry"}}, now)).text, dispute_text_hash("sorry"));
    dispute_answered(writes, {1});
    dispute_answered(writes, {1});
  });
  EXPECT_EQ(all_notices().size(), 1U);
  EXPECT_TRUE(disputes_of(read()).at(0).is_answered);
}

}  // namespace
}  // namespace caduceus::roles
