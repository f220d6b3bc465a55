// R4, second half: S is never summed across w. The published form does it, and two honest signatures under two w's are then enough
// to sign anything in their signer's name (test/published); the same forgeries against ours, and whatever else can be done to the
// list of (w, S_w, T_w).
#include <gtest/gtest.h>

#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"
#include "test/published/adversary.h"

namespace caduceus {
namespace {

using Sum = AggregateSignature::Sum;

struct sum_across_ws : testing::Test {
  Consortium consortium;
  AggregateKey v = extract_aggregate_key(consortium.secrets.aggregate, doctor("v"));
  AggregateKey adversary = extract_aggregate_key(consortium.secrets.aggregate, doctor("adversary"));
  OneTimeString w1 = w_of("w1");
  OneTimeString w2 = w_of("w2");
  SignedMessages honest;  // of v, each w once
  SignedMessages forged;  // what is claimed: a message of v's under w1, and one of the adversary's own, so that w2 has one
  published::SplitForgery split;

  void SetUp() override {
    consortium.say(honest, v, "take aspirin", w1);
    consortium.say(honest, v, "take it twice", w2);
    const SignedMessage chosen = Consortium::message_of(doctor("v"), "take arsenic", w1);
    split = published::forge_across_ws(honest.signatures[0], Consortium::challenge_of(honest.messages[0]), honest.signatures[1],
                                       Consortium::challenge_of(honest.messages[1]), Consortium::challenge_of(chosen));
    forged.add(chosen, {split.s, split.t1});
    consortium.say(forged, adversary, "nothing", w2);
  }
};

// In the published equation all of these are one: e(S, P2) = Π e(P_w, T_w) · e(Σ(…), Ppub2). Here S has to be shared out.
TEST_F(sum_across_ws, no_way_to_share_out_s_makes_a_forgery_pass) {
  const G1& own_s = forged.signatures[1].s;
  const G2 t2 = split.t2 + forged.signatures[1].t;
  const Scalar any = Scalar::random(consortium.rng);
  const std::vector<std::pair<G1, G1>> shares{
      {split.s, own_s},                                                // each where its message is
      {own_s, split.s},                                                // the other way round
      {split.s + own_s, G1()},                                         // all under w1
      {G1(), split.s + own_s},                                         // all under w2
      {any * split.s, split.s - any * split.s + own_s},                // anyhow
      {split.s + any * G1::generator(), own_s - any * G1::generator()}  // with an error that goes from one to the other
  };
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const AggregateSignature aggregate{{{w1, shares[i].first, split.t1}, {w2, shares[i].second, t2}}};
    EXPECT_THAT(consortium.verify(forged, aggregate), refused_as(Reject::aggregate_invalid)) << i;
  }
}

TEST_F(sum_across_ws, the_ws_are_exactly_those_of_the_messages) {
  const auto& [s, t1, t2] = split;
  const SignedMessages chosen{{forged.messages[0]}, {forged.signatures[0]}};
  EXPECT_THAT(consortium.verify(chosen, {{{w1, s, t1}, {w2, s, t2}}}), refused_as(Reject::aggregate_w_set));    // one too many
  EXPECT_THAT(consortium.verify(chosen, {{{w2, s, t2}}}), refused_as(Reject::aggregate_w_set));                 // another
  EXPECT_THAT(consortium.verify(chosen, {}), refused_as(Reject::aggregate_w_set));                              // none
  EXPECT_THAT(consortium.verify(chosen, {{{w1, s, t1}, {w1, s, t2}}}), refused_as(Reject::aggregate_w_order));  // one twice
  EXPECT_THAT(consortium.verify(chosen, {{{w1, s, t1 + t2}}}), refused_as(Reject::aggregate_invalid));          // both as one
  EXPECT_THAT(consortium.verify(forged, {{{w1, s, t1}}}), refused_as(Reject::aggregate_w_set));                 // one too few
}

// ---- Honest signatures, whose aggregate is tampered with

struct aggregate_list : testing::Test {
  Consortium consortium;
  SignedMessages all;  // three signers under each of w1, w2, w3
  AggregateSignature good;

  void SetUp() override {
    for (const auto* w : {"w1", "w2", "w3"}) {
      for (const auto* name : {"u", "v", "z"}) {
        consortium.say(all, extract_aggregate_key(consortium.secrets.aggregate, doctor(name)), std::string(name) + w, w_of(w));
      }
    }
    good = *aggregate(all.messages, all.signatures);
    ASSERT_THAT(consortium.verify(all, good), accepted());
  }
  // What comes of verifying the aggregate after `tamper`.
  Checked<void> with(const auto& tamper) {
    AggregateSignature changed = good;
    tamper(changed.sums);
    return consortium.verify(all, changed);
  }
};

TEST_F(aggregate_list, ascends_strictly_by_w) {
  EXPECT_THAT(with([](auto& sums) { std::swap(sums[0], sums[1]); }), refused_as(Reject::aggregate_w_order));
  EXPECT_THAT(with([](auto& sums) { std::swap(sums[1], sums[2]); }), refused_as(Reject::aggregate_w_order));
  EXPECT_THAT(with([](auto& sums) { sums.insert(sums.begin(), sums[0]); }), refused_as(Reject::aggregate_w_order));
  EXPECT_THAT(with([](auto& sums) { sums.push_back(sums[2]); }), refused_as(Reject::aggregate_w_order));
}

TEST_F(aggregate_list, holds_the_ws_of_the_messages_and_no_other) {
  EXPECT_THAT(with([](auto& sums) { sums.erase(sums.begin() + 1); }), refused_as(Reject::aggregate_w_set));
  EXPECT_THAT(with([](auto& sums) { sums.clear(); }), refused_as(Reject::aggregate_w_set));
  EXPECT_THAT(with([](auto& sums) { sums.push_back({w_of("w4"), sums[0].s, sums[0].t}); }), refused_as(Reject::aggregate_w_set));
  EXPECT_THAT(with([](auto& sums) { sums[2].w = w_of("w4"); }), refused_as(Reject::aggregate_w_set));
}

TEST_F(aggregate_list, each_sum_belongs_to_its_w) {
  const auto invalid = refused_as(Reject::aggregate_invalid);
  EXPECT_THAT(with([](auto& sums) { std::swap(sums[0].s, sums[1].s); }), invalid);
  EXPECT_THAT(with([](auto& sums) { std::swap(sums[0].t, sums[1].t); }), invalid);
  EXPECT_THAT(with([](auto& sums) { std::swap(sums[0].s, sums[1].s), std::swap(sums[0].t, sums[1].t); }), invalid);
  // An error that goes from one w to another.
  EXPECT_THAT(with([](auto& sums) { sums[0].s += G1::generator(), sums[1].s -= G1::generator(); }), invalid);
  EXPECT_THAT(with([](auto& sums) { sums[0].t += G2::generator(), sums[1].t -= G2::generator(); }), invalid);
}

TEST_F(aggregate_list, is_of_all_its_messages_and_no_others) {
  SignedMessages fewer = all;
  fewer.messages.pop_back();
  EXPECT_THAT(consortium.verify(fewer, good), refused_as(Reject::aggregate_invalid));
  SignedMessages a_w_fewer = all;
  a_w_fewer.messages.resize(6);
  EXPECT_THAT(consortium.verify(a_w_fewer, good), refused_as(Reject::aggregate_w_set));
  SignedMessages more = all;
  more.messages.push_back(Consortium::message_of(doctor("another"), "text", w_of("w3")));
  EXPECT_THAT(consortium.verify(more, good), refused_as(Reject::aggregate_invalid));
  more.messages.back().w = w_of("w4");
  EXPECT_THAT(consortium.verify(more, good), refused_as(Reject::aggregate_w_set));
  SignedMessages exchanged = all;
  std::swap(exchanged.messages[0].w, exchanged.messages[3].w);  // of one signer
  EXPECT_THAT(consortium.verify(exchanged, good), refused_as(Reject::aggregate_invalid));
  exchanged = all;
  std::swap(exchanged.messages[0].signer, exchanged.messages[1].signer);  // under one w
  EXPECT_THAT(consortium.verify(exchanged, good), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(consortium.verify({}, good), refused_as(Reject::aggregate_w_set));
}

TEST_F(aggregate_list, says_the_same_on_the_wire) {
  const auto decoded_and_verified = [&](const AggregateSignature& changed) {
    const auto decoded = decode_aggregate(encode_aggregate(changed), all.messages);
    return decoded ? consortium.verify(all, *decoded) : reject(decoded.error());
  };
  EXPECT_THAT(decoded_and_verified(good), accepted());
  AggregateSignature swapped = good;
  std::swap(swapped.sums[0], swapped.sums[2]);
  EXPECT_THAT(decoded_and_verified(swapped), refused_as(Reject::aggregate_invalid));
  AggregateSignature fewer = good;
  fewer.sums.pop_back();
  EXPECT_THAT(decoded_and_verified(fewer), refused_as(Reject::aggregate_w_set));
  AggregateSignature more = good;
  more.sums.push_back({w_of("w4"), more.sums[0].s, more.sums[0].t});
  EXPECT_THAT(decoded_and_verified(more), refused_as(Reject::aggregate_w_set));
}

}  // namespace
}  // namespace caduceus
