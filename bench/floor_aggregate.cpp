#include <utility>

#include "bench/blst_values.h"

namespace caduceus::bench {

// 1 blst_expand_message_xmd and blst_scalar_from_be_bytes (c), 1 blst_hash_to_g1 (P_w), 2 blst_p1_mult (ρ·P_w, c·K1),
// 2 blst_p1_add_or_double (S), 1 blst_p2_mult (T)
Work aggregate_sign_floor(const AggregateSignFloor& input) {
  return [challenge = input.challenge, string = input.string, k0 = jacobian_g1(input.k0), k1 = jacobian_g1(input.k1),
          rho = scalar(input.rho)] {
    blst_scalar c;
    hash_to_scalar(c, challenge);
    blst_p1 s;
    hash_to_g1(s, string);
    blst_p1_mult(&s, &s, rho.b, 255);
    blst_p1 second;
    blst_p1_mult(&second, &k1, c.b, 255);
    blst_p1_add_or_double(&s, &s, &k0);
    blst_p1_add_or_double(&s, &s, &second);
    blst_p2 t;
    blst_p2_mult(&t, blst_p2_generator(), rho.b, 255);
    return !blst_p1_is_inf(&s) && !blst_p2_is_inf(&t);
  };
}

namespace {

// blst_hash_to_g1 of every input, and one blst_p1s_to_affine.
void hash_all(std::vector<blst_p1_affine>& out, std::vector<blst_p1>& room, const std::vector<HashInput>& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) hash_to_g1(room[i], inputs[i]);
  const std::array<const blst_p1*, 2> first{room.data(), nullptr};
  blst_p1s_to_affine(out.data(), first.data(), inputs.size());
}

}  // namespace

// For n messages under one w:
// n blst_expand_message_xmd and blst_scalar_from_be_bytes (c_i), 1 blst_p1s_add of n points (ΣQ0_i), 1 blst_p1s_mult_pippenger of n
// terms (Σc_i·Q1_i), 1 blst_p1_add_or_double, 1 blst_hash_to_g1 (P_w), 1 blst_p1s_to_affine of 2 points, 1 blst_miller_loop_n of 3,
// 1 blst_final_exp; cold: before these 2n blst_hash_to_g1, 2 blst_p1s_to_affine of n points (Q0_i, Q1_i)
Work aggregate_verify_floor(AggregateVerifyFloor input) {
  const std::size_t n = input.challenges.size();
  std::vector<blst_p1> room(n);
  std::vector<blst_p1_affine> first(n);
  std::vector<blst_p1_affine> second(n);
  hash_all(first, room, input.signature0);
  hash_all(second, room, input.signature1);

  blst_p1 negative = jacobian_g1(input.s);
  blst_p1_cneg(&negative, true);
  std::array<blst_p1_affine, 3> g1{};
  blst_p1_to_affine(&g1[2], &negative);
  const std::array<blst_p2_affine, 3> g2{affine_g2(input.t), affine_g2(input.parameter), *blst_p2_affine_generator()};

  return [input = std::move(input), room = std::move(room), first = std::move(first), second = std::move(second),
          multi_product = MultiProduct(n), g1, g2, n]() mutable {
    if (input.cold) {
      hash_all(first, room, input.signature0);
      hash_all(second, room, input.signature1);
    }
    for (std::size_t i = 0; i < n; ++i) hash_to_scalar(multi_product.scalars[i], input.challenges[i]);
    std::array<blst_p1, 2> points{};
    hash_to_g1(points[0], input.string);
    multi_product(points[1], second);
    blst_p1 sum;
    const std::array<const blst_p1_affine*, 2> summands{first.data(), nullptr};
    blst_p1s_add(&sum, summands.data(), n);
    blst_p1_add_or_double(&points[1], &points[1], &sum);
    const std::array<const blst_p1*, 2> both{points.data(), nullptr};
    blst_p1s_to_affine(g1.data(), both.data(), 2);
    return product_is_one(g1, g2);
  };
}

}  // namespace caduceus::bench
