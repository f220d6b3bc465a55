#include "core/chain/bls_committee.h"

#include <gtest/gtest.h>

#include "core/base/rng.h"
#include "test/attacks/bad_points.h"

namespace caduceus {
namespace {

struct bls_committee : testing::Test {
  SeededRng rng{1};
  std::vector<BlsCommitteeKey> keys;
  std::optional<BlsCommittee> committee;

  void SetUp() override {
    std::vector<G2> public_keys;
    for (int i = 0; i < 4; ++i) {
      BlsKey key = BlsKey::random(rng);
      public_keys.push_back(key.public_key);
      keys.emplace_back(std::move(key));
    }
    committee.emplace(public_keys);
  }
  // Three for the first byte of the text, one for the second.
  [[nodiscard]] Claim sum_of(std::string_view text) const {
    const std::array<Bytes, 2> said{Bytes{static_cast<Byte>(text[0])}, Bytes{static_cast<Byte>(text[1])}};
    Claim claim{{{said[0], SignerSet(4)}, {said[1], SignerSet(4)}}, {}};
    std::vector<SignaturePart> parts;
    for (std::size_t place = 0; place < 4; ++place) {
      const std::size_t which = place < 3 ? 0 : 1;
      claim.statements[which].signers.insert(place);
      parts.push_back(keys[place].sign(said.at(which)));
    }
    claim.sum = *committee->sum(parts);
    return claim;
  }
  [[nodiscard]] Claim part(std::size_t place) const {
    const Bytes statement{static_cast<Byte>(place), 7};
    return committee->part_of(place, statement, keys[place].sign(statement));
  }
  [[nodiscard]] std::optional<Reject> refusal(std::vector<Claim> claims) const {
    const auto verified = committee->verify(claims);
    return verified ? std::nullopt : std::optional(verified.error());
  }
  // Adds it to what was signed: a forgery.
  static void shift(Claim& claim, const G1& error) { claim.sum = (*G1::decode(claim.sum) + error).encode(); }
};

TEST_F(bls_committee, verifies_claims_together) {
  EXPECT_FALSE(refusal({}));
  EXPECT_FALSE(refusal({sum_of("ab")}));
  EXPECT_FALSE(refusal({sum_of("ab"), part(0), part(3), sum_of("cd")}));
  EXPECT_FALSE(refusal({part(1), part(1)}));
}

TEST_F(bls_committee, refuses_a_forged_claim_among_valid_ones) {
  const G1 error = Scalar::random(rng) * G1::generator();
  const std::vector<Claim> valid{part(0), sum_of("ab"), part(2)};
  for (std::size_t i = 0; i < valid.size(); ++i) {
    std::vector<Claim> claims = valid;
    shift(claims[i], error);
    EXPECT_EQ(refusal(claims), Reject::multi_signature_invalid) << i;
    claims = valid;
    claims[i].statements[0].statement.push_back(0);
    EXPECT_EQ(refusal(claims), Reject::multi_signature_invalid) << i;
    claims = valid;
    claims[i].sum.fill(0xff);
    EXPECT_EQ(refusal(claims), Reject::point_encoding) << i;
  }
}

// R6: as one plain sum they would be accepted, and are.
// R1: what others sign with is decoded here, and not before.
TEST_F(bls_committee, refuses_what_is_no_point) {
  for (const auto& [what, bytes, reason] : bad_points<G1>()) {
    std::vector<Claim> claims{part(0), sum_of("ab")};
    std::ranges::copy(bytes, claims[1].sum.begin());
    EXPECT_EQ(refusal(claims), reason) << what;
    std::vector<SignaturePart> parts{keys[0].sign(Bytes{1}), keys[1].sign(Bytes{1})};
    std::ranges::copy(bytes, parts[1].begin());
    const auto sum = committee->sum(parts);
    ASSERT_FALSE(sum.has_value()) << what;
    EXPECT_EQ(sum.error(), reason) << what;
  }
}

TEST_F(bls_committee, refuses_claims_whose_errors_cancel) {
  const G1 error = Scalar::random(rng) * G1::generator();
  std::vector<Claim> claims{part(0), part(1), part(2)};
  for (const auto& [first, second] : {std::pair(0U, 1U), std::pair(1U, 2U), std::pair(2U, 0U)}) {
    std::vector<Claim> shifted = claims;
    shift(shifted[first], error);
    shift(shifted[second], G1() - error);
    EXPECT_EQ(refusal(shifted), Reject::multi_signature_invalid) << first;
    Claim plain;
    std::vector<SignaturePart> sums;
    for (const Claim& claim : shifted) {
      plain.statements.push_back(claim.statements[0]);
      sums.push_back(claim.sum);
    }
    plain.sum = *committee->sum(sums);
    EXPECT_FALSE(refusal({plain}));
  }
}

// Two parts that were exchanged: each is valid for the other.
TEST_F(bls_committee, refuses_parts_in_each_others_place) {
  std::vector<Claim> claims{part(0), part(1)};
  std::swap(claims[0].sum, claims[1].sum);
  EXPECT_EQ(refusal(claims), Reject::multi_signature_invalid);
}

}  // namespace
}  // namespace caduceus
