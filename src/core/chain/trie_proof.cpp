#include "core/chain/trie_proof.h"

#include <algorithm>

#include "core/crypto/keccak.h"

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;

// Where a key leads from a node: to a child, or to an end with or without a value.
struct Onward {
  RlpItem child;
  bool ended = true;
  std::optional<Bytes> value;
};

Onward ends_with(ByteView value) { return {{}, true, Bytes(value.begin(), value.end())}; }

// Takes from the key what the node matches of it.
Onward follow(const TrieNodeView& node, Nibbles& key) {
  if (node.kind == Kind::leaf) return node.path == key ? ends_with(node.value) : Onward{};
  if (node.kind == Kind::extension) {
    if (common_prefix(node.path, key) < node.path.size()) return {};
    key = key.drop(node.path.size());
    return {node.children[0], false, {}};
  }
  if (key.empty()) return node.value.empty() ? Onward{} : ends_with(node.value);
  const RlpItem& child = node.children[key[0]];
  key = key.drop(1);
  if (!child.is_list && child.payload.empty()) return {};
  return {child, false, {}};
}

}  // namespace

Checked<std::optional<Bytes>> verify(const Bytes32& root, ByteView key, const TrieProof& proof) {
  CHECK(key.size() <= most_trie_key);
  const auto& nodes = proof.nodes.items;
  auto next = nodes.begin();
  Nibbles rest(key);
  Onward onward;
  if (root != empty_trie_root) onward = {{false, root, {}}, false, {}};
  while (!onward.ended) {
    ByteView encoding = onward.child.encoding;  // of a node inside its parent
    if (!onward.child.is_list) {
      if (next == nodes.end()) return reject(Reject::trie_proof_short);
      encoding = next->value;
      if (next != nodes.begin() && encoding.size() < 32) return reject(Reject::trie_node_child);
      if (!std::ranges::equal(keccak256(encoding), onward.child.payload)) return reject(Reject::trie_proof_hash);
      ++next;
    }
    TRY(const TrieNodeView node, view_node(encoding));
    onward = follow(node, rest);
  }
  if (next != nodes.end()) return reject(Reject::trie_proof_long);
  return std::move(onward.value);
}

}  // namespace caduceus
