// Ethereum's Merkle Patricia Trie (Yellow Paper, appendix D: RLP, hex prefix, Keccak-256): a map from byte strings to byte strings
// with one root for one content. For the revocation list (PROTOCOL.md §8) and the states of both chains.
//
// A PatriciaTrie is one version, a value that never changes: copying it costs a pointer, and an update gives another one that shares
// every node it did not touch. So forks and old versions are cheap, and gone when nobody holds them; several threads may read one.
// All changes of a block go into one update, which makes and hashes each node it touches once:
//
//   PatriciaTrie state = parent.updated(changes);
//   if (state.root() != header.state_root) …
//
// Nodes stay in memory, or lie in a store (trie_store.h) and are read when somebody gets there: by an update for good, in the version
// that it makes; by a look-up for that look-up. Memory: about 320 bytes an entry with hashed keys and values of 40 bytes.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "core/chain/trie_proof.h"
#include "core/chain/trie_store.h"

namespace caduceus {

// A new value of 1 to most_trie_value bytes for a key of at most most_trie_key bytes (CHECK); the empty value takes the key out.
struct TrieChange {
  ByteView key;
  ByteView value;
};

class PatriciaTrie {
 public:
  PatriciaTrie() = default;  // empty
  // The version with this root, in a store that outlives it and what is made from it.
  PatriciaTrie(const Bytes32& root, const TrieStore& store);

  [[nodiscard]] Bytes32 root() const;
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const;
  [[nodiscard]] TrieProof prove(ByteView key) const;
  // Every entry, in the order of keys. The views are for the time of the call.
  void for_each(const std::function<void(ByteView key, ByteView value)>& visit) const;
  // The same from this key on, for as long as visit() says true. Finds its first entry as fast as get() does.
  void for_each_from(ByteView first, const std::function<bool(ByteView key, ByteView value)>& visit) const;

  // The version after these changes, which may come in any order; of two of one key the later counts. Takes time in proportion to
  // them, not to the trie; sorted ones (a snapshot's) are not sorted again.
  [[nodiscard]] PatriciaTrie updated(std::span<const TrieChange> changes) const;
  [[nodiscard]] PatriciaTrie put(ByteView key, ByteView value) const;
  [[nodiscard]] PatriciaTrie remove(ByteView key) const;

 private:
  friend void for_each_node_only_in(const PatriciaTrie& trie, std::span<const PatriciaTrie> others, const TrieNodeVisitor& visit);

  PatriciaTrie(TrieNodePtr root, const TrieStore* store) : root_(std::move(root)), store_(store) {}
  std::optional<Bytes> descend(ByteView key, auto visit) const;

  TrieNodePtr root_;
  const TrieStore* store_ = nullptr;
};

}  // namespace caduceus
