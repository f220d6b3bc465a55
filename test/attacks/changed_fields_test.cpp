// Every field of the messages that several people sign together: aggregate signatures and multi-signatures. (Registration, single
// signatures and licences: registration_test and certificateless_test.)
#include <gtest/gtest.h>

#include "core/crypto/multi_signature.h"
#include "test/attacks/consortium.h"
#include "test/attacks/fields.h"

namespace caduceus {
namespace {

struct changed_fields : testing::Test {
  Consortium consortium;
  SignedMessages all;  // u and v under w1, v under w2
  AggregateSignature good;

  void SetUp() override {
    const AggregateKey u = extract_aggregate_key(consortium.secrets.aggregate, doctor("u"));
    const AggregateKey v = extract_aggregate_key(consortium.secrets.aggregate, doctor("v"));
    consortium.say(all, u, "a", w_of("w1"));
    consortium.say(all, v, "b", w_of("w1"));
    consortium.say(all, v, "c", w_of("w2"));
    good = *aggregate(all.messages, all.signatures);
  }
};

TEST_F(changed_fields, of_an_individual_signature) {
  for (std::size_t i = 0; i < all.messages.size(); ++i) {
    expect_every_field_counts(all.signatures[i], {{"S", Reject::aggregate_invalid}, {"T", Reject::aggregate_invalid}},
                              [&](const IndividualSignature& signature) { return consortium.verify(all.messages[i], signature); });
    for (const bool in_s : {true, false}) {
      SignedMessages changed = all;
      in_s ? change(changed.signatures[i].s) : change(changed.signatures[i].t);
      EXPECT_EQ(consortium.find_invalid(changed), std::vector{i});
    }
  }
}

TEST_F(changed_fields, of_an_aggregate) {
  for (std::size_t i = 0; i < good.sums.size(); ++i) {
    AggregateSignature changed = good;
    change(changed.sums[i].s);
    EXPECT_THAT(consortium.verify(all, changed), refused_as(Reject::aggregate_invalid)) << "S " << i;
    changed = good;
    change(changed.sums[i].t);
    EXPECT_THAT(consortium.verify(all, changed), refused_as(Reject::aggregate_invalid)) << "T " << i;
    changed = good;
    changed.sums[i].w.bytes.back() += 5;
    EXPECT_THAT(consortium.verify(all, changed), refused_as(i == 0 ? Reject::aggregate_w_order : Reject::aggregate_w_set)) << "w " << i;
  }
}

TEST_F(changed_fields, of_a_message) {
  for (std::size_t i = 0; i < all.messages.size(); ++i) {
    expect_every_field_counts(
        all.messages[i].signer,
        {{"role", Reject::aggregate_invalid}, {"name", Reject::aggregate_invalid}, {"version", Reject::aggregate_invalid}},
        [&](const Identity& signer) {
          SignedMessages changed = all;
          changed.messages[i].signer = signer;
          return consortium.verify(changed, good);
        });
    SignedMessages changed = all;
    change(changed.messages[i].message);
    EXPECT_THAT(consortium.verify(changed, good), refused_as(Reject::aggregate_invalid)) << "message " << i;
    changed = all;
    changed.messages[i].w = w_of("w3");
    EXPECT_THAT(consortium.verify(changed, good), refused_as(Reject::aggregate_w_set)) << "w " << i;
  }
}

// w1 renamed in messages and aggregate alike: nothing but the hash of w tells.
TEST_F(changed_fields, of_every_mention_of_a_w) {
  SignedMessages renamed = all;
  for (auto& message : renamed.messages) {
    if (message.w == w_of("w1")) message.w = w_of("w0");
  }
  AggregateSignature changed = good;
  changed.sums[0].w = w_of("w0");
  EXPECT_THAT(consortium.verify(renamed, changed), refused_as(Reject::aggregate_invalid));
}

TEST_F(changed_fields, of_the_system_parameters) {
  consortium.parameters.aggregate_g2 += G2::generator();
  EXPECT_THAT(consortium.verify(all, good), refused_as(Reject::aggregate_invalid));
  EXPECT_EQ(consortium.find_invalid(all), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(changed_fields_of_a_multi_signature, are_refused) {
  SeededRng rng(1);
  std::vector<AffineG2> public_keys;
  MultiSignature good{SignerSet(5), {}};
  for (std::size_t i = 0; i < 5; ++i) {
    const BlsKey key = BlsKey::random(rng);
    public_keys.emplace_back(key.public_key);
    if (i != 2) {
      EXPECT_TRUE(add_part(good, i, sign_part(key, as_bytes("commit block 8"))));
      EXPECT_FALSE(add_part(good, i, sign_part(key, as_bytes("commit block 8")))) << "a part is added once";
    }
  }
  const auto verified = [&](const MultiSignature& shown) { return verify(public_keys, as_bytes("commit block 8"), shown, 3); };
  EXPECT_THAT(verified(good), accepted());
  EXPECT_THAT(verify(public_keys, as_bytes("commit block 9"), good, 3), refused_as(Reject::multi_signature_invalid));
  EXPECT_THAT(verify(public_keys, as_bytes("commit block 8"), good, 5), refused_as(Reject::quorum_too_small));

  const auto of_signers = [](std::uint16_t size, const std::vector<std::size_t>& places) {
    SignerSet set(size);
    for (const std::size_t place : places) set.insert(place);
    return set;
  };
  EXPECT_THAT(verified({of_signers(5, {0, 1, 2, 3, 4}), good.sum}), refused_as(Reject::multi_signature_invalid));  // one more
  EXPECT_THAT(verified({of_signers(5, {0, 1, 3}), good.sum}), refused_as(Reject::multi_signature_invalid));        // one fewer
  EXPECT_THAT(verified({of_signers(5, {0, 1, 2, 3}), good.sum}), refused_as(Reject::multi_signature_invalid));     // another
  EXPECT_THAT(verified({of_signers(5, {0, 1}), good.sum}), refused_as(Reject::quorum_too_small));
  EXPECT_THAT(verified({of_signers(6, {0, 1, 3, 4}), good.sum}), refused_as(Reject::signer_set_size));
  EXPECT_THAT(verified({of_signers(4, {0, 1, 3}), good.sum}), refused_as(Reject::signer_set_size));
  MultiSignature changed = good;
  change(changed.sum);
  EXPECT_THAT(verified(changed), refused_as(Reject::multi_signature_invalid));
  std::swap(public_keys[0], public_keys[2]);
  EXPECT_THAT(verified(good), refused_as(Reject::multi_signature_invalid));
}

}  // namespace
}  // namespace caduceus
