// R4, first half: two signatures of one signer under one w let anyone sign anything in its name, ours as well as the published
// ones. So ours does not let it come to that: a w that may be signed under is used up, and (ID, w) twice is refused by name.
#include <gtest/gtest.h>

#include "core/crypto/aggregate_equation.h"
#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"
#include "test/published/adversary.h"

namespace caduceus {
namespace {

using published::forge_under_one_w;

struct one_time_string : testing::Test {
  Consortium consortium;
  AggregateKey v = extract_aggregate_key(consortium.secrets.aggregate, doctor("v"));
  OneTimeString w = w_of("w");
  SignedMessages twice;  // what v must never do
  SignedMessage chosen = Consortium::message_of(doctor("v"), "take arsenic", w);

  void SetUp() override {
    consortium.say(twice, v, "take aspirin", w);
    consortium.say(twice, v, "take it twice", w);
  }
  [[nodiscard]] IndividualSignature forged() const {
    return forge_under_one_w(twice.signatures[0], Consortium::challenge_of(twice.messages[0]), twice.signatures[1],
                             Consortium::challenge_of(twice.messages[1]), Consortium::challenge_of(chosen));
  }
};

// No verifier can tell: this is a signature of v's, and why w's are guarded where they are given out and where they are counted.
TEST_F(one_time_string, a_signer_that_uses_one_twice_has_signed_everything) {
  EXPECT_THAT(consortium.verify(chosen, forged()), accepted());
}

TEST_F(one_time_string, a_forgery_does_not_stand_beside_what_it_was_made_of) {
  SignedMessages all;
  all.add(twice.messages[0], twice.signatures[0]);
  all.add(chosen, forged());
  EXPECT_THAT(consortium.find_invalid(all), testing::IsEmpty());
  EXPECT_THAT(aggregate(all.messages, all.signatures), refused_as(Reject::aggregate_w_reused));

  // The adversary adds up by itself.
  const AggregateSignature sums{{{w, all.signatures[0].s + all.signatures[1].s, all.signatures[0].t + all.signatures[1].t}}};
  EXPECT_THAT(consortium.verify(all, sums), refused_as(Reject::aggregate_w_reused));

  // Or lets two honest aggregators do it, each with one of the two.
  const AggregateSignature first{{{w, all.signatures[0].s, all.signatures[0].t}}};
  const AggregateSignature second{{{w, all.signatures[1].s, all.signatures[1].t}}};
  const auto merged = merge(std::vector{first, second});
  ASSERT_THAT(merged, accepted());
  EXPECT_THAT(consortium.verify(all, *merged), refused_as(Reject::aggregate_w_reused));
}

TEST_F(one_time_string, the_same_message_twice_is_refused_too) {
  SignedMessages all;
  for (int i = 0; i < 2; ++i) all.add(twice.messages[0], twice.signatures[0]);
  EXPECT_THAT(aggregate(all.messages, all.signatures), refused_as(Reject::aggregate_w_reused));
  const AggregateSignature sums{{{w, Scalar(2) * all.signatures[0].s, Scalar(2) * all.signatures[0].t}}};
  EXPECT_THAT(consortium.verify(all, sums), refused_as(Reject::aggregate_w_reused));
}

// (S + δ·P_w, T + δ·P2) is as good a signature of the same message: its bytes name nothing. What counts once is (ID, w), and it
// counts against nobody as evidence, which takes two messages.
TEST_F(one_time_string, anyone_can_write_a_signature_otherwise_and_it_still_counts_once) {
  const Scalar delta = Scalar::random(consortium.rng);
  const auto& [s, t] = twice.signatures[0];
  const IndividualSignature otherwise{s + delta * hash_one_time_string(w), t + delta * G2::generator()};
  EXPECT_THAT(consortium.verify(twice.messages[0], otherwise), accepted());
  EXPECT_THAT(consortium.verify(twice.messages[1], otherwise), refused_as(Reject::aggregate_invalid));

  const std::vector both{twice.messages[0], twice.messages[0]};
  EXPECT_THAT(aggregate(both, std::vector{twice.signatures[0], otherwise}), refused_as(Reject::aggregate_w_reused));
}

// ---- Where the right to sign under a w comes from

static_assert(!std::is_copy_constructible_v<UnusedString> && !std::is_copy_assignable_v<UnusedString>);
static_assert(!std::is_copy_constructible_v<OwnNonce> && !std::is_copy_assignable_v<OwnNonce>);
static_assert(!std::is_constructible_v<UnusedString, OneTimeString>, "only a ledger or a claim makes one");
static_assert(!std::is_constructible_v<OwnNonce, SignatureNonce>, "a nonce is drawn, never taken over");

struct nonce_claim : testing::Test {
  SeededRng rng{1};
  Identity self = doctor("v");
  Identity other = hospital("h1");
  OwnNonce own = OwnNonce::draw(rng);
  SignatureNonce mine = own.value();
  SignatureNonce theirs = rng.bytes<32>();

  [[nodiscard]] NonceTerms terms(std::vector<Identity> signers, std::vector<SignatureNonce> nonces) const {
    return {.net = {}, .chain = "SUP", .purpose = "ur", .signers = std::move(signers), .nonces = std::move(nonces)};
  }
  // What comes of claiming these terms; and the nonce is gone, whatever came of it.
  Checked<UnusedString> claim(const NonceTerms& wanted) {
    auto claimed = std::move(own).claim(wanted, self);
    EXPECT_THAT(std::move(own).claim(terms({self, other}, {mine, theirs}), self), refused_as(Reject::aggregate_w_not_own));
    return claimed;
  }
};

TEST_F(nonce_claim, of_terms_that_hold_ones_own_nonce_is_granted_once) {
  const auto claimed = claim(terms({self, other}, {mine, theirs}));
  ASSERT_THAT(claimed, accepted());
  EXPECT_EQ(claimed->string(), nonce_string(terms({self, other}, {mine, theirs})));
}
TEST_F(nonce_claim, of_a_w_without_ones_nonce_is_refused) {
  EXPECT_THAT(claim(terms({self, other}, {theirs, theirs})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_a_w_without_oneself_is_refused) {
  EXPECT_THAT(claim(terms({other}, {mine})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_ones_nonce_at_anothers_place_is_refused) {
  EXPECT_THAT(claim(terms({self, other}, {theirs, mine})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_ones_nonce_at_anothers_place_too_is_refused) {
  EXPECT_THAT(claim(terms({self, other}, {mine, mine})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_oneself_listed_twice_is_refused) {
  EXPECT_THAT(claim(terms({self, self}, {mine, theirs})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_more_signers_than_nonces_is_refused) {
  EXPECT_THAT(claim(terms({self, other}, {mine})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_more_nonces_than_signers_is_refused) {
  EXPECT_THAT(claim(terms({self}, {mine, theirs})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, by_another_version_of_oneself_is_refused) {
  Identity next = self;
  ++next.version;
  EXPECT_THAT(claim(terms({next, other}, {mine, theirs})), refused_as(Reject::aggregate_w_not_own));
}
TEST_F(nonce_claim, of_a_nonce_that_was_moved_away_is_refused) {
  OwnNonce moved = std::move(own);
  EXPECT_THAT(std::move(own).claim(terms({self, other}, {mine, theirs}), self), refused_as(Reject::aggregate_w_not_own));
  OwnNonce assigned = OwnNonce::draw(rng);
  assigned = std::move(moved);
  // NOLINTNEXTLINE(bugprone-use-after-move): the mistake that is tested
  EXPECT_THAT(std::move(moved).claim(terms({self, other}, {mine, theirs}), self), refused_as(Reject::aggregate_w_not_own));
  EXPECT_THAT(std::move(assigned).claim(terms({self, other}, {mine, theirs}), self), accepted());
}

// A moved-from string is empty: signing twice by mistake would be signing twice under the empty w.
TEST_F(nonce_claim, a_string_that_was_used_up_signs_nothing) {
  Consortium consortium;
  const AggregateKey key = extract_aggregate_key(consortium.secrets.aggregate, self);
  UnusedString unused = UnusedString::assume_unused(w_of("w"));
  (void)sign(key, {}, std::move(unused), rng);
  // NOLINTNEXTLINE(bugprone-use-after-move): the mistake that is tested
  EXPECT_DEATH((void)sign(key, {}, std::move(unused), rng), "w\\.string.*empty");
}

// Every part of the terms is in w, so that a claim is for them alone.
TEST_F(nonce_claim, every_part_of_the_terms_is_in_the_w) {
  const NonceTerms granted = terms({self, other}, {mine, theirs});
  std::vector<NonceTerms> others(7, granted);
  others[0].net[31] ^= 1;
  others[1].chain = "MED";
  others[2].purpose = "qr";
  std::swap(others[3].signers[0], others[3].signers[1]);
  std::swap(others[4].nonces[0], others[4].nonces[1]);
  ++others[5].signers[1].version;
  others[6].nonces[1][0] ^= 1;
  for (std::size_t i = 0; i < others.size(); ++i) EXPECT_NE(nonce_string(others[i]), nonce_string(granted)) << i;

  const Slot slot{Epoch(7), 33};
  EXPECT_NE(slot_string({}, slot), slot_string({1}, slot));
  EXPECT_NE(slot_string({}, slot), slot_string({}, {Epoch(8), 33}));
  EXPECT_NE(slot_string({}, slot), slot_string({}, {Epoch(7), 34}));
}

}  // namespace
}  // namespace caduceus
