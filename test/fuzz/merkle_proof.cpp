// Merkle proofs against a tree of up to 256 leaves: what verifies is a leaf of it, under the hashes that lead to it. Input: the number
// of leaves, the leaf, the proof.
#include <numeric>

#include "core/chain/merkle_tree.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {
namespace {

struct Claim {
  std::uint8_t last = 0;
  std::uint8_t leaf = 0;
  MerkleProof proof;

  static auto fields(auto& self) { return std::tie(self.last, self.leaf, self.proof); }
};

}  // namespace

FUZZ_DECODER(Claim) {
  // Leaf i is the byte i / 2, so that there are equal ones.
  std::vector<ByteArray<1>> leaves(value.last + 1U);
  for (std::size_t i = 0; i < leaves.size(); ++i) leaves[i][0] = static_cast<Byte>(i / 2);
  const MerkleTree tree(leaves);
  const ByteArray<1> leaf{value.leaf};
  if (!verify(tree.root(), leaf, value.proof)) return;
  bool found = false;
  for (std::size_t i = 0; i < leaves.size(); ++i) found |= leaves[i] == leaf && tree.prove(i).path == value.proof.path;
  CHECK(found);
  if (value.proof.size == leaves.size()) CHECK(tree.prove(value.proof.index) == value.proof);
}

}  // namespace caduceus::fuzz
