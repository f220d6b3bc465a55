#include "core/chain/trie_update.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;

bool is_less(ByteView a, ByteView b) { return as_text(a) < as_text(b); }

// In the order of keys, one a key.
using Changes = std::span<const TrieChange>;

Nibbles key_of(const TrieChange& change) { return Nibbles(change.key); }
bool removes(const TrieChange& change) { return change.value.empty(); }

class Update {
 public:
  explicit Update(const TrieStore* store) : store_(store) {}

  // The node after changes of keys that all lead to it, by their first `depth` half-bytes. At least one.
  [[nodiscard]] TrieNodePtr apply(const TrieNodePtr& node, std::size_t depth, Changes changes) const {
    if (!node) return apply_to_nothing(depth, changes);
    const TrieNodePtr loaded = load_node(node, key_of(changes[0]).first(depth), store_);
    TrieNodePtr result;
    switch (loaded->kind) {
      case Kind::leaf: result = apply_to_leaf(as_leaf(*loaded), depth, changes); break;
      case Kind::extension: result = apply_to_extension(as_extension(*loaded), depth, changes); break;
      default: result = apply_to_branch(loaded, depth, changes);
    }
    // Versions share what is the same.
    return result && result->reference == node->reference ? node : result;
  }

 private:
  [[nodiscard]] TrieNodePtr apply_to_nothing(std::size_t depth, Changes changes) const {
    if (std::ranges::none_of(changes, removes)) return build(depth, changes);
    std::vector<TrieChange> entries;
    std::ranges::remove_copy_if(changes, std::back_inserter(entries), removes);
    return build(depth, entries);
  }

  // Of entries alone.
  [[nodiscard]] TrieNodePtr build(std::size_t depth, Changes changes) const {
    if (changes.empty()) return nullptr;
    const Nibbles first = key_of(changes.front()).drop(depth);
    if (changes.size() == 1) return make_leaf(first, changes[0].value);
    const std::size_t common = common_prefix(first, key_of(changes.back()).drop(depth));
    TrieSlots slots;
    fill(slots, depth + common, changes, [this](const TrieNodePtr&, std::size_t below, Changes group) { return build(below, group); });
    TrieNodePtr branch = make_branch(std::move(slots));
    return common == 0 ? branch : make_extension(first.first(common), std::move(branch));
  }

  // A leaf is one more entry.
  [[nodiscard]] TrieNodePtr apply_to_leaf(const TrieLeaf& leaf, std::size_t depth, Changes changes) const {
    NibbleRow key(key_of(changes[0]).first(depth));
    key.append(leaf.path());
    std::vector<TrieChange> entries(changes.begin(), changes.end());
    const auto at = std::ranges::partition_point(entries, [&](const TrieChange& change) { return is_less(change.key, key.bytes()); });
    if (at == entries.end() || key_of(*at) != key.view()) entries.insert(at, {key.bytes(), leaf.value()});
    return apply_to_nothing(depth, entries);
  }

  [[nodiscard]] TrieNodePtr apply_to_extension(const TrieExtension& extension, std::size_t depth, Changes changes) const {
    const Nibbles path = extension.path();
    const auto common_with = [&](const TrieChange& change) { return common_prefix(path, key_of(change).drop(depth)); };
    // Of all of them, since they are in order.
    const std::size_t common = std::min(common_with(changes.front()), common_with(changes.back()));
    if (common == path.size()) return join(path, apply(extension.child, depth + common, changes));
    // They part within the path: a branch there.
    TrieSlots slots;
    const Nibbles rest = path.drop(common + 1);
    slots.children[path[common]] = rest.empty() ? extension.child : make_extension(rest, extension.child);
    NibbleRow place(key_of(changes[0]).first(depth));
    place.append(path.first(common));
    change(slots, depth + common, changes);
    return join(path.first(common), finish(std::move(slots), place.view()));
  }

  [[nodiscard]] TrieNodePtr apply_to_branch(const TrieNodePtr& node, std::size_t depth, Changes changes) const {
    const TrieSlots& before = as_branch(*node).slots;
    // Copying counts a holder of each child, and hashing reads each: let them all come from memory at once.
    for (const TrieNodePtr& child : before.children) __builtin_prefetch(child.get(), 1);
    TrieSlots slots = before;
    change(slots, depth, changes);
    return slots == before ? node : finish(std::move(slots), key_of(changes[0]).first(depth));
  }

  void change(TrieSlots& slots, std::size_t depth, Changes changes) const {
    fill(slots, depth, changes, [this](const TrieNodePtr& child, std::size_t below, Changes group) { return apply(child, below, group); });
  }

  // Changes a branch's value, and makes each child below(child, depth + 1, the changes that lead there).
  static void fill(TrieSlots& slots, std::size_t depth, Changes changes, const auto& below) {
    if (key_of(changes[0]).size() == depth) {
      slots.value.assign(changes[0].value.begin(), changes[0].value.end());
      changes = changes.subspan(1);
    }
    while (!changes.empty()) {
      const Byte nibble = key_of(changes[0])[depth];
      const auto end = std::ranges::partition_point(changes, [&](const TrieChange& change) { return key_of(change)[depth] == nibble; });
      const auto count = static_cast<std::size_t>(end - changes.begin());
      slots.children[nibble] = below(slots.children[nibble], depth + 1, changes.first(count));
      changes = changes.subspan(count);
    }
  }

  // The node of what is left of a branch at this place.
  [[nodiscard]] TrieNodePtr finish(TrieSlots slots, Nibbles place) const {
    const auto is_there = [](const TrieNodePtr& child) { return child != nullptr; };
    const auto count = std::ranges::count_if(slots.children, is_there);
    if (count == 0) return slots.value.empty() ? nullptr : make_leaf({}, slots.value);
    if (count > 1 || !slots.value.empty()) return make_branch(std::move(slots));
    const auto only = std::ranges::find_if(slots.children, is_there);
    NibbleRow below(place);
    below.push(static_cast<Byte>(only - slots.children.begin()));
    return join(below.view().drop(place.size()), load_node(*only, below.view(), store_));
  }

  // A node with more half-bytes above it. A stored one is a branch.
  static TrieNodePtr join(Nibbles path, const TrieNodePtr& node) {
    if (!node || path.empty()) return node;
    if (node->kind == Kind::branch || node->kind == Kind::stored) return make_extension(path, node);
    NibbleRow longer(path);
    if (node->kind == Kind::leaf) {
      longer.append(as_leaf(*node).path());
      return make_leaf(longer.view(), as_leaf(*node).value());
    }
    longer.append(as_extension(*node).path());
    return make_extension(longer.view(), as_extension(*node).child);
  }

  const TrieStore* store_;
};

// The first eight bytes of a key, so that sorting seldom looks at the key itself.
struct SortKey {
  std::uint64_t head;
  std::size_t place;  // among the changes
};

std::vector<TrieChange> sorted(std::span<const TrieChange> changes) {
  std::vector<SortKey> order;
  order.reserve(changes.size());
  for (const TrieChange& change : changes) {
    ByteArray<8> head{};
    std::copy_n(change.key.begin(), std::min(change.key.size(), head.size()), head.begin());
    order.push_back({0, order.size()});
    for (const Byte b : head) order.back().head = order.back().head << 8 | b;
  }
  std::ranges::sort(order, [&](const SortKey& a, const SortKey& b) {
    if (a.head != b.head) return a.head < b.head;
    const ByteView left = changes[a.place].key, right = changes[b.place].key;
    return is_less(left, right) || (!is_less(right, left) && a.place < b.place);
  });
  std::vector<TrieChange> out;
  out.reserve(order.size());
  for (const SortKey& key : order) {
    const TrieChange& change = changes[key.place];
    if (!out.empty() && std::ranges::equal(out.back().key, change.key)) out.pop_back();
    out.push_back(change);
  }
  return out;
}

}  // namespace

TrieNodePtr update_trie(const TrieNodePtr& root, const TrieStore* store, std::span<const TrieChange> changes) {
  if (changes.empty()) return root;
  for (const TrieChange& change : changes) CHECK(change.key.size() <= most_trie_key);
  const auto in_order = [](const TrieChange& a, const TrieChange& b) { return is_less(a.key, b.key); };
  const bool is_sorted = std::ranges::adjacent_find(changes, std::not_fn(in_order)) == changes.end();
  return is_sorted ? Update(store).apply(root, 0, changes) : Update(store).apply(root, 0, sorted(changes));
}

}  // namespace caduceus
