// Updates of a trie against a map: each version has what the map has, one root for one content, and the store that follows it has its
// nodes and no other. Input: operations, each with a key and a value of up to 3 bytes and one that says how long the value is.
#include <map>

#include "core/base/check.h"
#include "core/chain/patricia_trie.h"
#include "test/fuzz/entry.h"

namespace caduceus::fuzz {
namespace {

class Store final : public TrieStore {
 public:
  [[nodiscard]] Bytes load(const TrieNodeKey& key) const override { return nodes.at(key); }
  void follow(const PatriciaTrie& from, const PatriciaTrie& to) {
    for_each_node_only_in(to, {&from, 1}, [this](const TrieNodeKey& key, ByteView node) { nodes[key].assign(node.begin(), node.end()); });
    for_each_node_only_in(from, {&to, 1}, [this](const TrieNodeKey& key, ByteView) { CHECK(nodes.erase(key) == 1); });
  }
  std::map<TrieNodeKey, Bytes> nodes;
};

using Map = std::map<Bytes, Bytes>;

PatriciaTrie updated(const PatriciaTrie& trie, const auto& edits) {
  std::vector<TrieChange> changes;
  changes.reserve(edits.size());
  for (const auto& [key, value] : edits) changes.push_back({key, value});
  return trie.updated(changes);
}

Map content(const PatriciaTrie& trie) {
  Map out;
  trie.for_each([&](ByteView key, ByteView value) { out.emplace(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())); });
  return out;
}

class History {
 public:
  // Ends a batch where `operation` says so.
  void step(Byte operation, ByteView key, Byte value) {
    Bytes bytes(operation % 4 == 0 ? 0 : operation % 4 == 1 ? 40 : 1, value);
    if (bytes.empty()) {
      map_.erase(Bytes(key.begin(), key.end()));
    } else {
      map_[Bytes(key.begin(), key.end())] = bytes;
    }
    edits_.emplace_back(Bytes(key.begin(), key.end()), std::move(bytes));
    if ((operation & 0x80) != 0) end_batch();
  }

  void end_batch() {
    const PatriciaTrie next = updated(trie_, edits_);
    CHECK(content(next) == map_);
    CHECK(next.root() == updated({}, map_).root());
    const PatriciaTrie stored(trie_.root(), store_);
    CHECK(updated(stored, edits_).root() == next.root());
    for (const auto& [key, value] : edits_) {
      const auto found = map_.find(key);
      const auto proved = verify(next.root(), key, next.prove(key));
      CHECK(proved && *proved == (found == map_.end() ? std::nullopt : std::optional(found->second)));
    }
    store_.follow(trie_, next);
    trie_ = next;
    edits_.clear();
    CHECK(content(PatriciaTrie(trie_.root(), store_)) == map_);
    Store fresh;
    fresh.follow({}, trie_);
    CHECK(store_.nodes == fresh.nodes);
  }

 private:
  Map map_;
  std::vector<std::pair<Bytes, Bytes>> edits_;
  PatriciaTrie trie_;
  Store store_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView input = ByteView(data, size).first(std::min<std::size_t>(size, 400));
  History history;
  while (input.size() >= 5) {
    const std::size_t length = (input[0] >> 4) % 4;
    history.step(input[0], input.subspan(1, length), input[4]);
    input = input.subspan(5);
  }
  history.end_batch();
  accepted = true;
  return 0;
}

}  // namespace caduceus::fuzz
