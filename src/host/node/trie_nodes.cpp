#include "host/node/trie_nodes.h"

#include "host/node/records.h"

namespace caduceus {
namespace {

Result<void> check_nodes(const store::Store& store, store::Column column, NibbleRow& place, const Bytes32& hash) {
  TrieNodeKey key{{}, hash};
  for (std::size_t i = 0; i < place.size(); ++i) key.place.value.push_back(place.view()[i]);
  TRY(const auto bytes, store.get(column, encode(key)));
  const auto node = bytes ? decode_node(*bytes) : reject(Reject::too_short);
  if (!node || (*node)->reference.hash() != hash)
    return failure("the node of key " + to_hex(encode(key)) + (bytes ? " is another" : " is missing"));
  const std::size_t above = place.size();
  const auto descend = [&](const TrieNodePtr& child) -> Result<void> {
    if (!child || !child->reference.is_hash()) return {};  // below a node that is inside its parent there is none that is not
    return check_nodes(store, column, place, child->reference.hash());
  };
  if ((*node)->kind == TrieNode::Kind::extension) {
    place.append(as_extension(**node).path());
    TRY_VOID(descend(as_extension(**node).child));
    place.shrink(above);
  } else if ((*node)->kind == TrieNode::Kind::branch) {
    for (std::size_t i = 0; i < 16; ++i) {
      place.push(static_cast<Byte>(i));
      TRY_VOID(descend(as_branch(**node).slots.children[i]));
      place.shrink(above);
    }
  }
  return {};
}

}  // namespace

Result<void> check_trie(const store::Store& store, store::Column column, const Bytes32& root) {
  NibbleRow place;
  return root == empty_trie_root ? Result<void>() : check_nodes(store, column, place, root);
}

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
