// How group.cpp and scalar.cpp, and nobody else, get at blst.
#pragma once

#include <blst.h>
#include <blst_aux.h>

#include "core/crypto/group.h"

namespace caduceus {

static_assert(std::is_same_v<limb_t, std::uint64_t>);
static_assert(sizeof(G1) == sizeof(blst_p1) && sizeof(AffineG1) == sizeof(blst_p1_affine));
static_assert(sizeof(G2) == sizeof(blst_p2) && sizeof(AffineG2) == sizeof(blst_p2_affine));
static_assert(sizeof(Gt) == sizeof(blst_fp12) && sizeof(Scalar) == sizeof(blst_fr));

// blst names every function twice; these tables let one text serve both groups.
template <class Curve>
struct Ops;

template <>
struct Ops<CurveG1> {
  using Jacobian = blst_p1;
  using Affine = blst_p1_affine;
  static constexpr auto generator = blst_p1_generator;
  static constexpr auto add = blst_p1_add_or_double;
  static constexpr auto add_affine = blst_p1_add_or_double_affine;
  static constexpr auto negate_if = blst_p1_cneg;
  static constexpr auto multiply = blst_p1_mult;
  static constexpr auto is_identity = blst_p1_is_inf;
  static constexpr auto is_equal = blst_p1_is_equal;
  static constexpr auto compress = blst_p1_compress;
  static constexpr auto uncompress = blst_p1_uncompress;
  static constexpr auto affine_is_identity = blst_p1_affine_is_inf;
  static constexpr auto affine_in_group = blst_p1_affine_in_g1;
  static constexpr auto from_affine = blst_p1_from_affine;
  static constexpr auto to_affine = blst_p1_to_affine;
  static constexpr auto all_to_affine = blst_p1s_to_affine;
  static constexpr auto sum = blst_p1s_add;
  static constexpr auto scratch_size = blst_p1s_mult_pippenger_scratch_sizeof;
  static constexpr auto multi_product = blst_p1s_mult_pippenger;
};

template <>
struct Ops<CurveG2> {
  using Jacobian = blst_p2;
  using Affine = blst_p2_affine;
  static constexpr auto generator = blst_p2_generator;
  static constexpr auto add = blst_p2_add_or_double;
  static constexpr auto add_affine = blst_p2_add_or_double_affine;
  static constexpr auto negate_if = blst_p2_cneg;
  static constexpr auto multiply = blst_p2_mult;
  static constexpr auto is_identity = blst_p2_is_inf;
  static constexpr auto is_equal = blst_p2_is_equal;
  static constexpr auto compress = blst_p2_compress;
  static constexpr auto uncompress = blst_p2_uncompress;
  static constexpr auto affine_is_identity = blst_p2_affine_is_inf;
  static constexpr auto affine_in_group = blst_p2_affine_in_g2;
  static constexpr auto from_affine = blst_p2_from_affine;
  static constexpr auto to_affine = blst_p2_to_affine;
  static constexpr auto all_to_affine = blst_p2s_to_affine;
  static constexpr auto sum = blst_p2s_add;
  static constexpr auto scratch_size = blst_p2s_mult_pippenger_scratch_sizeof;
  static constexpr auto multi_product = blst_p2s_mult_pippenger;
};

// The one place where our limbs become blst's.
struct Blst {
  template <class Curve>
  static auto* of(Point<Curve>& p) {
    return reinterpret_cast<typename Ops<Curve>::Jacobian*>(p.limbs_.data());
  }
  template <class Curve>
  static const auto* of(const Point<Curve>& p) {
    return reinterpret_cast<const typename Ops<Curve>::Jacobian*>(p.limbs_.data());
  }
  template <class Curve>
  static auto* of(AffinePoint<Curve>& p) {
    return reinterpret_cast<typename Ops<Curve>::Affine*>(p.limbs_.data());
  }
  template <class Curve>
  static const auto* of(const AffinePoint<Curve>& p) {
    return reinterpret_cast<const typename Ops<Curve>::Affine*>(p.limbs_.data());
  }
  static blst_fr* of(Scalar& s) { return reinterpret_cast<blst_fr*>(s.limbs_.data()); }
  static const blst_fr* of(const Scalar& s) { return reinterpret_cast<const blst_fr*>(s.limbs_.data()); }
  static blst_fp12* of(Gt& g) { return reinterpret_cast<blst_fp12*>(g.limbs_.data()); }
  static const blst_fp12* of(const Gt& g) { return reinterpret_cast<const blst_fp12*>(g.limbs_.data()); }
};

}  // namespace caduceus
