#include "core/chain/trie_store.h"

#include <gmock/gmock.h>

#include "test/attacks/refusal.h"
#include "test/tries.h"

namespace caduceus {
namespace {

struct Version {
  PatriciaTrie trie;
  Entries entries;
};

std::vector<PatriciaTrie> tries_of(const std::vector<Version>& versions) {
  std::vector<PatriciaTrie> out;
  for (const Version& version : versions) out.push_back(version.trie);
  return out;
}

// Histories with forks, of versions in memory and of versions out of the store. After each step the store has the nodes of the kept
// versions, and no other.
void live(std::uint64_t seed, bool reopen) {
  SCOPED_TRACE(seed);
  EditSource source(seed);
  MemoryTrieStore store;
  std::vector<Version> kept(1);
  const auto pick = [&] { return source.rng().below(kept.size()); };
  for (int round = 0; round < 40; ++round) {
    const Version& parent = kept[pick()];
    const Edits edits = source.some(parent.entries);
    Version next{updated(parent.trie, edits), parent.entries};
    edit(next.entries, edits);
    // Nodes that are there already may be put again: the parent alone would do as well as all of them.
    const std::vector<PatriciaTrie> others = round % 2 == 0 ? std::vector{parent.trie} : tries_of(kept);
    store.put(next.trie, others);
    if (reopen) next.trie = PatriciaTrie(next.trie.root(), store);
    kept.push_back(std::move(next));
    if (kept.size() > 5) {
      const std::size_t place = pick();
      const PatriciaTrie dropped = kept[place].trie;
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(place));
      store.erase(dropped, tries_of(kept));
    }
    MemoryTrieStore expected;
    for (const Version& version : kept) expected.put(version.trie, {});
    ASSERT_EQ(store.nodes, expected.nodes);
    for (const Version& version : kept) ASSERT_EQ(content(PatriciaTrie(version.trie.root(), store)), version.entries);
  }
}

TEST(trie_store, keeps_exactly_what_kept_versions_need) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) live(seed, false);
}

TEST(trie_store, versions_out_of_the_store_do_as_those_in_memory) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) live(seed, true);
}

// Two equal leaves under one hash; the one that stays must not go with the other.
TEST(trie_store, equal_nodes_at_different_places_are_two) {
  const Bytes value(40, 7);
  const PatriciaTrie both = updated({}, Edits{{text("1 key"), value}, {text("2 key"), value}, {text("3"), text("other")}});
  MemoryTrieStore store;
  store.put(both, {});
  const PatriciaTrie one = both.remove(text("1 key"));
  store.put(one, {&both, 1});
  store.erase(both, {&one, 1});
  EXPECT_EQ(PatriciaTrie(one.root(), store).get(text("2 key")), value);
}

// The way down in `upper` is inside an extension where `lower` has an extension equal to it.
TEST(trie_store, equal_nodes_above_and_below_are_two) {
  const Bytes value(40, 7);
  const PatriciaTrie upper = updated({}, Edits{{{0x11, 0x11, 0xaa}, value}, {{0x11, 0x11, 0xbb}, value}});
  const PatriciaTrie lower = updated({}, Edits{{{0x11, 0x11, 0x11, 0xaa}, value}, {{0x11, 0x11, 0x11, 0xbb}, value}, {{0x12}, value}});
  ASSERT_EQ(lower.prove(Bytes{0x11, 0x11, 0x11, 0xaa}).nodes.items.at(2), upper.prove(Bytes{0x11, 0x11, 0xaa}).nodes.items.at(0));
  MemoryTrieStore store;
  store.put(upper, {});
  store.put(lower, {&upper, 1});
  EXPECT_EQ(content(PatriciaTrie(lower.root(), store)), content(lower));
}

TEST(trie_store, reads_only_where_a_key_leads) {
  class Counting final : public TrieStore {
   public:
    explicit Counting(const MemoryTrieStore& nodes) : nodes_(nodes) {}
    [[nodiscard]] Bytes load(const TrieNodeKey& key) const override {
      ++loads;
      return nodes_.load(key);
    }
    mutable std::size_t loads = 0;

   private:
    const MemoryTrieStore& nodes_;
  };
  Entries model;
  EditSource source(3);  // hashes, as good as
  while (model.size() < 1000) edit(model, source.some(model));
  const PatriciaTrie trie = updated({}, model);
  MemoryTrieStore nodes;
  nodes.put(trie, {});
  const Counting store(nodes);
  const PatriciaTrie stored(trie.root(), store);
  EXPECT_EQ(store.loads, 0U);
  const Bytes key = source.key_of(model);
  EXPECT_EQ(stored.get(key), trie.get(key));
  const std::size_t depth = trie.prove(key).nodes.items.size();
  EXPECT_EQ(store.loads, depth);
  // A version that an update made has in memory where it led.
  const PatriciaTrie next = stored.put(key, text("new"));
  store.loads = 0;
  EXPECT_EQ(next.get(key), text("new"));
  EXPECT_EQ(store.loads, 0U);
  EXPECT_EQ(next.root(), trie.put(key, text("new")).root());
}

TEST(trie_store, a_changed_node_stops_the_process) {
  const PatriciaTrie trie = updated({}, Edits{{text("a"), Bytes(50, 1)}, {text("b"), Bytes(50, 2)}});
  MemoryTrieStore store;
  store.put(trie, {});
  store.nodes.begin()->second.back() ^= 1;
  EXPECT_DEATH(static_cast<void>(PatriciaTrie(trie.root(), store).get(text("a"))), "hash");
}

}  // namespace
}  // namespace caduceus
