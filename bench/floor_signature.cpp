#include <algorithm>

#include "bench/blst_values.h"

namespace caduceus::bench {

// 2 blst_expand_message_xmd and blst_scalar_from_be_bytes (t, h), 1 blst_p1_mult (T), 1 blst_p1_compress (T)
Work certificateless_sign_floor(const CertificatelessSignFloor& input) {
  return [nonce_input = input.nonce, challenge = input.challenge]() mutable {
    blst_scalar t;
    hash_to_scalar(t, nonce_input);
    blst_p1 nonce;
    blst_p1_mult(&nonce, blst_p1_generator(), t.b, 255);
    blst_p1_compress(&*(challenge.bytes.end() - 48), &nonce);
    blst_scalar h;
    hash_to_scalar(h, challenge);
    return true;
  };
}

// 2 blst_expand_message_xmd and blst_scalar_from_be_bytes (f, h), 1 blst_p1s_mult_pippenger of 3 terms (T'), 1 blst_p1_compress (T')
Work certificateless_verify_floor(const CertificatelessVerifyFloor& input) {
  std::vector<blst_p1_affine> points(input.points.size());
  std::ranges::transform(input.points, points.begin(), affine_g1);
  MultiProduct multi_product(points.size());
  std::ranges::transform(input.scalars, multi_product.scalars.begin(), scalar);

  return [points, multi_product, factor = input.factor, challenge = input.challenge, expected = scalar(input.expected)]() mutable {
    blst_scalar f;
    hash_to_scalar(f, factor);
    blst_p1 nonce;
    multi_product(nonce, points);
    blst_p1_compress(&*(challenge.bytes.end() - 48), &nonce);
    blst_scalar h;
    hash_to_scalar(h, challenge);
    return std::ranges::equal(h.b, expected.b);
  };
}

}  // namespace caduceus::bench
