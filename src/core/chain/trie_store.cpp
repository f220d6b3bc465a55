#include "core/chain/trie_store.h"

#include <algorithm>
#include <vector>

#include "core/chain/patricia_trie.h"

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;

TrieNodeKey key_of(Nibbles place, const Bytes32& hash) {
  TrieNodeKey key{{}, hash};
  for (std::size_t i = 0; i < place.size(); ++i) key.place.value.push_back(place[i]);
  return key;
}

// Where a version is at some place: at a node, or `inside` half-bytes down the path of an extension.
struct Position {
  TrieNodePtr node;
  std::size_t inside = 0;
  const TrieStore* store = nullptr;
};
using Positions = std::vector<Position>;

class Difference {
 public:
  explicit Difference(const TrieNodeVisitor& visit) : visit_(visit) {}

  // What is at and below place_ in `own` alone.
  void walk(const TrieNodePtr& own, const TrieStore* store, Positions others) {
    for (const Position& other : others) {
      if (other.inside == 0 && other.node->reference == own->reference) return;
    }
    // Inside its parent, and so are those below it.
    if (!own->reference.is_hash() && place_.size() != 0) return;
    const TrieNodePtr node = load_node(own, place_.view(), store);
    visit_(key_of(place_.view(), node->reference.hash()), encode_node(*node));
    load(others);
    if (node->kind == Kind::branch) {
      const auto& children = as_branch(*node).slots.children;
      for (std::size_t i = 0; i < children.size(); ++i) {
        const auto nibble = static_cast<Byte>(i);
        const auto has_it = [&](const Position& other) { return has_child(other, nibble, children[i]); };
        if (!children[i] || std::ranges::any_of(others, has_it)) continue;
        place_.push(nibble);
        walk(children[i], store, step(others, nibble));
        place_.shrink(place_.size() - 1);
      }
    } else if (node->kind == Kind::extension) {
      const TrieExtension& extension = as_extension(*node);
      const std::size_t above = place_.size();
      for (std::size_t i = 0; i < extension.path().size(); ++i) {
        load(others);
        others = step(others, extension.path()[i]);
        place_.push(extension.path()[i]);
      }
      walk(extension.child, store, std::move(others));
      place_.shrink(above);
    }
  }

 private:
  void load(Positions& positions) const {
    for (Position& at : positions) at.node = load_node(at.node, place_.view(), at.store);
  }

  // Most children are shared; this says so without a look at them.
  static bool has_child(const Position& at, Byte nibble, const TrieNodePtr& child) {
    if (at.node->kind != Kind::branch) return false;
    const TrieNodePtr& other = as_branch(*at.node).slots.children[nibble];
    return other == child || (other && child && other->reference == child->reference);
  }

  // Those that have something at the next half-byte. Their nodes are loaded; equal neighbours become one.
  static Positions step(const Positions& from, Byte nibble) {
    Positions to;
    for (const Position& at : from) {
      Position next{nullptr, 0, at.store};
      if (at.node->kind == Kind::branch) {
        next.node = as_branch(*at.node).slots.children[nibble];
      } else if (at.node->kind == Kind::extension && as_extension(*at.node).path()[at.inside] == nibble) {
        const bool ends = at.inside + 1 == as_extension(*at.node).path().size();
        next.node = ends ? as_extension(*at.node).child : at.node;
        next.inside = ends ? 0 : at.inside + 1;
      }
      if (!next.node) continue;
      const bool again = !to.empty() && to.back().inside == next.inside && to.back().node->reference == next.node->reference;
      if (!again) to.push_back(std::move(next));
    }
    return to;
  }

  const TrieNodeVisitor& visit_;
  NibbleRow place_;
};

}  // namespace

TrieNodePtr load_node(const TrieNodePtr& node, Nibbles place, const TrieStore* store) {
  if (node->kind != Kind::stored) return node;
  CHECK(store != nullptr);
  const Bytes32 hash = node->reference.hash();
  const auto loaded = decode_node(store->load(key_of(place, hash)));
  CHECK(loaded && (*loaded)->reference.hash() == hash);
  return *loaded;
}

void for_each_node_only_in(const PatriciaTrie& trie, std::span<const PatriciaTrie> others, const TrieNodeVisitor& visit) {
  if (!trie.root_) return;
  Positions positions;
  for (const PatriciaTrie& other : others) {
    if (other.root() == trie.root()) return;
    if (other.root_) positions.push_back({other.root_, 0, other.store_});
  }
  Difference(visit).walk(trie.root_, trie.store_, std::move(positions));
}

}  // namespace caduceus
