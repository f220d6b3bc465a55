#include "core/crypto/group.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

TEST(scalar, arithmetic_is_that_of_the_field) {
  SeededRng rng(1);
  const Scalar a = Scalar::random(rng);
  const Scalar b = Scalar::random(rng);
  EXPECT_EQ(a + b - b, a);
  EXPECT_EQ(a * b, b * a);
  EXPECT_EQ(a * a.inverse(), Scalar(1));
  EXPECT_TRUE((a - a).is_zero());
  EXPECT_EQ(Scalar().inverse(), Scalar());
  EXPECT_EQ(Scalar(7).encode().back(), 7);
  EXPECT_EQ(Scalar::reduce(a.encode()), a);
}

TEST(scalar, reduces_numbers_of_every_length) {
  SeededRng rng(2);
  for (std::size_t size = 0; size <= 64; ++size) {
    Bytes largest(size, 0xff);
    Bytes any(size);
    rng.fill(any);
    for (const Bytes& bytes : {largest, any}) {
      Scalar expected;  // byte by byte
      for (const Byte b : bytes) expected = expected * Scalar(256) + Scalar(b);
      EXPECT_EQ(Scalar::reduce(bytes), expected) << to_hex(bytes);
    }
  }
}

TEST(scalar, decode_refuses_r_and_other_lengths) {
  auto r = *from_hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
  EXPECT_EQ(Scalar::decode(r).error(), Reject::scalar_out_of_range);
  EXPECT_TRUE(Scalar::reduce(r).is_zero());
  r.back() = 0;
  EXPECT_EQ(*Scalar::decode(r), Scalar() - Scalar(1));
  r.push_back(0);
  EXPECT_EQ(Scalar::decode(r).error(), Reject::trailing_bytes);
  r.resize(31);
  EXPECT_EQ(Scalar::decode(r).error(), Reject::truncated);
}

template <class P>
class PointTest : public testing::Test {};
using Groups = testing::Types<G1, G2>;
TYPED_TEST_SUITE(PointTest, Groups);

TYPED_TEST(PointTest, a_group_of_order_r) {
  SeededRng rng(2);
  const TypeParam g = TypeParam::generator();
  const Scalar a = Scalar::random(rng);
  const Scalar b = Scalar::random(rng);
  EXPECT_EQ(a * g + b * g, (a + b) * g);
  EXPECT_EQ(a * (b * g), (a * b) * g);
  EXPECT_TRUE((a * g - a * g).is_identity());
  EXPECT_EQ((Scalar() - Scalar(1)) * g, TypeParam() - g);
  EXPECT_EQ(a * g + TypeParam(), a * g);
  EXPECT_EQ(a * g + a * g, Scalar(2) * (a * g));
  EXPECT_TRUE((Scalar() * g).is_identity());
  EXPECT_TRUE((a * TypeParam()).is_identity());
}

TYPED_TEST(PointTest, round_trip) {
  SeededRng rng(3);
  const TypeParam p = Scalar::random(rng) * TypeParam::generator();
  EXPECT_EQ(*TypeParam::decode(p.encode()), p);
  EXPECT_EQ(TypeParam(typename TypeParam::Affine(p)), p);
}

TYPED_TEST(PointTest, the_identity_is_refused_where_it_is_decoded_and_where_it_is_recovered) {
  EXPECT_EQ(TypeParam::decode(TypeParam().encode()).error(), Reject::point_is_identity);
  EXPECT_EQ(not_identity(TypeParam()).error(), Reject::point_is_identity);
}

TYPED_TEST(PointTest, sums_of_products) {
  using Curve = std::conditional_t<std::is_same_v<TypeParam, G1>, CurveG1, CurveG2>;
  SeededRng rng(4);
  for (const std::size_t n : {0U, 1U, 2U, 3U, 31U, 33U, 200U}) {
    std::vector<Term<Curve>> terms(n);
    std::vector<Term<Curve>> short_terms(n);
    TypeParam expected;
    TypeParam short_expected;
    TypeParam plain;
    for (std::size_t i = 0; i < n; ++i) {
      // A zero scalar and an identity among them.
      const TypeParam point = i == 7 ? TypeParam() : Scalar::random(rng) * TypeParam::generator();
      terms[i] = {i == 5 ? Scalar() : Scalar::random(rng), point};
      short_terms[i] = {Scalar::random_weight(rng), point};
      expected += terms[i].scalar * point;
      short_expected += short_terms[i].scalar * point;
      plain += point;
    }
    EXPECT_EQ(public_sum_of_products(std::span<const Term<Curve>>(terms)), expected) << n;
    EXPECT_EQ(public_sum_of_products(std::span<const Term<Curve>>(short_terms), 128), short_expected) << n;

    std::vector<TypeParam> points;
    for (const auto& term : terms) {
      if (!term.point.is_identity()) points.push_back(term.point);
    }
    const auto affine = to_affine(std::span<const TypeParam>(points));
    std::vector<const AffinePoint<Curve>*> pointers;
    for (const auto& point : affine) pointers.push_back(&point);
    EXPECT_EQ(sum(std::span<const AffinePoint<Curve>* const>(pointers)), plain) << n;
  }
}

TEST(pairing, is_bilinear_and_1_only_for_the_identity) {
  SeededRng rng(5);
  const Scalar a = Scalar::random(rng);
  const G1& p = G1::generator();
  const G2& q = G2::generator();
  EXPECT_EQ(pairing(a * p, q), pairing(p, a * q));
  EXPECT_FALSE(pairing(p, q).is_one());
  EXPECT_TRUE(pairing(G1(), q).is_one());
  EXPECT_TRUE(pairing(p, G2()).is_one());
  EXPECT_TRUE(Gt().is_one());
}

TEST(pairing, a_product_is_the_product) {
  SeededRng rng(6);
  std::vector<PairingFactor> factors;
  Gt expected;
  EXPECT_TRUE(pairing_product(factors).is_one());
  for (int i = 0; i < 4; ++i) {
    factors.push_back({Scalar::random(rng) * G1::generator(), Scalar::random(rng) * G2::generator()});
    if (i == 2) factors.back().g1 = G1();
    expected *= pairing(factors.back().g1, factors.back().g2);
    EXPECT_EQ(pairing_product(factors), expected);
  }
}

TEST(pairing, g_hashes_to_the_value_of_the_specification) {
  const Gt g = pairing(G1::generator(), G2::generator());
  EXPECT_EQ(to_hex(sha256(g.to_bytes())), "4bb3f049849e856bd6879346f3978c28b031a407701c01ebb19d74a35c645520");
}

}  // namespace
}  // namespace caduceus
