// A floor by counting: how many of each of blst's primitives an operation cannot do without (docs/BENCHMARKS.md lists them by row).
#pragma once

#include <cstddef>
#include <vector>

#include "bench/measure.h"

namespace caduceus::bench {

struct Recipe {
  std::size_t g1_multiplications = 0;      // blst_p1_mult, 255 bits
  std::size_t g2_multiplications = 0;      // blst_p2_mult, 255 bits
  // NOLINTBEGIN(readability-redundant-member-init): GCC warns where a designated initialiser leaves out a member without one
  std::vector<std::size_t> multi_products{};  // blst_p1s_mult_pippenger of so many points
  std::vector<std::size_t> pairings{};        // blst_miller_loop_n of so many, and blst_final_exp
  // NOLINTEND(readability-redundant-member-init)
  std::size_t g1_hashes = 0;               // blst_hash_to_g1
  std::size_t g2_hashes = 0;               // blst_hash_to_g2
  std::size_t scalar_hashes = 0;           // blst_expand_message_xmd of hash_size bytes, blst_scalar_from_be_bytes
  std::size_t g1_decodings = 0;            // blst_p1_uncompress, blst_p1_affine_in_g1
  std::size_t g2_decodings = 0;            // blst_p2_uncompress, blst_p2_affine_in_g2
  std::size_t g1_encodings = 0;            // blst_p1_compress of a point that was just computed
  std::size_t g2_encodings = 0;            // blst_p2_compress
  std::size_t hash_size = 64;

  friend Recipe operator+(Recipe a, const Recipe& b);
};

Work recipe_floor(const Recipe& recipe);

}  // namespace caduceus::bench
