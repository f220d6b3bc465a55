// Proofs by somebody who makes the nodes and the root, too: what verifies is what a trie of these nodes says, and the proof that it
// gives. Input: a key and a proof; the root is the first node's hash.
#include "core/chain/trie_proof.h"

#include <algorithm>
#include <iterator>

#include "core/chain/patricia_trie.h"
#include "core/crypto/keccak.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {
namespace {

struct Claim {
  Blob<0, most_trie_key> key;
  TrieProof proof;

  static auto fields(auto& self) { return std::tie(self.key, self.proof); }
};

// The proof's nodes, wherever they are asked for.
class ProofStore final : public TrieStore {
 public:
  explicit ProofStore(const TrieProof& proof) : proof_(proof) {}
  [[nodiscard]] Bytes load(const TrieNodeKey& key) const override {
    const auto& nodes = proof_.nodes.items;
    const auto found = std::ranges::find(nodes, key.hash, [](const auto& node) { return keccak256(node.value); });
    CHECK(found != nodes.end());
    return found->value;
  }

 private:
  const TrieProof& proof_;
};

// Changed nodes under the hashes that they have now.
void link(TrieProof& proof, const std::vector<Bytes32>& old_hashes) {
  auto& nodes = proof.nodes.items;
  for (std::size_t i = std::min(nodes.size(), old_hashes.size()); i > 1; --i) {
    Bytes& above = nodes[i - 2].value;
    const auto at = std::ranges::search(above, old_hashes[i - 1]);
    if (!at.empty()) std::ranges::copy(keccak256(nodes[i - 1].value), at.begin());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto claim = decode<Claim>({data, size});
  if (!claim) return 0;
  const auto& [key, proof] = *claim;
  const Bytes32 root = proof.nodes.items.empty() ? empty_trie_root : keccak256(proof.nodes.items[0].value);
  const auto value = verify(root, key.value, proof);
  accepted = value.has_value();
  if (!accepted) return 0;
  const ProofStore store(proof);
  const PatriciaTrie trie(root, store);
  CHECK(trie.get(key.value) == *value);
  CHECK(trie.prove(key.value) == proof);
  Bytes32 other = root;
  other[size % 32] ^= 1;
  CHECK(!verify(other, key.value, proof));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Mutator mutator(seed);
  auto claim = decode<Claim>({data, size});
  if (!claim || claim->proof.nodes.items.empty() || mutator.one_in(4)) return mutate_encoded<Claim>(data, size, most, seed);
  auto& nodes = claim->proof.nodes.items;
  std::vector<Bytes32> hashes;
  std::ranges::transform(nodes, std::back_inserter(hashes), [](const auto& node) { return keccak256(node.value); });
  if (mutator.one_in(3)) mutator.change(claim->key);
  Bytes& node = nodes[mutator.rng().below(nodes.size())].value;
  const std::size_t before = node.size();
  node.resize(std::min(before + 8, most_trie_node));
  node.resize(std::max<std::size_t>(1, LLVMFuzzerMutate(node.data(), before, node.size())));
  link(claim->proof, hashes);
  const std::size_t mutant = put(encode(*claim), data, most);
  return mutant == 0 ? size : mutant;
}

}  // namespace caduceus::fuzz
