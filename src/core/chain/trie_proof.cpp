#include "core/chain/trie_proof.h"

#include <algorithm>

#include "core/crypto/keccak.h"

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;

bool is_there(const RlpItem& child) { return child.is_list || !child.payload.empty(); }

// The way of a key through a trie.
struct Walk {
  Nibbles rest;  // of the key
  NibbleRow taken;  // before that
  RlpItem child;  // to go on with
  bool has_ended = true;
  std::optional<Bytes> value;
  std::optional<NibbleRow> next;  // what the first key behind begins with, as far as was seen: deeper is nearer

  explicit Walk(ByteView key) : rest(key) {}
  void end_with(ByteView found) {
    has_ended = true;
    if (!found.empty()) value = Bytes(found.begin(), found.end());
  }
  void take(std::size_t nibbles) {
    taken.append(rest.first(nibbles));
    rest = rest.drop(nibbles);
  }
  // As much of it as a key has: nodes may say anything.
  void next_is(Nibbles more) {
    next = taken;
    next->append(more.first(std::min(more.size(), NibbleRow::most - taken.size())));
  }
};

// A leaf or an extension that the key leaves: whatever is below it lies on one side of the key.
void leave(Walk& walk, Nibbles path) {
  walk.end_with({});
  const std::size_t common = common_prefix(path, walk.rest);
  const bool is_behind = common == walk.rest.size() || (common < path.size() && path[common] > walk.rest[common]);
  if (is_behind) walk.next_is(path);
}

void follow_branch(Walk& walk, const TrieNodeView& node) {
  const std::size_t first_behind = walk.rest.empty() ? 0 : walk.rest[0] + 1U;
  for (std::size_t i = first_behind; i < node.children.size(); ++i) {
    if (!is_there(node.children.at(i))) continue;
    const auto nibble = static_cast<Byte>(i << 4);
    walk.next_is({&nibble, 0, 1});
    break;
  }
  if (walk.rest.empty()) return walk.end_with(node.value);
  walk.child = node.children[walk.rest[0]];
  if (!is_there(walk.child)) return walk.end_with({});
  walk.take(1);
}

// Takes from the key what the node matches of it.
void follow(Walk& walk, const TrieNodeView& node) {
  if (node.kind == Kind::branch) return follow_branch(walk, node);
  const bool is_leaf = node.kind == Kind::leaf;
  if (is_leaf ? node.path != walk.rest : common_prefix(node.path, walk.rest) < node.path.size()) return leave(walk, node.path);
  if (is_leaf) return walk.end_with(node.value);
  walk.take(node.path.size());
  walk.child = node.children[0];
}

// An odd last half-byte gets a zero beside it: the keys that begin with the row are not below that.
Bytes bytes_of(NibbleRow row) {
  if (row.size() % 2 != 0) row.push(0);
  return {row.bytes().begin(), row.bytes().end()};
}

}  // namespace

Checked<ProvenStep> verify_step(const Bytes32& root, ByteView key, const TrieProof& proof) {
  CHECK(key.size() <= most_trie_key);
  const auto& nodes = proof.nodes.items;
  auto next = nodes.begin();
  Walk walk(key);
  walk.has_ended = root == empty_trie_root;
  walk.child = {{}, root, {}};
  while (!walk.has_ended) {
    ByteView encoding = walk.child.encoding;  // of a node inside its parent
    if (!walk.child.is_list) {
      if (next == nodes.end()) return reject(Reject::trie_proof_short);
      encoding = next->value;
      if (next != nodes.begin() && encoding.size() < 32) return reject(Reject::trie_node_child);
      if (!std::ranges::equal(keccak256(encoding), walk.child.payload)) return reject(Reject::trie_proof_hash);
      ++next;
    }
    TRY(const TrieNodeView node, view_node(encoding));
    follow(walk, node);
  }
  if (next != nodes.end()) return reject(Reject::trie_proof_long);
  ProvenStep step{std::move(walk.value), {}};
  if (walk.next) step.next = bytes_of(*walk.next);
  return step;
}

Checked<std::optional<Bytes>> verify(const Bytes32& root, ByteView key, const TrieProof& proof) {
  return verify_step(root, key, proof).map([](ProvenStep step) { return std::move(step.value); });
}

}  // namespace caduceus
