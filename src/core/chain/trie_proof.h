// Proofs that a key is in a trie, with its value, or that it is not; checked against a root alone (Ethereum's Yellow Paper, appendix D;
// the nodes are those of eth_getProof).
#pragma once

#include <optional>
#include <tuple>

#include "core/base/codec.h"
#include "core/chain/trie_node.h"

namespace caduceus {

// The encoded nodes from the root down that the key leads through, up to where it ends or leaves the trie; nodes below 32 bytes stand
// inside the one above. Of the empty trie: none.
struct TrieProof {
  List<Blob<1, most_trie_node>, NibbleRow::most + 1> nodes;

  static auto fields(auto& self) { return std::tie(self.nodes); }
  friend bool operator==(const TrieProof&, const TrieProof&) = default;
};

// The value under the key in the trie with this root, or nothing: the key is not in it. Key of at most most_trie_key bytes (CHECK).
// Reject::trie_proof_hash, trie_proof_short, trie_proof_long, trie_node_child (a node that belongs inside its parent), and those of
// view_node().
[[nodiscard]] Checked<std::optional<Bytes>> verify(const Bytes32& root, ByteView key, const TrieProof& proof);

// What the nodes of a proof show beside that: how far the trie is empty behind the key.
struct ProvenStep {
  std::optional<Bytes> value;
  // No key of the trie lies above the proven one and below this; nothing: none lies above. Some key begins as this does, once zeros at
  // its end are left away.
  std::optional<Bytes> next;
};
// For who reads a table through in the order of its keys, a step a proof. Reject as verify().
[[nodiscard]] Checked<ProvenStep> verify_step(const Bytes32& root, ByteView key, const TrieProof& proof);

}  // namespace caduceus
