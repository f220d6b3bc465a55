#include "core/sup/transition.h"

#include <gmock/gmock.h>

#include "core/crypto/keccak.h"
#include "test/attacks/refusal.h"
#include "test/sup_steps.h"

namespace caduceus::sup {
namespace {

constexpr Time expires{90'000'000};

// Two hospitals with two doctors each, and a patient; all have accounts.
class transition : public testing::Test {
 protected:
  transition() { CHECK(steps.block(world.registrations()).has_value()); }

  SupTransaction emergency(std::size_t doctor = 0) { return unsigned_of(world.emergency_terms(world.doctor(doctor), steps.time)); }
  SupTransaction revocation(std::size_t doctor, RevocationAction action, Time until = expires) {
    // Nothing but the terms is asked for twice.
    return unsigned_of(world.revocation_terms(world.doctor(doctor), action, until, Time(world.rng.next())));
  }
  SupTransaction dispute(const SupTransaction& request, std::size_t patient = 0) {
    return unsigned_of(DisputeTerms{world.patient(patient).account.identity, hash_of(request), world.rng.bytes<32>(), steps.time});
  }
  SupTransaction answer(const SupTransaction& dispute, std::size_t hospital = 0) {
    return unsigned_of(DisputeAnswerTerms{world.hospital(hospital).identity(), hash_of(dispute), world.rng.bytes<32>(), steps.time});
  }
  static const EmergencyTerms& terms_of(const SupTransaction& transaction) { return std::get<EmergencyTransaction>(transaction).terms; }
  [[nodiscard]] bool is_revoked(std::size_t doctor) const {
    return steps.state->is_revoked(world.doctor(doctor).hospital, world.doctor(doctor).identity());
  }

  SupWorld world{1, 2, 2, 2};
  Steps steps;
};

// Accounts (R3).

TEST_F(transition, registrations_open_accounts) {
  const auto& member = world.doctor(3);
  const auto account = steps.state->account(member.identity());
  ASSERT_TRUE(account);
  EXPECT_EQ(account->public_point.value(), member.keys.signing.public_point);
  EXPECT_EQ(account->sealing_key.value(), member.sealing.public_key);
  EXPECT_EQ(account->hospital, member.hospital);
  EXPECT_EQ(account->opened, Height(1));
  const auto& patient = world.patient(0);
  EXPECT_EQ(steps.state->patient_account(patient.account.identity)->key_hash,
            patient_key_hash(patient.hidden.identity, patient.hidden.public_point));
  EXPECT_FALSE(steps.state->account(patient.account.identity));
  EXPECT_FALSE(steps.state->account(patient.hidden.identity));
}

TEST_F(transition, the_first_registration_wins) {
  RegistrationTerms terms = world.registration_terms(world.doctor(0));
  terms.public_point = EncodedG1::of(G1::generator());
  EXPECT_THAT(steps.valid(Registration{terms, {}}), refused_as(Reject::account_taken));
  ++terms.identity.version;
  EXPECT_THAT(steps.valid(Registration{terms, {}}), accepted());
  PatientRegistrationTerms patient{world.patient(0).account.identity, {1}, {}};
  EXPECT_THAT(steps.valid(unsigned_of(patient)), refused_as(Reject::account_taken));
}

// tx_ur.

TEST_F(transition, an_emergency_request_is_found_under_its_hash) {
  const SupTransaction request = unsigned_of(world.emergency_terms(world.doctor(0), steps.time, EmergencyKind::read));
  steps.time = steps.time + 5;
  ASSERT_THAT(steps.block(request), accepted());
  const auto committed = steps.state->emergency_request(hash_of(request));
  ASSERT_TRUE(committed);
  const EmergencyTerms& terms = terms_of(request);
  EXPECT_EQ(committed->kind, terms.kind);
  EXPECT_EQ(committed->doctor, terms.doctor);
  EXPECT_EQ(committed->hospital, terms.hospital);
  EXPECT_EQ(committed->hur, terms.hur);
  EXPECT_EQ(committed->marks, terms.marks.items);
  EXPECT_EQ(committed->ts3, terms.ts3);
  EXPECT_EQ(committed->committed, steps.time);
  EXPECT_EQ(steps.state->committed(hash_of(request)), (Committed{steps.height, steps.time}));
  EXPECT_FALSE(steps.state->emergency_request({}));
}

TEST_F(transition, an_emergency_request_is_within_ten_minutes_of_its_block) {
  const auto at = [&](std::uint64_t ts3) { return steps.valid(unsigned_of(world.emergency_terms(world.doctor(0), Time(ts3)))); };
  const std::uint64_t now = steps.time.value();
  EXPECT_THAT(at(now - 600'000), accepted());
  EXPECT_THAT(at(now + 600'000), accepted());
  EXPECT_THAT(at(now - 600'001), refused_as(Reject::transaction_time));
  EXPECT_THAT(at(now + 600'001), refused_as(Reject::transaction_time));
}

TEST_F(transition, both_signers_of_an_emergency_request_have_accounts) {
  EmergencyTerms terms = world.emergency_terms(world.doctor(0), steps.time);
  ++terms.doctor.version;
  EXPECT_THAT(steps.valid(unsigned_of(terms)), refused_as(Reject::account_unknown));
  terms = world.emergency_terms(world.doctor(0), steps.time);
  ++terms.hospital.version;
  EXPECT_THAT(steps.valid(unsigned_of(terms)), refused_as(Reject::account_unknown));
  terms.hospital = world.hospital(1).identity();
  EXPECT_THAT(steps.valid(unsigned_of(terms)), refused_as(Reject::account_hospital));
}

TEST_F(transition, a_replay_is_refused_in_its_block_and_later) {
  const SupTransaction request = emergency();
  SupTransaction resigned = request;
  std::get<EmergencyTransaction>(resigned).nonces[0][0] ^= 1;
  const std::vector<SupTransaction> twice{request, resigned};
  EXPECT_THAT(steps.block(twice), refused_as(Reject::transaction_known));
  ASSERT_THAT(steps.block(request), accepted());
  EXPECT_THAT(steps.valid(request), refused_as(Reject::transaction_known));
  steps.block();
  EXPECT_THAT(steps.valid(resigned), refused_as(Reject::transaction_known));
}

TEST_F(transition, replays_of_every_other_kind_are_refused) {
  const SupTransaction request = emergency(), complaint = dispute(request);
  const std::vector<SupTransaction> all{request, revocation(1, RevocationAction::add), complaint, answer(complaint)};
  ASSERT_THAT(steps.block(all), accepted());
  for (const SupTransaction& one : all) EXPECT_THAT(steps.valid(one), refused_as(Reject::transaction_known));
  for (const SupTransaction& one : all) EXPECT_EQ(steps.state->committed(hash_of(one)), (Committed{steps.height, steps.time}));
  SupWorld again{1, 2, 2, 2};
  for (const SupTransaction& one : again.registrations()) EXPECT_THAT(steps.valid(one), refused_as(Reject::transaction_known));
}

// tx_qr and the list.

TEST_F(transition, a_revoked_doctor_makes_no_emergency_request) {
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add)), accepted());
  EXPECT_TRUE(is_revoked(0));
  EXPECT_FALSE(is_revoked(2)) << "another of the hospital's";
  EXPECT_THAT(steps.valid(emergency(0)), refused_as(Reject::doctor_revoked));
  EXPECT_THAT(steps.valid(emergency(2)), accepted());
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::take_off)), accepted());
  EXPECT_FALSE(is_revoked(0));
  EXPECT_THAT(steps.valid(emergency(0)), accepted());
  EXPECT_EQ(steps.state->roots.revocations, empty_trie_root);
}

TEST_F(transition, the_list_is_the_trie_of_the_specification) {
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add)), accepted());
  Bytes both = encode(world.doctor(0).hospital);
  const Bytes doctor = encode(world.doctor(0).identity());
  both.insert(both.end(), doctor.begin(), doctor.end());
  EXPECT_EQ(steps.state->roots.revocations, PatriciaTrie().put(keccak256(both), encode_entry({expires, steps.height})).root());
}

TEST_F(transition, a_revocation_in_a_block_holds_for_what_follows_in_it) {
  const std::vector<SupTransaction> after{revocation(0, RevocationAction::add), emergency(0)};
  EXPECT_THAT(steps.block(after), refused_as(Reject::doctor_revoked));
  const std::vector<SupTransaction> before{emergency(0), revocation(0, RevocationAction::add)};
  EXPECT_THAT(steps.block(before), accepted());
}

TEST_F(transition, redundant_revocations_are_refused) {
  EXPECT_THAT(steps.valid(revocation(0, RevocationAction::take_off)), refused_as(Reject::revocation_redundant));
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add)), accepted());
  EXPECT_THAT(steps.valid(revocation(0, RevocationAction::add)), refused_as(Reject::revocation_redundant));
  EXPECT_THAT(steps.valid(revocation(0, RevocationAction::add, Time(expires.value() - 1))), refused_as(Reject::revocation_redundant));
  // One that lasts longer is none: of a second licence, say.
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add, expires + 1)), accepted());
  steps.time = expires;
  steps.block();
  EXPECT_TRUE(is_revoked(0));
  steps.time = expires + 1;
  steps.block();
  EXPECT_FALSE(is_revoked(0));
}

TEST_F(transition, a_revocation_ends_with_the_block_of_its_expiry) {
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add)), accepted());
  ASSERT_THAT(steps.block(revocation(1, RevocationAction::add, expires + 5)), accepted());
  steps.time = Time(expires.value() - 1);
  steps.block();
  EXPECT_TRUE(is_revoked(0));
  EXPECT_THAT(steps.valid(emergency(0)), refused_as(Reject::doctor_revoked));
  EXPECT_THAT(steps.valid(revocation(2, RevocationAction::add)), accepted());
  steps.time = expires;
  EXPECT_THAT(steps.valid(revocation(2, RevocationAction::add)), refused_as(Reject::revocation_expired));
  EXPECT_THAT(steps.valid(emergency(0)), accepted()) << "as long as his licence lasts, which is not for SUP to say";
  steps.block();
  EXPECT_FALSE(is_revoked(0));
  EXPECT_TRUE(is_revoked(1));
  steps.time = expires + 5;
  steps.block();
  EXPECT_EQ(steps.state->roots.revocations, empty_trie_root);
  // Nor is anything left that would end it again.
  steps.state->state().for_each([](ByteView key, ByteView /*value*/) { EXPECT_NE(key[0], static_cast<Byte>(Table::expiry)); });
}

TEST_F(transition, a_licence_under_another_key_than_the_accounts_is_refused) {
  RevocationTerms terms = world.revocation_terms(world.doctor(0), RevocationAction::add, expires, steps.time);
  std::ranges::copy(G1::generator().encode(), terms.licence_signature.bytes.begin());
  EXPECT_THAT(steps.valid(unsigned_of(terms)), refused_as(Reject::signature_other_key));
}

TEST_F(transition, a_revocation_is_of_a_hospital_with_an_account) {
  RevocationTerms terms = world.revocation_terms(world.doctor(0), RevocationAction::add, expires, steps.time);
  ++terms.hospital.version;
  EXPECT_THAT(steps.valid(unsigned_of(terms)), refused_as(Reject::account_unknown));
}

TEST_F(transition, a_list_that_differs_from_the_committed_one_is_an_alarm) {
  SupHeader header;
  header.roots = steps.state->roots;
  EXPECT_THAT(check_revocations(header, *steps.state), accepted());
  ASSERT_THAT(steps.block(revocation(0, RevocationAction::add)), accepted());
  EXPECT_THAT(check_revocations(header, *steps.state), refused_as(Reject::revocation_root));
}

// Disputes.

TEST_F(transition, a_dispute_is_answered_once_by_the_hospital_that_backed_the_request) {
  const SupTransaction request = emergency(1), complaint = dispute(request), reply = answer(complaint, 1);
  ASSERT_THAT(steps.block(request), accepted());
  EXPECT_THAT(steps.valid(reply), refused_as(Reject::dispute_unknown));
  ASSERT_THAT(steps.block(complaint), accepted());
  EXPECT_FALSE(steps.state->dispute(hash_of(complaint))->answer);
  EXPECT_THAT(steps.valid(answer(complaint, 0)), refused_as(Reject::dispute_hospital));
  ASSERT_THAT(steps.block(reply), accepted());
  EXPECT_EQ(steps.state->dispute(hash_of(complaint))->answer, hash_of(reply));
  EXPECT_THAT(steps.valid(answer(complaint, 1)), refused_as(Reject::dispute_answered));
}

TEST_F(transition, a_dispute_is_of_a_committed_request_and_once_an_account) {
  const SupTransaction request = emergency();
  EXPECT_THAT(steps.valid(dispute(request)), refused_as(Reject::dispute_request));
  ASSERT_THAT(steps.block(request), accepted());
  EXPECT_THAT(steps.valid(dispute(revocation(0, RevocationAction::add))), refused_as(Reject::dispute_request));
  ASSERT_THAT(steps.block(dispute(request)), accepted());
  EXPECT_THAT(steps.valid(dispute(request)), refused_as(Reject::dispute_repeated));
  EXPECT_THAT(steps.valid(dispute(request, 1)), accepted());
  EXPECT_THAT(steps.valid(unsigned_of(DisputeTerms{{Role::patient_med, {"nobody"}, 1}, hash_of(request), {}, steps.time})),
              refused_as(Reject::account_unknown));
}

// What patients read through.

TEST_F(transition, requests_are_read_block_by_block) {
  std::vector<TransactionHash> in_order;
  const Height first = steps.height + 1;
  for (const std::size_t count : {std::size_t{3}, std::size_t{0}, 2 * most_in_page + 1, std::size_t{1}}) {
    std::vector<SupTransaction> block;
    for (std::size_t i = 0; i < count; ++i) block.push_back(emergency(i % 4));
    for (const SupTransaction& one : block) in_order.push_back(hash_of(one));
    std::sort(in_order.end() - static_cast<std::ptrdiff_t>(count), in_order.end());
    ASSERT_THAT(steps.block(block), accepted());
  }
  const auto since = [&](Height height, std::size_t most) {
    std::vector<TransactionHash> found;
    steps.state->for_each_emergency(height, [&](const TransactionHash& htxu, const EmergencyRecord& record) {
      EXPECT_EQ(htxu, hash_of(record.terms));
      found.push_back(htxu);
      return found.size() < most;
    });
    return found;
  };
  EXPECT_EQ(since(Height(0), in_order.size() + 1), in_order);
  EXPECT_EQ(since(first + 1, in_order.size()), std::vector(in_order.begin() + 3, in_order.end()));
  EXPECT_EQ(since(first, 2), std::vector(in_order.begin(), in_order.begin() + 2));
  EXPECT_TRUE(since(first + 4, 1).empty());
}

// Evidence.

TEST_F(transition, there_is_evidence_against_a_replica_once) {
  const Equivocation evidence{View(9), {1}, {}, {2}, {}}, other{View(13), {3}, {}, {4}, {}};
  Transition after = steps.next();
  EXPECT_THAT(after.apply(1, evidence), accepted());
  EXPECT_THAT(after.apply(1, other), refused_as(Reject::evidence_known));
  steps.state = after.state();
  EXPECT_EQ(steps.state->evidence(1), evidence);
  EXPECT_EQ(steps.state->evidence(0), std::nullopt);
  Transition later = steps.next();
  EXPECT_THAT(later.apply(1, evidence), refused_as(Reject::evidence_known));
  EXPECT_THAT(later.apply(0, other), accepted());
}

// What does not depend on each other may come in any order; what the order decides is only which of two that exclude each other.
TEST_F(transition, independent_transactions_commute) {
  std::vector<SupTransaction> transactions;
  for (std::size_t doctor = 0; doctor < 4; ++doctor) {
    transactions.push_back(emergency(doctor));
    // Of a doctor who makes no request: of a second version of his keys.
    RevocationTerms terms = world.revocation_terms(world.doctor(doctor), RevocationAction::add, expires + doctor % 2, steps.time);
    ++terms.doctor.version;
    transactions.push_back(unsigned_of(terms));
  }
  RegistrationTerms terms = world.registration_terms(world.doctor(1));
  ++terms.identity.version;
  transactions.push_back(Registration{terms, {}});
  Steps in_order = steps;
  ASSERT_THAT(in_order.block(transactions), accepted());
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = transactions.size(); i > 1; --i) std::swap(transactions[i - 1], transactions[world.rng.below(i)]);
    Steps shuffled = steps;
    ASSERT_THAT(shuffled.block(transactions), accepted());
    EXPECT_EQ(shuffled.state->roots, in_order.state->roots);
  }
}

// A refused transaction leaves no trace: whatever the leader tried, voters get the same.
TEST_F(transition, refused_transactions_leave_no_trace) {
  const SupTransaction good = emergency();
  Transition clean = steps.next();
  ASSERT_THAT(clean.apply(good), accepted());
  Transition tried = steps.next();
  EmergencyTerms foreign = world.emergency_terms(world.doctor(0), steps.time);
  foreign.hospital = world.hospital(1).identity();
  RevocationTerms over = world.revocation_terms(world.doctor(1), RevocationAction::add, steps.time, steps.time);
  ASSERT_FALSE(tried.apply(unsigned_of(foreign)));
  ASSERT_FALSE(tried.apply(unsigned_of(over)));
  ASSERT_FALSE(tried.apply(revocation(1, RevocationAction::take_off)));
  ASSERT_FALSE(tried.apply(dispute(good)));
  ASSERT_FALSE(tried.observe(MblockHeader()));
  ASSERT_THAT(tried.apply(good), accepted());
  ASSERT_FALSE(tried.apply(good));
  EXPECT_EQ(tried.state()->roots, clean.state()->roots);
}

}  // namespace
}  // namespace caduceus::sup
