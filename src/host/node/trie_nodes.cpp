#include "host/node/trie_nodes.h"

#include "host/node/records.h"

namespace caduceus {

Bytes TrieNodes::load(const TrieNodeKey& key) const {
  auto found = must_read(store_.get(column_, encode(key)));
  if (!found) halt("the store has lost a node of the state: restore this node from another one's chain");
  return *std::move(found);
}

void TrieNodes::put(store::Batch& batch, const PatriciaTrie& trie, std::span<const PatriciaTrie> others) const {
  for_each_node_only_in(trie, others, [&](const TrieNodeKey& key, ByteView node) { batch.put(column_, encode(key), node); });
}

void TrieNodes::erase(store::Batch& batch, const PatriciaTrie& trie, std::span<const PatriciaTrie> others) const {
  for_each_node_only_in(trie, others, [&](const TrieNodeKey& key, ByteView /*node*/) { batch.erase(column_, encode(key)); });
}

}  // namespace caduceus
