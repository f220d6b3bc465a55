#include <algorithm>

#include "bench/blst_values.h"

namespace caduceus::bench {

// 1 blst_miller_loop, 1 blst_final_exp
Work pairing_floor(ByteView g1, ByteView g2) {
  return [p = affine_g1(g1), q = affine_g2(g2)] {
    blst_fp12 value;
    blst_miller_loop(&value, &q, &p);
    blst_final_exp(&value, &value);
    return !blst_fp12_is_one(&value);
  };
}

// 1 blst_p2s_add of q points, 1 blst_hash_to_g1, 1 blst_p1_to_affine, 1 blst_p2_to_affine, 1 blst_miller_loop_n of 2, 1 blst_final_exp
Work quorum_floor(const QuorumFloor& input) {
  std::vector<blst_p2_affine> keys(input.public_keys.size());
  std::ranges::transform(input.public_keys, keys.begin(), affine_g2);
  blst_p1 negative = jacobian_g1(input.sum);
  blst_p1_cneg(&negative, true);
  std::array<blst_p1_affine, 2> g1{};
  blst_p1_to_affine(&g1[1], &negative);
  std::array<blst_p2_affine, 2> g2{{{}, *blst_p2_affine_generator()}};

  return [keys, message = input.message, g1, g2]() mutable {
    blst_p2 key;
    const std::array<const blst_p2_affine*, 2> first{keys.data(), nullptr};
    blst_p2s_add(&key, first.data(), keys.size());
    blst_p2_to_affine(g2.data(), &key);
    blst_p1 hashed;
    hash_to_g1(hashed, message);
    blst_p1_to_affine(g1.data(), &hashed);
    return product_is_one(g1, g2);
  };
}

}  // namespace caduceus::bench
