// Plain sums of BLS signatures: correct, and then what they fall to.
#include "test/published/multi_signature.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "core/crypto/multi_signature.h"
#include "test/published/adversary.h"

namespace caduceus::published {
namespace {

TEST(published_plain_sum, is_correct) {
  SeededRng rng(1);
  std::vector<G2> public_keys;
  G1 sum;
  for (int i = 0; i < 4; ++i) {
    const BlsKey key = BlsKey::random(rng);
    public_keys.push_back(key.public_key);
    sum += sign_part(key, as_bytes("commit block 7"));
  }
  EXPECT_TRUE(verify_multi_signature(public_keys, as_bytes("commit block 7"), sum));
  EXPECT_FALSE(verify_multi_signature(public_keys, as_bytes("commit block 8"), sum));
}

TEST(published_plain_sum, falls_to_a_key_made_of_the_others_keys) {
  SeededRng rng(1);
  std::vector<G2> public_keys{BlsKey::random(rng).public_key, BlsKey::random(rng).public_key, BlsKey::random(rng).public_key};
  const Scalar beta = Scalar::random(rng);
  public_keys.push_back(rogue_key(beta, public_keys));

  const G1 forged = beta * hash_to_g1(PointHash::bls_message, {as_bytes("commit block 8")});
  EXPECT_TRUE(verify_multi_signature(public_keys, as_bytes("commit block 8"), forged));
}

}  // namespace
}  // namespace caduceus::published
