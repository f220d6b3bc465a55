#include <algorithm>

#include "bench/blst_values.h"
#include "bench/recipe.h"
#include "core/base/rng.h"

namespace caduceus::bench {
namespace {

// What the primitives are called on: no call's result is used by another, which is at least as fast as if it were.
struct Bench {
  blst_scalar scalar{};
  blst_p1 p1{};
  blst_p2 p2{};
  blst_p1_affine p1_affine{};
  blst_p2_affine p2_affine{};
  ByteArray<48> p1_bytes{};
  ByteArray<96> p2_bytes{};

  Bench() {
    SeededRng rng(1);
    const auto bytes = rng.bytes<32>();
    blst_scalar_from_be_bytes(&scalar, bytes.data(), bytes.size());
    // Jacobian, as multiplication leaves them.
    blst_p1_mult(&p1, blst_p1_generator(), scalar.b, 255);
    blst_p2_mult(&p2, blst_p2_generator(), scalar.b, 255);
    blst_p1_to_affine(&p1_affine, &p1);
    blst_p2_to_affine(&p2_affine, &p2);
    blst_p1_compress(p1_bytes.data(), &p1);
    blst_p2_compress(p2_bytes.data(), &p2);
  }
};

void repeat(std::size_t times, const auto& work) {
  for (std::size_t i = 0; i < times; ++i) work();
}

}  // namespace

Recipe operator+(Recipe a, const Recipe& b) {
  a.g1_multiplications += b.g1_multiplications;
  a.g2_multiplications += b.g2_multiplications;
  a.multi_products.insert(a.multi_products.end(), b.multi_products.begin(), b.multi_products.end());
  a.pairings.insert(a.pairings.end(), b.pairings.begin(), b.pairings.end());
  a.g1_hashes += b.g1_hashes;
  a.g2_hashes += b.g2_hashes;
  a.scalar_hashes += b.scalar_hashes;
  a.g1_decodings += b.g1_decodings;
  a.g2_decodings += b.g2_decodings;
  a.g1_encodings += b.g1_encodings;
  a.g2_encodings += b.g2_encodings;
  return a;
}

Work recipe_floor(const Recipe& recipe) {
  return [recipe, on = Bench()] {
    bool all_well = true;
    blst_p1 out1;
    blst_p2 out2;
    repeat(recipe.g1_multiplications, [&] { blst_p1_mult(&out1, &on.p1, on.scalar.b, 255); });
    repeat(recipe.g2_multiplications, [&] { blst_p2_mult(&out2, &on.p2, on.scalar.b, 255); });
    for (const std::size_t points : recipe.multi_products) {
      MultiProduct product(points);
      std::fill_n(product.scalars.begin(), points, on.scalar);
      product(out1, std::vector<blst_p1_affine>(points, on.p1_affine));
    }
    for (const std::size_t factors : recipe.pairings) {
      const std::vector<blst_p1_affine> g1(factors, on.p1_affine);
      const std::vector<blst_p2_affine> g2(factors, on.p2_affine);
      const std::array<const blst_p1_affine*, 2> first_g1{g1.data(), nullptr};
      const std::array<const blst_p2_affine*, 2> first_g2{g2.data(), nullptr};
      blst_fp12 value;
      blst_miller_loop_n(&value, first_g2.data(), first_g1.data(), factors);
      blst_final_exp(&value, &value);
      all_well = all_well && !blst_fp12_is_one(&value);
    }
    const HashInput input{Bytes(recipe.hash_size, 0x5a), "CADUCEUS-V1-H0"};
    repeat(recipe.g1_hashes, [&] { hash_to_g1(out1, input); });
    repeat(recipe.g2_hashes, [&] {
      blst_hash_to_g2(&out2, input.bytes.data(), input.bytes.size(), as_bytes(input.tag).data(), input.tag.size(), nullptr, 0);
    });
    blst_scalar hashed;
    repeat(recipe.scalar_hashes, [&] { hash_to_scalar(hashed, input); });
    repeat(recipe.g1_decodings, [&] {
      const blst_p1_affine point = affine_g1(on.p1_bytes);
      all_well = all_well && blst_p1_affine_in_g1(&point);
    });
    repeat(recipe.g2_decodings, [&] {
      const blst_p2_affine point = affine_g2(on.p2_bytes);
      all_well = all_well && blst_p2_affine_in_g2(&point);
    });
    ByteArray<96> bytes;
    repeat(recipe.g1_encodings, [&] { blst_p1_compress(bytes.data(), &on.p1); });
    repeat(recipe.g2_encodings, [&] { blst_p2_compress(bytes.data(), &on.p2); });
    return all_well;
  };
}

}  // namespace caduceus::bench
