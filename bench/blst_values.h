// blst's values from encodings, for the floors. CHECKs that they are what they should be.
#pragma once

#include <blst.h>
#include <blst_aux.h>

#include <array>
#include <vector>

#include "bench/floor.h"
#include "core/base/check.h"

namespace caduceus::bench {

using WideHash = ByteArray<48>;  // what hash_to_field reduces mod r

inline blst_p1_affine affine_g1(ByteView bytes) {
  blst_p1_affine point;
  CHECK(bytes.size() == 48 && blst_p1_uncompress(&point, bytes.data()) == BLST_SUCCESS);
  return point;
}

inline blst_p2_affine affine_g2(ByteView bytes) {
  blst_p2_affine point;
  CHECK(bytes.size() == 96 && blst_p2_uncompress(&point, bytes.data()) == BLST_SUCCESS);
  return point;
}

inline blst_p1 jacobian_g1(ByteView bytes) {
  const blst_p1_affine affine = affine_g1(bytes);
  blst_p1 point;
  blst_p1_from_affine(&point, &affine);
  return point;
}

inline blst_scalar scalar(ByteView big_endian) {
  blst_scalar value;
  CHECK(big_endian.size() == 32);
  blst_scalar_from_bendian(&value, big_endian.data());
  return value;
}

// A hash to Zr: blst_expand_message_xmd, blst_scalar_from_be_bytes.
inline void hash_to_scalar(blst_scalar& out, const HashInput& input) {
  WideHash wide;
  blst_expand_message_xmd(wide.data(), wide.size(), input.bytes.data(), input.bytes.size(), as_bytes(input.tag).data(), input.tag.size());
  blst_scalar_from_be_bytes(&out, wide.data(), wide.size());
}

// A hash to G1: blst_hash_to_g1.
inline void hash_to_g1(blst_p1& out, const HashInput& input) {
  blst_hash_to_g1(&out, input.bytes.data(), input.bytes.size(), as_bytes(input.tag).data(), input.tag.size(), nullptr, 0);
}

// Room for the sum of products of a number of points, scalars side by side. blst reads up to 8 bytes beyond the last of them.
struct MultiProduct {
  explicit MultiProduct(std::size_t count) : scalars(count + 1), scratch(blst_p1s_mult_pippenger_scratch_sizeof(count) / sizeof(limb_t)) {}

  // blst_p1s_mult_pippenger
  void operator()(blst_p1& out, const std::vector<blst_p1_affine>& points) {
    const std::array<const blst_p1_affine*, 2> first_point{points.data(), nullptr};
    const std::array<const Byte*, 2> first_scalar{scalars.data()->b, nullptr};
    blst_p1s_mult_pippenger(&out, first_point.data(), points.size(), first_scalar.data(), 255, scratch.data());
  }

  std::vector<blst_scalar> scalars;
  std::vector<limb_t> scratch;
};

// Π e(g1[i], g2[i]) = 1: blst_miller_loop_n, blst_final_exp.
template <std::size_t N>
bool product_is_one(const std::array<blst_p1_affine, N>& g1, const std::array<blst_p2_affine, N>& g2) {
  const std::array<const blst_p1_affine*, 2> first_g1{g1.data(), nullptr};
  const std::array<const blst_p2_affine*, 2> first_g2{g2.data(), nullptr};
  blst_fp12 product;
  blst_miller_loop_n(&product, first_g2.data(), first_g1.data(), N);
  blst_final_exp(&product, &product);
  return blst_fp12_is_one(&product);
}

}  // namespace caduceus::bench
