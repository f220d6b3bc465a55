#include "core/chain/patricia_trie.h"

#include "core/chain/trie_update.h"

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;
using Visit = std::function<bool(ByteView key, ByteView value)>;

// Where a subtree at this place lies by the order of keys: before `first`, wholly not before it, or on the way to it.
enum class Side : std::uint8_t { before, from, astride };
Side side_of(Nibbles place, Nibbles first) {
  const std::size_t common = common_prefix(place, first);
  if (common == first.size()) return Side::from;
  if (common == place.size()) return Side::astride;
  return place[common] < first[common] ? Side::before : Side::from;
}

// The entries not before `first` below a node, whose place is `row`. False when visit() said so.
bool for_each_below(const TrieNodePtr& stored_or_not, NibbleRow& row, Nibbles first, const TrieStore* store, const Visit& visit) {
  if (side_of(row.view(), first) == Side::before) return true;
  const TrieNodePtr node = load_node(stored_or_not, row.view(), store);
  const std::size_t above = row.size();
  bool goes_on = true;
  if (node->kind == Kind::leaf) {
    row.append(as_leaf(*node).path());
    if (side_of(row.view(), first) == Side::from) goes_on = visit(row.bytes(), as_leaf(*node).value());
  } else if (node->kind == Kind::extension) {
    row.append(as_extension(*node).path());
    goes_on = for_each_below(as_extension(*node).child, row, first, store, visit);
  } else {
    const TrieSlots& slots = as_branch(*node).slots;
    if (!slots.value.empty() && side_of(row.view(), first) == Side::from) goes_on = visit(row.bytes(), slots.value);
    for (std::size_t i = 0; goes_on && i < slots.children.size(); ++i) {
      if (!slots.children[i]) continue;
      row.push(static_cast<Byte>(i));
      goes_on = for_each_below(slots.children[i], row, first, store, visit);
      row.shrink(above);
    }
  }
  row.shrink(above);
  return goes_on;
}

}  // namespace

PatriciaTrie::PatriciaTrie(const Bytes32& root, const TrieStore& store)
    : root_(root == empty_trie_root ? nullptr : make_stored(root)), store_(&store) {}

Bytes32 PatriciaTrie::root() const { return root_ ? root_->reference.hash() : empty_trie_root; }

// Calls visit(node) for each node that the key leads through. The value, if there is one.
std::optional<Bytes> PatriciaTrie::descend(ByteView key, auto visit) const {
  CHECK(key.size() <= most_trie_key);
  const Nibbles all(key);
  Nibbles rest = all;
  TrieNodePtr loaded;  // the last one that was
  const TrieNodePtr* next = &root_;
  while (*next) {
    if ((*next)->kind == Kind::stored) {
      loaded = load_node(*next, all.first(all.size() - rest.size()), store_);
      next = &loaded;
    }
    const TrieNode& node = **next;
    visit(node);
    if (node.kind == Kind::leaf) {
      const TrieLeaf& leaf = as_leaf(node);
      if (leaf.path() != rest) return {};
      return Bytes(leaf.value().begin(), leaf.value().end());
    }
    if (node.kind == Kind::extension) {
      const TrieExtension& extension = as_extension(node);
      const Nibbles path = extension.path();
      if (common_prefix(path, rest) < path.size()) return {};
      rest = rest.drop(path.size());
      next = &extension.child;
      continue;
    }
    const TrieSlots& slots = as_branch(node).slots;
    if (rest.empty()) return slots.value.empty() ? std::nullopt : std::optional(slots.value);
    next = &slots.children[rest[0]];
    rest = rest.drop(1);
  }
  return {};
}

std::optional<Bytes> PatriciaTrie::get(ByteView key) const {
  return descend(key, [](const TrieNode&) {});
}

TrieProof PatriciaTrie::prove(ByteView key) const {
  TrieProof proof;
  auto& nodes = proof.nodes.items;
  static_cast<void>(descend(key, [&](const TrieNode& node) {
    if (nodes.empty() || node.reference.is_hash()) nodes.push_back({encode_node(node)});
  }));
  return proof;
}

void PatriciaTrie::for_each(const std::function<void(ByteView key, ByteView value)>& visit) const {
  for_each_from({}, [&](ByteView key, ByteView value) {
    visit(key, value);
    return true;
  });
}

void PatriciaTrie::for_each_from(ByteView first, const Visit& visit) const {
  NibbleRow row;
  if (root_) for_each_below(root_, row, Nibbles(first), store_, visit);
}

PatriciaTrie PatriciaTrie::updated(std::span<const TrieChange> changes) const { return {update_trie(root_, store_, changes), store_}; }
PatriciaTrie PatriciaTrie::put(ByteView key, ByteView value) const {
  CHECK(!value.empty());
  const TrieChange change{key, value};
  return updated({&change, 1});
}
PatriciaTrie PatriciaTrie::remove(ByteView key) const {
  const TrieChange change{key, {}};
  return updated({&change, 1});
}

}  // namespace caduceus
