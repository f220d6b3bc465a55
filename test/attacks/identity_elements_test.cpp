// R1, in what is recovered or added up: the identity element, where it would void the check, is refused by that name.
#include <gtest/gtest.h>

#include "core/crypto/multi_signature.h"
#include "test/attacks/chosen_nonce.h"
#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

G1 negative(const G1& point) { return G1() - point; }
G2 negative(const G2& point) { return G2() - point; }

// t = 0: v = h·(d + x), so that whoever sees the signature knows the key. Only its signer can make it.
TEST(identity_elements, a_signature_with_nonce_0_is_refused) {
  Consortium consortium;
  const IdentityKeys keys = consortium.enrol(hospital("h1"));
  const G1& ppub = consortium.parameters.signing;
  const auto verifies = [&](const Scalar& t) {
    return verify(ppub, keys.signing.verification_key(), "test", as_bytes("m"),
                  sign_with_nonce(ppub, keys.signing, "test", as_bytes("m"), t));
  };
  EXPECT_THAT(verifies(Scalar(5)), accepted());
  EXPECT_THAT(verifies(Scalar()), refused_as(Reject::point_is_identity));
}

TEST(identity_elements, a_registration_proof_with_nonce_0_is_refused) {
  Consortium consortium;
  const auto issue = [&](const Scalar& k) {
    const auto request = prove_with_nonce(consortium.parameters.signing, doctor("lee"), Scalar(7), k);
    return issue_keys(consortium.secrets, consortium.parameters, request, consortium.rng);
  };
  EXPECT_THAT(issue(Scalar(5)), accepted());
  EXPECT_THAT(issue(Scalar()), refused_as(Reject::point_is_identity));
}

// A sender that foresees the PKG's y_U, and registers −y_U, would get L_U = identity.
TEST(identity_elements, a_public_point_that_is_the_identity_is_not_issued) {
  Consortium consortium;
  const Scalar y = Scalar(11);
  ChosenScalar foreseen(y);
  const auto request = prove_with_nonce(consortium.parameters.signing, doctor("lee"), Scalar() - y, Scalar(5));
  EXPECT_THAT(issue_keys(consortium.secrets, consortium.parameters, request, foreseen), refused_as(Reject::point_is_identity));
}

struct CancellingSigners : testing::Test {
  Consortium consortium;
  AggregateKey u = extract_aggregate_key(consortium.secrets.aggregate, doctor("u"));
  AggregateKey v = extract_aggregate_key(consortium.secrets.aggregate, doctor("v"));
  SignedMessages all;
};
using identity_sums = CancellingSigners;

// S_2 = −S_1, T_2 = −T_1: no signature of anybody's, and nothing left to check.
TEST_F(identity_sums, a_signer_that_sends_anothers_negative_cancels_nothing_out) {
  consortium.say(all, u, "a", w_of("w"));
  const auto& [s, t] = all.signatures[0];
  const SignedMessage second = Consortium::message_of(v.identity, "b", w_of("w"));
  const std::vector<IndividualSignature> attempts{{negative(s), t}, {s, negative(t)}, {negative(s), negative(t)}};
  for (const IndividualSignature& cancelling : attempts) {
    SignedMessages both = all;
    both.add(second, cancelling);
    EXPECT_THAT(aggregate(both.messages, both.signatures), refused_as(Reject::point_is_identity));
    EXPECT_EQ(consortium.find_invalid(both), std::vector<std::size_t>{1});

    // In the second layer too.
    const AggregateSignature first_bundle{{{w_of("w"), s, t}}};
    const AggregateSignature second_bundle{{{w_of("w"), cancelling.s, cancelling.t}}};
    EXPECT_THAT(merge(std::vector{first_bundle, second_bundle}), refused_as(Reject::point_is_identity));
  }
}

// ρ and −ρ: two signers that agreed beforehand. Each signature is valid; T_w alone cancels.
TEST_F(identity_sums, two_signers_with_opposite_randomness_are_refused) {
  ChosenScalar rho(Scalar(9));
  ChosenScalar minus_rho(Scalar() - Scalar(9));
  const auto sign_with = [&](const AggregateKey& key, Rng& rng) {
    const SignedMessage message = Consortium::message_of(key.identity, "a", w_of("w"));
    all.add(message, sign(key, message.message, UnusedString::assume_unused(w_of("w")), rng));
  };
  sign_with(u, rho);
  sign_with(v, minus_rho);
  EXPECT_THAT(consortium.find_invalid(all), testing::IsEmpty());
  EXPECT_THAT(aggregate(all.messages, all.signatures), refused_as(Reject::point_is_identity));

  // Whoever adds up goes on without the later one, or with neither's sum in the way of others'.
  std::vector<AggregateSignature> parts;
  for (const IndividualSignature& one : all.signatures) parts.push_back({{{w_of("w"), one.s, one.t}}});
  parts.push_back({{{w_of("another w"), all.signatures[1].s, all.signatures[1].t}}});
  EXPECT_EQ(find_cancelling(parts), std::vector<std::size_t>{1});
  EXPECT_THAT(merge(std::vector{parts[0], parts[2]}), accepted());
}

// Keys sk and −sk, both proved to be possessed: their sum signs everything by signing nothing.
TEST(identity_sums_of_keys, two_opposite_keys_are_refused) {
  SeededRng rng(1);
  const BlsKey key = BlsKey::random(rng);
  const BlsKey opposite{Secret<Scalar>(Scalar() - key.secret.expose()), negative(key.public_key)};
  ASSERT_THAT(verify_possession(opposite.public_key, prove_possession(opposite)), accepted());
  const std::vector<AffineG2> public_keys{AffineG2(key.public_key), AffineG2(opposite.public_key)};

  MultiSignature votes{SignerSet(2), {}};
  for (const std::size_t place : {0U, 1U}) votes.signers.insert(place);
  EXPECT_THAT(verify(public_keys, as_bytes("commit block 8"), votes, 2), refused_as(Reject::point_is_identity));
  votes.sum = G1::generator();
  EXPECT_THAT(verify(public_keys, as_bytes("commit block 8"), votes, 2), refused_as(Reject::point_is_identity));
}

// One signer of two, whose parts cancel: the keys do not, the sum does.
TEST(identity_sums_of_keys, a_sum_that_is_the_identity_is_refused) {
  SeededRng rng(1);
  const BlsKey key = BlsKey::random(rng);
  MultiSignature votes{SignerSet(1), {}};
  votes.signers.insert(0);
  EXPECT_THAT(verify(std::vector{AffineG2(key.public_key)}, as_bytes("commit block 8"), votes, 1), refused_as(Reject::point_is_identity));
}

TEST(identity_sums_of_keys, the_identity_is_nobodys_key) {
  EXPECT_THAT(verify_possession(G2(), G1()), refused_as(Reject::possession_invalid));
}

}  // namespace
}  // namespace caduceus
