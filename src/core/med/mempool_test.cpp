#include "core/med/mempool.h"

#include "test/attacks/chosen_nonce.h"
#include "test/attacks/refusal.h"
#include "test/med_world.h"

namespace caduceus::med {
namespace {

struct med_mempool : testing::Test {
  MedWorld world{4, 2, 2, 2};
  SignatureVerifier verifier{world.keys().net, world.keys().parameters, 64};
  const Time now{MedWorld::epoch_length * 5000};
  const BlockPlace next{Height(1), now, MedWorld::epoch_length};
  State state;

  template <class T>
  [[nodiscard]] auto verified(T item) {
    auto good = verifier.verify(std::move(item), world.rng);
    CHECK(good.has_value());
    return *std::move(good);
  }
  auto add(Mempool& pool, const SignedBundle& bundle) { return pool.add(verified(bundle), state, next); }
  auto add(Mempool& pool, const SignedCall& call) { return pool.add(verified(call), state); }
  auto add(Mempool& pool, const ReuseEvidence& evidence) { return pool.add(verified(evidence), state); }

  [[nodiscard]] SignedCall call(std::size_t patient, std::uint64_t number) {
    EntryId id{};
    id[0] = static_cast<Byte>(number + 1);
    return world.call(world.patient(patient), number, world.put(1, id));
  }
  [[nodiscard]] ReuseEvidence evidence(std::size_t doctor) {
    const auto& key = world.doctor(doctor).keys.aggregate;
    const OneTimeString w = slot_string(world.keys().net, {MedWorld::epoch_of(now), 7});
    ReuseEvidence found{key.identity, {w.bytes}, {1}, {2}, {}, {}};
    found.first_signature = EncodedSum::of(sign(key, found.first, UnusedString::assume_unused(w), world.rng));
    found.second_signature = EncodedSum::of(sign(key, found.second, UnusedString::assume_unused(w), world.rng));
    return found;
  }
  // One group of the hospital's doctor of this place, who chooses ρ, under a slot that all such doctors share.
  [[nodiscard]] SignedBundle with_nonce(std::size_t place, const Scalar& rho) {
    const MedWorld::Member& doctor = world.doctor(place);
    ChosenScalar chosen(rho);
    const auto group = sign_group(doctor.hospital, doctor.identity(), world.lines(1, now), world.slot(MedWorld::epoch_of(now), 4000),
                                  doctor.keys.aggregate, chosen);
    return world.bundle(world.hospital(place % 2), {group}, now, static_cast<std::uint16_t>(16 * place));
  }
  // The state moves on by a block of what the pool gives.
  MedBody mine(const Mempool& pool) {
    MedBody body = pool.assemble(world.keys().net, state, next).take();
    EXPECT_TRUE(verifier.verify(transaction_tree(body).root(), body, world.rng));
    Transition after(state, next);
    EXPECT_TRUE(after.apply(body));
    state = after.state();
    return body;
  }
};

TEST_F(med_mempool, an_item_waits_once_however_it_is_signed) {
  const MedWorld::Member& doctor = world.doctor(0);
  const auto lines = world.lines(2, now);
  const auto signed_again = [&] {
    auto group =
        sign_group(doctor.hospital, doctor.identity(), lines, world.slot(MedWorld::epoch_of(now), 0), doctor.keys.aggregate, world.rng);
    return world.bundle(world.hospital(0), {group}, now, 0);
  };
  Mempool pool;
  const auto first = signed_again(), second = signed_again();
  EXPECT_NE(first.aggregate, second.aggregate);
  const auto id = add(pool, first);
  ASSERT_TRUE(id);
  EXPECT_THAT(add(pool, second), refused_as(Reject::pool_known));
  EXPECT_EQ(std::get<SignedBundle>(*pool.find(*id)), first);
  EXPECT_EQ(pool.ids(9), std::vector{*id});

  ASSERT_TRUE(add(pool, call(0, 0)));
  EXPECT_THAT(add(pool, call(0, 0)), refused_as(Reject::pool_known));  // another call of the same number
  const ReuseEvidence found = evidence(0);
  ASSERT_TRUE(add(pool, found));
  EXPECT_THAT(add(pool, found), refused_as(Reject::pool_known));
  EXPECT_EQ(pool.size(), 3U);
}

TEST_F(med_mempool, a_hospital_has_its_share_and_all_have_the_pool) {
  const auto first = world.round(0, now, 0), second = world.round(0, now, 16), other = world.round(1, now, 0),
             more = world.round(1, now, 16);
  const std::size_t size = encode(first).size();
  Mempool pool({.bytes = 2 * size + 100, .hospital_bytes = size + 100});
  ASSERT_TRUE(add(pool, first));
  EXPECT_THAT(add(pool, second), refused_as(Reject::pool_share));
  ASSERT_TRUE(add(pool, other));
  EXPECT_THAT(add(pool, more), refused_as(Reject::pool_full));
  // What is on chain makes room.
  mine(pool);
  pool.sweep(state, next);
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_TRUE(add(pool, second));
  EXPECT_TRUE(add(pool, more));
}

TEST_F(med_mempool, an_account_has_its_share_of_calls) {
  Mempool pool({.calls = 3, .account_calls = 2});
  EXPECT_TRUE(add(pool, call(0, 1)));  // waits for the one before
  EXPECT_THAT(add(pool, call(0, 2)), refused_as(Reject::pool_share));
  EXPECT_TRUE(add(pool, call(0, 0)));
  EXPECT_TRUE(add(pool, call(1, 0)));
  EXPECT_THAT(add(pool, call(1, 1)), refused_as(Reject::pool_full));
}

TEST_F(med_mempool, evidence_has_its_limit) {
  Mempool pool({.evidence = 1});
  ASSERT_TRUE(add(pool, evidence(0)));
  EXPECT_THAT(add(pool, evidence(1)), refused_as(Reject::pool_full));
}

TEST_F(med_mempool, what_cannot_become_valid_is_refused) {
  Mempool pool;
  ASSERT_TRUE(add(pool, world.round(0, now, 0)));
  ASSERT_TRUE(add(pool, call(0, 0)));
  ASSERT_TRUE(add(pool, evidence(1)));
  mine(pool);
  Mempool empty;
  EXPECT_THAT(add(empty, world.round(0, now, 0)), refused_as(Reject::slot_used));
  EXPECT_THAT(add(empty, call(0, 0)), refused_as(Reject::call_number));
  EXPECT_THAT(add(empty, evidence(1)), refused_as(Reject::signer_retired));
  EXPECT_THAT(add(empty, world.round(1, now, 16)), refused_as(Reject::signer_retired));  // doctor 1 is in it
  SignedCall wrong = call(0, 1);
  wrong = sign_call(world.keys().net, {wrong.call.account, 1, {"casino"}, wrong.call.input, {}}, world.patient(0).account, world.rng);
  EXPECT_THAT(add(empty, wrong), refused_as(Reject::contract_unknown));
  EXPECT_EQ(empty.size(), 0U);
}

TEST_F(med_mempool, a_sweep_takes_what_is_on_chain_or_clashes_with_it) {
  Mempool pool, elsewhere;
  const auto mined = world.round(0, now, 0);
  const auto clashes = world.bundle(world.hospital(0), {world.group(world.doctor(0), 1, now, 0)}, now, 32);  // the doctor's slot
  const auto waits = world.round(0, now, 16);
  for (const auto& one : {mined, clashes, waits}) ASSERT_TRUE(add(pool, one));
  ASSERT_TRUE(add(pool, call(0, 0)));
  ASSERT_TRUE(add(pool, call(0, 1)));
  ASSERT_TRUE(add(elsewhere, mined));
  ASSERT_TRUE(add(elsewhere, call(0, 0)));
  mine(elsewhere);
  pool.sweep(state, next);
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_TRUE(pool.contains(id_of(waits.bundle)));
}

TEST_F(med_mempool, a_block_takes_what_came_first_and_nothing_that_clashes) {
  Mempool pool;
  const auto first = world.round(0, now, 0), clashes = world.round(0, now, 0), other = world.round(1, now, 0);
  for (const auto& one : {first, clashes, other}) ASSERT_TRUE(add(pool, one));
  ASSERT_TRUE(add(pool, call(0, 1)));  // too early for this block
  ASSERT_TRUE(add(pool, call(0, 0)));
  const MedBody body = mine(pool);
  EXPECT_EQ(body.bundles.items, (std::vector{first.bundle, other.bundle}));
  ASSERT_EQ(body.calls.items.size(), 1U);
  EXPECT_EQ(body.calls.items[0].number, 0U);
  pool.sweep(state, next);
  const MedBody later = mine(pool);
  EXPECT_TRUE(later.bundles.items.empty());
  ASSERT_EQ(later.calls.items.size(), 1U);
  EXPECT_EQ(later.calls.items[0].number, 1U);
}

// Two doctors of two hospitals: ρ and −ρ. Each bundle is valid, and so is every other thing that waits.
TEST_F(med_mempool, of_bundles_whose_signers_cancel_the_later_one_waits_for_the_next_block) {
  Mempool pool;
  const auto first = with_nonce(0, Scalar(9)), second = with_nonce(1, Scalar() - Scalar(9)), other = world.round(1, now, 32);
  for (const auto& one : {first, second, other}) ASSERT_TRUE(add(pool, one));
  ASSERT_TRUE(add(pool, call(0, 0)));
  const MedBody body = mine(pool);
  EXPECT_EQ(body.bundles.items, (std::vector{first.bundle, other.bundle}));
  EXPECT_EQ(body.calls.items.size(), 1U);
  pool.sweep(state, next);
  EXPECT_EQ(mine(pool).bundles.items, std::vector{second.bundle});
}

// 9 − 9 + 5 − 5: without the second there is a sum, and the fourth need not go.
TEST_F(med_mempool, of_bundles_that_cancel_as_few_are_left_out_as_need_be) {
  Mempool pool;
  std::vector<Bundle> bundles;
  const std::array<Scalar, 4> nonces{Scalar(9), Scalar() - Scalar(9), Scalar(5), Scalar() - Scalar(5)};
  for (std::size_t i = 0; i < nonces.size(); ++i) {
    const SignedBundle one = with_nonce(i, nonces[i]);
    ASSERT_TRUE(add(pool, one));
    bundles.push_back(one.bundle);
  }
  EXPECT_EQ(mine(pool).bundles.items, (std::vector{bundles[0], bundles[2], bundles[3]}));
  pool.sweep(state, next);
  EXPECT_EQ(mine(pool).bundles.items, std::vector{bundles[1]});
}

// A call's hash leaves out the nonce, so the account that signs twice under one has two good calls.
TEST_F(med_mempool, of_calls_under_one_nonce_a_block_has_one) {
  Mempool pool;
  const SignedCall first = call(0, 0);
  SignedCall second = call(0, 1);
  second.call.nonce = first.call.nonce;
  auto w = UnusedString::assume_unused(nonce_string(nonce_terms(world.keys().net, second.call)));
  second.signature = EncodedSum::of(sign(world.patient(0).account, call_hash(second.call), std::move(w), world.rng));
  ASSERT_TRUE(add(pool, first));
  ASSERT_TRUE(add(pool, second));
  EXPECT_EQ(mine(pool).calls.items, std::vector{first.call});
  pool.sweep(state, next);
  EXPECT_EQ(mine(pool).calls.items, std::vector{second.call});
}

TEST_F(med_mempool, a_block_is_no_larger_than_it_may_be) {
  Mempool pool;
  for (std::uint16_t i = 0; i < 4; ++i) {
    const auto group = world.group(world.doctor(0), RecordGroup::most_records, now, static_cast<std::uint16_t>(16 * i));
    ASSERT_TRUE(add(pool, world.bundle(world.hospital(0), {group}, now, static_cast<std::uint16_t>(16 * i))));
  }
  const MedBody body = mine(pool);
  EXPECT_EQ(body.bundles.items.size(), 3U);  // 2.6 MB each
  EXPECT_LE(encode(body).size(), MedBody::most_bytes);
}

}  // namespace
}  // namespace caduceus::med
