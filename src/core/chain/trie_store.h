// Where a trie's nodes lie when they are not in memory, what has to be written for a new version, and what can go with an old one.
//
// A stored node's key is its place, the half-bytes above it, and its hash. By hash alone, two equal nodes at different places would
// be one, and nobody could say that it can go without looking at everything that stays. With the place, what a version adds to
// another and what it leaves behind is found by walking down both at once, past all that they share: time in proportion to the
// difference, no reference counts that a crash could leave wrong, and forks need no care.
//
//   for_each_node_only_in(state, {&parent, 1}, put);          // with the block, before it counts as stored
//   for_each_node_only_in(oldest, kept, erase);               // kept: all other versions in the store, also those of other forks
#pragma once

#include <functional>
#include <span>
#include <tuple>

#include "core/base/codec.h"
#include "core/chain/trie_node.h"

namespace caduceus {

class PatriciaTrie;

struct TrieNodeKey {
  Blob<0, NibbleRow::most> place;  // a half-byte a byte
  Bytes32 hash{};

  static auto fields(auto& self) { return std::tie(self.place, self.hash); }
  friend auto operator<=>(const TrieNodeKey&, const TrieNodeKey&) = default;
};

// A read-only view of the host's store.
class TrieStore {
 public:
  virtual ~TrieStore() = default;
  // The bytes that were stored under this key. A store that lost or changed a node must not answer: its host stops, with an alarm
  // (PROTOCOL.md §8), and what is given here and is not that node is a CHECK.
  [[nodiscard]] virtual Bytes load(const TrieNodeKey& key) const = 0;
};

// The node itself, or what the store has for it at this place.
TrieNodePtr load_node(const TrieNodePtr& node, Nibbles place, const TrieStore* store);

using TrieNodeVisitor = std::function<void(const TrieNodeKey& key, ByteView encoding)>;

// Every stored node of a version that is in none of the others, parents before children: what to put when `others` are in the store
// already, what to erase when they stay there.
void for_each_node_only_in(const PatriciaTrie& trie, std::span<const PatriciaTrie> others, const TrieNodeVisitor& visit);

}  // namespace caduceus
