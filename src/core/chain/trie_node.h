// The nodes of a Merkle Patricia Trie (Ethereum's Yellow Paper, appendix D): immutable, shared by every version that has them, each
// with its hash from the start. patricia_trie.h is what the rest of Caduceus sees.
#pragma once

#include <array>
#include <memory>

#include "core/chain/nibbles.h"
#include "core/chain/rlp.h"

namespace caduceus {

constexpr std::size_t most_trie_key = NibbleRow::most / 2;
constexpr std::size_t most_trie_value = 1 << 16;
// A branch with sixteen hashes and the longest value, and more than a leaf can have.
constexpr std::size_t most_trie_node = most_trie_value + 1024;

// Keccak-256 of the empty string's RLP.
constexpr Bytes32 empty_trie_root{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
                                  0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21};

// What a parent holds of a node: its encoding where that is below 32 bytes, and else its hash.
class TrieReference {
 public:
  explicit TrieReference(const Bytes32& hash) : bytes_(hash), size_(32) {}
  static TrieReference of(ByteView encoding);

  [[nodiscard]] bool is_hash() const { return size_ == 32; }
  [[nodiscard]] ByteView bytes() const { return ByteView(bytes_).first(size_); }
  // What a root is named by: the hash even of a short encoding.
  [[nodiscard]] Bytes32 hash() const;
  friend bool operator==(const TrieReference&, const TrieReference&) = default;

 private:
  TrieReference() = default;
  Bytes32 bytes_{};
  std::uint8_t size_ = 0;
};

struct TrieNode {
  enum class Kind : std::uint8_t { leaf, extension, branch, stored };
  Kind kind;
  TrieReference reference;
};
// Null where there is no node.
using TrieNodePtr = std::shared_ptr<const TrieNode>;

// The rest of a key and its value. Its encoding, in which both are, stands right behind it: most of a trie's nodes are leaves, and this
// saves an allocation for each.
struct TrieLeaf : TrieNode {
  std::uint32_t size = 0;
  std::uint32_t path_at = 0;  // of the hex prefix
  std::uint32_t path_size = 0;
  std::uint32_t value_at = 0;

  [[nodiscard]] ByteView encoding() const { return {reinterpret_cast<const Byte*>(this + 1), size}; }
  [[nodiscard]] Nibbles path() const;
  [[nodiscard]] ByteView value() const { return encoding().subspan(value_at); }
};

// Half-bytes that all keys below have in common; below it is a branch.
struct TrieExtension : TrieNode {
  Bytes prefixed;  // the path with its hex prefix
  TrieNodePtr child;

  [[nodiscard]] Nibbles path() const;
};

// Where keys part by their next half-byte, and the value of the key that ends here; at least two of these seventeen are there.
struct TrieSlots {
  std::array<TrieNodePtr, 16> children;
  Bytes value;
  friend bool operator==(const TrieSlots&, const TrieSlots&) = default;
};
struct TrieBranch : TrieNode {
  TrieSlots slots;
};

// Each hashes the node that it makes. Paths of at most NibbleRow::most; values of 1 to most_trie_value bytes, or none in a branch.
TrieNodePtr make_leaf(Nibbles path, ByteView value);
TrieNodePtr make_extension(Nibbles path, TrieNodePtr child);
TrieNodePtr make_branch(TrieSlots slots);
// One that lies in a store, and is there only by its hash.
TrieNodePtr make_stored(const Bytes32& hash);

// The node as what its kind says (CHECK).
const TrieLeaf& as_leaf(const TrieNode& node);
const TrieExtension& as_extension(const TrieNode& node);
const TrieBranch& as_branch(const TrieNode& node);

// Its RLP; not of a stored one (CHECK).
Bytes encode_node(const TrieNode& node);

// An encoded node, looked at without making one: views into its bytes.
struct TrieNodeView {
  TrieNode::Kind kind = TrieNode::Kind::leaf;  // never `stored`
  Nibbles path;                                // of a leaf or an extension
  ByteView value;                              // of a leaf or a branch; empty where the branch has none
  std::array<RlpItem, 16> children{};          // of a branch; an extension's is the first. No child is an empty string.
};
// Accepts exactly what encode_node() gives; a child's hash is only looked at, and nodes inside it are looked at as well.
// Reject as read_rlp(), and rlp_list, rlp_string, trailing_bytes, trie_node_items, trie_node_path, trie_node_child, trie_node_spare,
// trie_value.
[[nodiscard]] Checked<TrieNodeView> view_node(ByteView encoding);
// The same as a node, its children `stored` where they are hashes.
[[nodiscard]] Checked<TrieNodePtr> decode_node(ByteView encoding);

}  // namespace caduceus
