// A trie's nodes in a column of a store (core/chain/trie_store.h). A store that lost one halts the node (halt.h).
#pragma once

#include "core/chain/patricia_trie.h"
#include "host/store/store.h"

namespace caduceus {

class TrieNodes final : public TrieStore {
 public:
  // The store outlives it, and it the versions that read from it.
  TrieNodes(const store::Store& store, store::Column column) : store_(store), column_(column) {}
  [[nodiscard]] Bytes load(const TrieNodeKey& key) const override;

  // What a version has that none of the others has: to be put when these are in the store, to be erased when these stay there.
  void put(store::Batch& batch, const PatriciaTrie& trie, std::span<const PatriciaTrie> others) const;
  void erase(store::Batch& batch, const PatriciaTrie& trie, std::span<const PatriciaTrie> others) const;

 private:
  const store::Store& store_;
  store::Column column_;
};

// That the trie with this root is there, node by node. Failure: the first key under which its node is not.
[[nodiscard]] Result<void> check_trie(const store::Store& store, store::Column column, const Bytes32& root);

}  // namespace caduceus
