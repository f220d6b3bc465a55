#include "core/sup/mempool.h"

#include <gmock/gmock.h>

#include "core/sup/transition.h"
#include "test/attacks/refusal.h"
#include "test/sup_world.h"

namespace caduceus::sup {
namespace {

constexpr Time now{10'000'000};

class mempool : public testing::Test {
 protected:
  VerifiedTransaction verified(SupTransaction transaction) {
    auto checked = verifier.verify_each({std::move(transaction)}, world.rng);
    CHECK(checked[0].has_value());
    return *std::move(checked[0]);
  }
  VerifiedTransaction emergency(std::size_t doctor = 0, Time ts3 = now) { return verified(world.emergency(world.doctor(doctor), ts3)); }
  static std::vector<TransactionHash> content(const Mempool& pool) {
    std::vector<TransactionHash> found;
    pool.for_each([&](const VerifiedTransaction& one, std::size_t size) {
      EXPECT_EQ(size, encode(one.value()).size());
      found.push_back(one.hash());
      return true;
    });
    return found;
  }

  SupWorld world{1};
  TransactionVerifier verifier{world.keys(), 64};
};

TEST_F(mempool, first_in_first_out_and_urgent_ones_first) {
  Mempool pool;
  const auto dispute = verified(world.dispute(world.patient(0), {}, now));
  const auto first = emergency(), second = verified(world.revocation(world.doctor(0), RevocationAction::add, now, now)),
             third = emergency();
  for (const auto* one : {&dispute, &first, &second, &third}) ASSERT_THAT(pool.add(*one), accepted());
  EXPECT_EQ(content(pool), (std::vector{first.hash(), second.hash(), third.hash(), dispute.hash()}));
  pool.remove(second.hash());
  EXPECT_EQ(content(pool), (std::vector{first.hash(), third.hash(), dispute.hash()}));
  pool.remove(second.hash());
  ASSERT_THAT(pool.add(second), accepted());
  EXPECT_EQ(content(pool), (std::vector{first.hash(), third.hash(), second.hash(), dispute.hash()}));
}

TEST_F(mempool, a_transaction_waits_once_however_it_is_signed) {
  Mempool pool;
  const EmergencyTerms terms = world.emergency_terms(world.doctor(0), now);
  ASSERT_THAT(pool.add(verified(world.sign(terms, world.doctor(0), world.hospital(0)))), accepted());
  EXPECT_THAT(pool.add(verified(world.sign(terms, world.doctor(0), world.hospital(0)))), refused_as(Reject::pool_known));
  EXPECT_EQ(pool.size(), 1U);
}

// R4: both verify by themselves; in one block they would make it invalid.
TEST_F(mempool, two_transactions_under_one_w_do_not_wait_together) {
  Mempool pool;
  const Dispute first = world.dispute(world.patient(0), {1}, now);
  DisputeTerms terms = first.terms;
  terms.htxu[0] = 2;
  Dispute second{terms, first.nonces, {}};
  const OneTimeString w = nonce_string(nonce_terms(world.keys().net, second));
  second.sum = EncodedSum::of(sign(world.patient(0).account, hash_of(terms), UnusedString::assume_unused(w), world.rng));
  ASSERT_THAT(pool.add(verified(first)), accepted());
  EXPECT_THAT(pool.add(verified(second)), refused_as(Reject::aggregate_w_reused));
  pool.remove(hash_of(first.terms));
  EXPECT_THAT(pool.add(verified(second)), accepted());
}

TEST_F(mempool, registrations_of_hospitals_and_doctors_have_no_w) {
  Mempool pool;
  EXPECT_THAT(pool.add(verified(world.registration(world.doctor(0)))), accepted());
  EXPECT_THAT(pool.add(verified(world.registration(world.doctor(1)))), accepted());
}

TEST_F(mempool, lanes_are_full_by_count_and_by_bytes) {
  Mempool pool({.transactions = 2, .bytes = 1U << 20U, .share = 9});
  ASSERT_THAT(pool.add(emergency(0)), accepted());
  ASSERT_THAT(pool.add(emergency(1)), accepted());
  EXPECT_THAT(pool.add(emergency(2)), refused_as(Reject::pool_full));
  EXPECT_THAT(pool.add(verified(world.dispute(world.patient(0), {}, now))), accepted()) << "the other lane";

  const VerifiedTransaction one = emergency(0), other = emergency(0);
  const std::size_t size = encode(one.value()).size();
  Mempool exact({.transactions = 9, .bytes = 2 * size, .share = 9}), short_of_one({.transactions = 9, .bytes = 2 * size - 1, .share = 9});
  ASSERT_THAT(exact.add(one), accepted());
  EXPECT_THAT(exact.add(other), accepted());
  ASSERT_THAT(short_of_one.add(one), accepted());
  EXPECT_THAT(short_of_one.add(other), refused_as(Reject::pool_full));
  short_of_one.remove(one.hash());
  EXPECT_THAT(short_of_one.add(other), accepted());
}

TEST_F(mempool, a_signer_has_no_more_than_its_share) {
  Mempool pool({.transactions = 100, .bytes = 1U << 20U, .share = 2});
  const VerifiedTransaction first = emergency(0);
  ASSERT_THAT(pool.add(first), accepted());
  ASSERT_THAT(pool.add(emergency(2)), accepted());
  EXPECT_THAT(pool.add(emergency(0)), refused_as(Reject::pool_share)) << "the hospital backs two already";
  EXPECT_THAT(pool.add(emergency(1)), accepted()) << "of the other hospital";
  EXPECT_THAT(pool.add(verified(world.registration(world.hospital(0)))), accepted()) << "the other lane";
  pool.remove(first.hash());
  EXPECT_THAT(pool.add(emergency(0)), accepted());
}

TEST_F(mempool, a_request_that_no_block_may_carry_any_more_goes) {
  Mempool pool;
  const VerifiedTransaction early = emergency(0), late = emergency(0, now + 1);
  const auto lasting = verified(world.revocation(world.doctor(0), RevocationAction::add, now, now));
  for (const auto* one : {&late, &early, &lasting}) ASSERT_THAT(pool.add(*one), accepted());
  pool.expire(now + emergency_window);
  EXPECT_EQ(pool.size(), 3U);
  pool.expire(now + emergency_window + 1);
  EXPECT_EQ(content(pool), (std::vector{late.hash(), lasting.hash()}));
  pool.expire(now + 10 * emergency_window);
  EXPECT_EQ(content(pool), std::vector{lasting.hash()});
}

TEST_F(mempool, says_whether_it_fills_a_block) {
  Mempool pool;
  EXPECT_EQ(pool.fullness(), Pooled::nothing);
  ASSERT_THAT(pool.add(emergency()), accepted());
  EXPECT_EQ(pool.fullness(), Pooled::partial);
}

}  // namespace
}  // namespace caduceus::sup
