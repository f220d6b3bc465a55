// The published aggregate signature: correct, as its authors say, and then what it falls to.
#include "test/published/gentry_ramzan.h"

#include <gtest/gtest.h>

#include "test/published/adversary.h"

namespace caduceus::published {
namespace {

std::string numbered(std::string name, int n) { return name += std::to_string(n); }

struct PublishedScheme : testing::Test {
  SeededRng rng{1};
  MasterKey master = MasterKey::random(rng);

  // Adds what `signer` says under w, honestly signed.
  void say(const std::string& signer, const std::string& text, const std::string& w) {
    messages.push_back({signer, text, w});
    signatures.push_back(sign(extract_signer_key(master, signer), messages.back(), rng));
  }
  [[nodiscard]] bool all_verify() const { return verify(master.public_point, messages, aggregate(messages, signatures)); }

  std::vector<SignedMessage> messages;
  std::vector<Signature> signatures;
};

using published_is_correct = PublishedScheme;
using published_falls = PublishedScheme;

TEST_F(published_is_correct, a_signature_verifies_for_its_signer_message_and_w_only) {
  say("v", "take aspirin", "w1");
  EXPECT_TRUE(verify(master.public_point, messages[0], signatures[0]));
  EXPECT_FALSE(verify(master.public_point, {"v", "take arsenic", "w1"}, signatures[0]));
  EXPECT_FALSE(verify(master.public_point, {"u", "take aspirin", "w1"}, signatures[0]));
  EXPECT_FALSE(verify(master.public_point, {"v", "take aspirin", "w2"}, signatures[0]));
}

TEST_F(published_is_correct, signatures_of_many_under_one_w_add_up) {
  for (int i = 0; i < 10; ++i) say(numbered("doctor", i), "message", "w");
  EXPECT_TRUE(all_verify());
  EXPECT_EQ(aggregate(messages, signatures).t.size(), 1U);
}

TEST_F(published_is_correct, signatures_under_many_ws_add_up) {
  for (int i = 0; i < 10; ++i) say(numbered("doctor", i), "message", numbered("w", i % 3));
  EXPECT_TRUE(all_verify());
  messages[4].message = "another";
  EXPECT_FALSE(all_verify());
}

// R4: the signer's own mistake, but one that nothing of the scheme keeps it from.
TEST_F(published_falls, to_anyone_who_has_two_signatures_of_one_signer_under_one_w) {
  say("v", "take aspirin", "w");
  say("v", "take it twice", "w");
  ASSERT_TRUE(all_verify());

  const SignedMessage chosen{"v", "take arsenic", "w"};
  const Signature forged =
      forge_under_one_w(signatures[0], challenge(messages[0]), signatures[1], challenge(messages[1]), challenge(chosen));
  EXPECT_TRUE(verify(master.public_point, chosen, forged));
}

// R4: no mistake of the signer's at all. It used each w once; summing S over them is enough.
TEST_F(published_falls, to_anyone_who_has_two_signatures_of_one_signer_under_different_ws) {
  say("v", "take aspirin", "w1");
  say("v", "take it twice", "w2");
  ASSERT_TRUE(all_verify());

  const SignedMessage chosen{"v", "take arsenic", "w1"};
  const SplitForgery forged =
      forge_across_ws(signatures[0], challenge(messages[0]), signatures[1], challenge(messages[1]), challenge(chosen));
  EXPECT_TRUE(verify(master.public_point, {&chosen, 1}, {forged.s, {{"w1", forged.t1}, {"w2", forged.t2}}}));

  // It does not help to ask that every w be one of a message's: the adversary says something of its own under w2.
  const SignedMessage cover{"adversary", "nothing", "w2"};
  const Signature own = sign(extract_signer_key(master, "adversary"), cover, rng);
  const std::vector<SignedMessage> both{chosen, cover};
  EXPECT_TRUE(verify(master.public_point, both, {forged.s + own.s, {{"w1", forged.t1}, {"w2", forged.t2 + own.t}}}));
}

TEST_F(published_falls, to_the_same_under_a_w_that_the_signer_has_never_seen) {
  say("v", "take aspirin", "w1");
  say("v", "take it twice", "w2");

  const SignedMessage chosen{"v", "take arsenic", "the adversary's own w"};
  const SplitForgery forged =
      forge_across_ws(signatures[0], challenge(messages[0]), signatures[1], challenge(messages[1]), challenge(chosen));
  const Scalar rho = Scalar::random(rng);
  const AggregateSignature aggregate{forged.s + rho * string_point(chosen.w),
                                     {{"w1", forged.t1}, {"w2", forged.t2}, {chosen.w, rho * G2::generator()}}};
  EXPECT_TRUE(verify(master.public_point, {&chosen, 1}, aggregate));
}

// R6: an aggregator that adds up what it gets passes for signed what nobody signed.
TEST_F(published_falls, to_invalid_signatures_whose_errors_cancel) {
  say("u", "a", "w1");
  say("v", "b", "w2");
  const G1 error = Scalar::random(rng) * G1::generator();
  signatures[0].s += error;
  signatures[1].s -= error;
  EXPECT_FALSE(verify(master.public_point, messages[0], signatures[0]));
  EXPECT_FALSE(verify(master.public_point, messages[1], signatures[1]));
  EXPECT_TRUE(all_verify());
}

// R2: s·H1("v" ‖ "0") is K0 of v, and the key agreement key of the identity "v0".
TEST_F(published_falls, to_v0_and_v1_who_enrol_for_the_two_halves_of_vs_key) {
  const SignerKey stolen{"v", extract_agreement_key(master, "v0"), extract_agreement_key(master, "v1")};
  const SignedMessage chosen{"v", "take arsenic", "w"};
  EXPECT_TRUE(verify(master.public_point, chosen, sign(stolen, chosen, rng)));
}

}  // namespace
}  // namespace caduceus::published
