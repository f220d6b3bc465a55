#include "test/published/multi_signature.h"

#include "core/crypto/hash.h"

namespace caduceus::published {

bool verify_multi_signature(std::span<const G2> public_keys, ByteView message, const G1& sum) {
  G2 public_key;
  for (const G2& one : public_keys) public_key += one;
  return pairing(sum, G2::generator()) == pairing(hash_to_g1(PointHash::bls_message, {message}), public_key);
}

}  // namespace caduceus::published
