// BLS multi-signatures: a key made of the others' keys signs in their name (test/published). Ours accepts no key into genesis whose
// holder does not prove that it possesses it.
#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "core/crypto/multi_signature.h"
#include "test/attacks/refusal.h"
#include "test/published/adversary.h"

namespace caduceus {
namespace {

struct rogue_key : testing::Test {
  SeededRng rng{1};
  std::array<BlsKey, 3> honest{BlsKey::random(rng), BlsKey::random(rng), BlsKey::random(rng)};
  Scalar beta = Scalar::random(rng);
  G2 rogue = published::rogue_key(beta, std::vector{honest[0].public_key, honest[1].public_key, honest[2].public_key});
};

TEST_F(rogue_key, would_sign_in_the_name_of_all) {
  const std::vector public_keys{AffineG2(honest[0].public_key), AffineG2(honest[1].public_key), AffineG2(honest[2].public_key),
                                AffineG2(rogue)};
  MultiSignature forged{SignerSet(4), beta * hash_to_g1(PointHash::bls_message, {as_bytes("commit block 8")})};
  for (std::size_t i = 0; i < 4; ++i) forged.signers.insert(i);
  EXPECT_THAT(verify(public_keys, as_bytes("commit block 8"), forged, 4), accepted());
}

TEST_F(rogue_key, is_refused_whatever_its_maker_shows_as_proof) {
  const G1 of_rogue = hash_to_g1(PointHash::bls_possession, {rogue.encode()});
  G1 others_proofs;
  G1 beta_less_the_others = beta * of_rogue;
  G1 votes;
  for (const BlsKey& key : honest) {
    others_proofs += prove_possession(key);
    beta_less_the_others -= prove_possession(key);
    votes += sign_part(key, rogue.encode());
  }
  const std::vector<std::pair<const char*, G1>> attempts{
      {"β·H(rogue key)", beta * of_rogue},
      {"another's proof", prove_possession(honest[0])},
      {"all others' proofs", others_proofs},
      {"β·H(rogue key) − the others' proofs", beta_less_the_others},
      // What would be right, had votes and proofs one tag: hospitals sign what they are asked to vote for.
      {"β·H(rogue key) − the others' votes for it", beta * of_rogue - votes},
      {"the same, hashed as a vote", beta * hash_to_g1(PointHash::bls_message, {rogue.encode()}) - votes},
      {"the identity", G1()},
  };
  for (const auto& [what, proof] : attempts) EXPECT_THAT(verify_possession(rogue, proof), refused_as(Reject::possession_invalid)) << what;
  for (const BlsKey& key : honest) EXPECT_THAT(verify_possession(key.public_key, prove_possession(key)), accepted());
}

TEST_F(rogue_key, a_proof_is_of_one_key_and_no_vote) {
  const G1 proof = prove_possession(honest[0]);
  EXPECT_THAT(verify_possession(honest[1].public_key, proof), refused_as(Reject::possession_invalid));
  EXPECT_THAT(verify_possession(honest[0].public_key + G2::generator(), proof), refused_as(Reject::possession_invalid));
  EXPECT_THAT(verify_possession(honest[0].public_key, proof + G1::generator()), refused_as(Reject::possession_invalid));
  EXPECT_THAT(verify_possession(honest[0].public_key, sign_part(honest[0], honest[0].public_key.encode())),
              refused_as(Reject::possession_invalid));
  EXPECT_THAT(verify_part(AffineG2(honest[0].public_key), honest[0].public_key.encode(), proof),
              refused_as(Reject::multi_signature_invalid));
}

}  // namespace
}  // namespace caduceus
