#include "core/chain/trie_node.h"

#include <algorithm>
#include <memory>
#include <type_traits>

#include "core/crypto/keccak.h"

namespace caduceus {
namespace {

using Kind = TrieNode::Kind;

Nibbles path_in(ByteView prefixed) { return {prefixed.data(), (prefixed[0] & 0x10) != 0 ? 1U : 2U, 2 * prefixed.size()}; }

// A path with its hex prefix, in place.
class Prefixed {
 public:
  Prefixed(Nibbles path, bool ends) : size_(hex_prefix_size(path.size())) {
    CHECK(path.size() <= NibbleRow::most);
    write_hex_prefix(ByteSpan(bytes_).first(size_), path, ends);
  }
  [[nodiscard]] ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  ByteArray<hex_prefix_size(NibbleRow::most)> bytes_{};
  std::size_t size_;
};

// A list with room for so many bytes of items.
Bytes list_with(std::size_t payload) {
  Bytes out;
  out.reserve(rlp_list_size(payload));
  write_rlp_list_header(out, payload);
  return out;
}

std::size_t child_size(const TrieNodePtr& child) {
  if (!child) return 1;
  return child->reference.is_hash() ? 33 : child->reference.bytes().size();
}

void write_child(Bytes& out, const TrieNodePtr& child) {
  if (!child || child->reference.is_hash()) return write_rlp(out, child ? child->reference.bytes() : ByteView{});
  const ByteView encoding = child->reference.bytes();
  out.insert(out.end(), encoding.begin(), encoding.end());
}

Bytes encode_extension(ByteView prefixed, const TrieNodePtr& child) {
  Bytes out = list_with(rlp_size(prefixed) + child_size(child));
  write_rlp(out, prefixed);
  write_child(out, child);
  return out;
}

Bytes encode_branch(const TrieSlots& slots) {
  std::size_t payload = rlp_size(slots.value);
  for (const TrieNodePtr& child : slots.children) payload += child_size(child);
  Bytes out = list_with(payload);
  for (const TrieNodePtr& child : slots.children) write_child(out, child);
  write_rlp(out, slots.value);
  return out;
}

// The leaf and its encoding in one piece of memory.
TrieNodePtr leaf_of(const TrieLeaf& leaf, ByteView encoding) {
  static_assert(std::is_trivially_destructible_v<TrieLeaf> && alignof(TrieLeaf) <= alignof(std::uint64_t));
  const auto memory = std::make_shared_for_overwrite<std::uint64_t[]>((sizeof leaf + encoding.size() + 7) / 8);
  const TrieLeaf* placed = new (memory.get()) TrieLeaf(leaf);
  std::ranges::copy(encoding, reinterpret_cast<Byte*>(memory.get()) + sizeof leaf);
  return {memory, placed};
}

bool is_absent(const RlpItem& child) { return !child.is_list && child.payload.empty(); }

// A hash, or a whole node below 32 bytes. Its kind, `stored` for a hash.
Checked<Kind> check_child(const RlpItem& child) {
  if (!child.is_list) {
    if (child.payload.size() != 32) return reject(Reject::trie_node_child);
    return Kind::stored;
  }
  if (child.encoding.size() >= 32) return reject(Reject::trie_node_child);
  TRY(const TrieNodeView node, view_node(child.encoding));
  return node.kind;
}

Checked<TrieNodeView> view_short(const std::array<RlpItem, 17>& items) {
  if (items[0].is_list) return reject(Reject::rlp_list);
  TRY(const HexPrefixed prefixed, read_hex_prefix(items[0].payload));
  if (prefixed.ends) {
    if (items[1].is_list) return reject(Reject::rlp_list);
    const ByteView value = items[1].payload;
    if (value.empty() || value.size() > most_trie_value) return reject(Reject::trie_value);
    return TrieNodeView{Kind::leaf, prefixed.path, value, {}};
  }
  if (prefixed.path.empty()) return reject(Reject::trie_node_path);
  TRY(const Kind child, check_child(items[1]));
  if (child != Kind::stored && child != Kind::branch) return reject(Reject::trie_node_spare);
  return TrieNodeView{Kind::extension, prefixed.path, {}, {items[1]}};
}

Checked<TrieNodeView> view_branch(const std::array<RlpItem, 17>& items) {
  TrieNodeView node{Kind::branch, {}, items[16].payload, {}};
  if (items[16].is_list) return reject(Reject::rlp_list);
  if (node.value.size() > most_trie_value) return reject(Reject::trie_value);
  std::size_t slots = node.value.empty() ? 0 : 1;
  for (std::size_t i = 0; i < 16; ++i) {
    node.children[i] = items[i];
    if (is_absent(items[i])) continue;
    TRY_VOID(check_child(items[i]));
    ++slots;
  }
  if (slots < 2) return reject(Reject::trie_node_spare);
  return node;
}

// Of what view_node() has accepted.
TrieNodePtr node_of(const TrieNodeView& view);

TrieNodePtr child_of(const RlpItem& child) {
  if (is_absent(child)) return nullptr;
  if (child.is_list) return node_of(*view_node(child.encoding));
  Bytes32 hash;
  std::ranges::copy(child.payload, hash.begin());
  return make_stored(hash);
}

TrieNodePtr node_of(const TrieNodeView& view) {
  if (view.kind == Kind::leaf) return make_leaf(view.path, view.value);
  if (view.kind == Kind::extension) return make_extension(view.path, child_of(view.children[0]));
  TrieSlots slots;
  std::ranges::transform(view.children, slots.children.begin(), child_of);
  slots.value.assign(view.value.begin(), view.value.end());
  return make_branch(std::move(slots));
}

}  // namespace

TrieReference TrieReference::of(ByteView encoding) {
  if (encoding.size() >= 32) return TrieReference(keccak256(encoding));
  TrieReference out;
  std::ranges::copy(encoding, out.bytes_.begin());
  out.size_ = static_cast<std::uint8_t>(encoding.size());
  return out;
}

Bytes32 TrieReference::hash() const { return is_hash() ? bytes_ : keccak256(bytes()); }

Nibbles TrieLeaf::path() const { return path_in(encoding().subspan(path_at, path_size)); }
Nibbles TrieExtension::path() const { return path_in(prefixed); }

TrieNodePtr make_leaf(Nibbles path, ByteView value) {
  CHECK(!value.empty() && value.size() <= most_trie_value);
  const Prefixed prefixed(path, true);
  const std::size_t path_size = prefixed.view().size();
  Bytes encoding = list_with(rlp_size(prefixed.view()) + rlp_size(value));
  write_rlp(encoding, prefixed.view());
  const std::size_t path_at = encoding.size() - path_size;
  write_rlp(encoding, value);
  const std::size_t value_at = encoding.size() - value.size();
  return leaf_of({{Kind::leaf, TrieReference::of(encoding)},
                  static_cast<std::uint32_t>(encoding.size()),
                  static_cast<std::uint32_t>(path_at),
                  static_cast<std::uint32_t>(path_size),
                  static_cast<std::uint32_t>(value_at)},
                 encoding);
}

TrieNodePtr make_extension(Nibbles path, TrieNodePtr child) {
  CHECK(!path.empty());
  const Prefixed prefixed(path, false);
  const ByteView bytes = prefixed.view();
  const TrieReference reference = TrieReference::of(encode_extension(bytes, child));
  return std::make_shared<TrieExtension>(TrieExtension{{Kind::extension, reference}, {bytes.begin(), bytes.end()}, std::move(child)});
}

TrieNodePtr make_branch(TrieSlots slots) {
  const TrieReference reference = TrieReference::of(encode_branch(slots));
  return std::make_shared<TrieBranch>(TrieBranch{{Kind::branch, reference}, std::move(slots)});
}

TrieNodePtr make_stored(const Bytes32& hash) { return std::make_shared<TrieNode>(TrieNode{Kind::stored, TrieReference(hash)}); }

const TrieLeaf& as_leaf(const TrieNode& node) {
  CHECK(node.kind == Kind::leaf);
  return static_cast<const TrieLeaf&>(node);
}
const TrieExtension& as_extension(const TrieNode& node) {
  CHECK(node.kind == Kind::extension);
  return static_cast<const TrieExtension&>(node);
}
const TrieBranch& as_branch(const TrieNode& node) {
  CHECK(node.kind == Kind::branch);
  return static_cast<const TrieBranch&>(node);
}

Bytes encode_node(const TrieNode& node) {
  switch (node.kind) {
    case Kind::leaf: return {as_leaf(node).encoding().begin(), as_leaf(node).encoding().end()};
    case Kind::extension: return encode_extension(as_extension(node).prefixed, as_extension(node).child);
    default: return encode_branch(as_branch(node).slots);
  }
}

Checked<TrieNodeView> view_node(ByteView encoding) {
  TRY(ByteView rest, decode_rlp_list(encoding));
  std::array<RlpItem, 17> items{};
  std::size_t count = 0;
  for (; !rest.empty(); ++count) {
    if (count == items.size()) return reject(Reject::trie_node_items);
    TRY(items[count], read_rlp(rest));
  }
  if (count == 2) return view_short(items);
  if (count == 17) return view_branch(items);
  return reject(Reject::trie_node_items);
}

Checked<TrieNodePtr> decode_node(ByteView encoding) {
  TRY(const TrieNodeView view, view_node(encoding));
  return node_of(view);
}

}  // namespace caduceus
