// R6: invalid signatures whose errors cancel. A plain sum of them is a valid aggregate, ours like the published one: so whoever
// aggregates asks find_invalid() first, and it names exactly those that are invalid.
#include <gtest/gtest.h>

#include "test/attacks/consortium.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

using Places = std::vector<std::size_t>;

struct cancelling_errors : testing::Test {
  Consortium consortium;
  SignedMessages all;  // 50, of 17 signers under three w's: place i under w(i / 17)

  void SetUp() override {
    std::vector<AggregateKey> keys;
    for (int i = 0; i < 17; ++i) {
      std::string name = "doctor-";
      keys.push_back(extract_aggregate_key(consortium.secrets.aggregate, doctor(name += std::to_string(i))));
    }
    for (std::size_t i = 0; i < 50; ++i) {
      std::string w = "w";
      consortium.say(all, keys[i % 17], "text", w_of(w += std::to_string(i / 17)));
    }
  }
  // The signatures at the places are made invalid, by errors that add up to nothing.
  void plant(const Places& places) {
    G1 s;
    G2 t;
    for (const std::size_t place : places) {
      const bool last = place == places.back();
      const G1 error_s = last ? G1() - s : Scalar::random(consortium.rng) * G1::generator();
      const G2 error_t = last ? G2() - t : Scalar::random(consortium.rng) * G2::generator();
      all.signatures[place].s += error_s;
      all.signatures[place].t += error_t;
      s += error_s;
      t += error_t;
    }
  }
};

TEST_F(cancelling_errors, a_sum_that_nobody_verified_beforehand_passes) {
  plant({3, 11});  // both under w0
  EXPECT_THAT(consortium.verify(all.messages[3], all.signatures[3]), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(consortium.verify(all.messages[11], all.signatures[11]), refused_as(Reject::aggregate_invalid));
  const auto sums = aggregate(all.messages, all.signatures);
  ASSERT_THAT(sums, accepted());
  EXPECT_THAT(consortium.verify(all, *sums), accepted());
}

TEST_F(cancelling_errors, under_different_ws_do_not_cancel) {
  plant({3, 20});
  const auto sums = aggregate(all.messages, all.signatures);
  ASSERT_THAT(sums, accepted());
  EXPECT_THAT(consortium.verify(all, *sums), refused_as(Reject::aggregate_invalid));
}

TEST_F(cancelling_errors, of_two_are_both_found) {
  plant({3, 11});
  EXPECT_EQ(consortium.find_invalid(all), (Places{3, 11}));
}

TEST_F(cancelling_errors, of_neighbours_are_both_found) {
  plant({24, 25});  // the two sides of the first halving
  EXPECT_EQ(consortium.find_invalid(all), (Places{24, 25}));
}

TEST_F(cancelling_errors, across_ws_are_found) {
  plant({0, 49});
  EXPECT_EQ(consortium.find_invalid(all), (Places{0, 49}));
}

TEST_F(cancelling_errors, of_many_are_all_found) {
  const Places many{0, 1, 5, 16, 17, 18, 30, 33, 34, 48};
  plant(many);
  EXPECT_EQ(consortium.find_invalid(all), many);
}

TEST_F(cancelling_errors, of_everyone_are_all_found) {
  Places everyone(50);
  for (std::size_t i = 0; i < 50; ++i) everyone[i] = i;
  plant(everyone);
  EXPECT_EQ(consortium.find_invalid(all), everyone);
}

TEST_F(cancelling_errors, a_single_invalid_signature_is_found_and_none_when_there_is_none) {
  EXPECT_THAT(consortium.find_invalid(all), testing::IsEmpty());
  all.signatures[42].s += G1::generator();
  EXPECT_EQ(consortium.find_invalid(all), Places{42});
}

// The second layer is a plain sum as well: whoever merges verifies each bundle's aggregate first.
TEST_F(cancelling_errors, of_two_bundles_pass_when_nobody_verified_the_bundles) {
  const auto bundle = [&](std::size_t begin) {
    const auto offset = static_cast<std::ptrdiff_t>(begin);
    return SignedMessages{{all.messages.begin() + offset, all.messages.begin() + offset + 8},
                          {all.signatures.begin() + offset, all.signatures.begin() + offset + 8}};
  };
  const SignedMessages first = bundle(0);
  const SignedMessages second = bundle(8);
  AggregateSignature of_first = *aggregate(first.messages, first.signatures);
  AggregateSignature of_second = *aggregate(second.messages, second.signatures);
  of_first.sums[0].s += G1::generator();
  of_second.sums[0].s -= G1::generator();
  EXPECT_THAT(consortium.verify(first, of_first), refused_as(Reject::aggregate_invalid));
  EXPECT_THAT(consortium.verify(second, of_second), refused_as(Reject::aggregate_invalid));

  SignedMessages both = first;
  for (std::size_t i = 0; i < 8; ++i) both.add(second.messages[i], second.signatures[i]);
  const auto merged = merge(std::vector{of_first, of_second});
  ASSERT_THAT(merged, accepted());
  EXPECT_THAT(consortium.verify(both, *merged), accepted());
}

// Two signatures that were exchanged: each is good, for the other.
TEST_F(cancelling_errors, exchanged_signatures_are_both_found) {
  std::swap(all.signatures[7], all.signatures[8]);
  const auto sums = aggregate(all.messages, all.signatures);
  ASSERT_THAT(sums, accepted());
  EXPECT_THAT(consortium.verify(all, *sums), accepted());  // the sum is the honest one
  EXPECT_EQ(consortium.find_invalid(all), (Places{7, 8}));
}

// The weights do it, and only as long as nobody knows them: errors in the ratio of weights that are known beforehand cancel.
TEST_F(cancelling_errors, pass_when_the_weights_are_known_beforehand) {
  SignedMessages two{{all.messages[3], all.messages[11]}, {all.signatures[3], all.signatures[11]}};
  SeededRng foreseen(7);
  const Scalar z0 = Scalar::random_weight(foreseen);
  const Scalar z1 = Scalar::random_weight(foreseen);
  two.signatures[0].s += G1::generator();
  two.signatures[1].s -= z0 * z1.inverse() * G1::generator();

  HashedIdentities identities(2);
  SeededRng same(7);
  EXPECT_THAT(find_invalid(consortium.parameters, two.messages, two.signatures, identities, same), testing::IsEmpty());
  SeededRng fresh(8);
  EXPECT_EQ(find_invalid(consortium.parameters, two.messages, two.signatures, identities, fresh), (Places{0, 1}));
}

}  // namespace
}  // namespace caduceus
