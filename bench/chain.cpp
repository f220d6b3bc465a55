#include "bench/chain.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <unordered_map>

#include "bench/floor.h"
#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/chain/merkle_tree.h"
#include "core/chain/patricia_trie.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t million = 1'000'000;
constexpr std::size_t value_size = 40;  // about what [EXP, height] or an account takes

// Keys are hashes, as the state's are; so a table's hash of one is its first bytes.
struct First {
  std::size_t operator()(const Bytes32& key) const {
    std::size_t out = 0;
    std::memcpy(&out, key.data(), sizeof out);
    return out;
  }
};
using Table = std::unordered_map<Bytes32, Bytes, First>;

struct Entry {
  Bytes32 key{};
  Bytes value;
};

// Sorted, as a snapshot is.
std::vector<Entry> entries(std::size_t count, std::uint64_t seed) {
  SeededRng rng(seed);
  std::vector<Entry> out(count);
  for (Entry& entry : out) {
    rng.fill(entry.key);
    entry.value.resize(value_size);
    rng.fill(entry.value);
  }
  std::ranges::sort(out, {}, &Entry::key);
  return out;
}

std::vector<TrieChange> changes(std::span<const Entry> from) {
  std::vector<TrieChange> out;
  for (const Entry& entry : from) out.push_back({entry.key, entry.value});
  return out;
}

// A trie of 10⁶ entries and a table of the same, made once for all rows.
struct World {
  std::vector<Entry> known = entries(million, 1);
  std::vector<Entry> fresh = entries(1000, 2);
  PatriciaTrie trie = PatriciaTrie().updated(changes(known));
  Table table;

  World() {
    for (const auto& [key, value] : known) table.emplace(key, value);
    for (const auto& [key, value] : fresh) table.emplace(key, value);
  }
  // Some of the known ones, all over the trie.
  [[nodiscard]] std::vector<Entry> sample(std::size_t count) const {
    SeededRng rng(3);
    std::vector<Entry> out;
    while (out.size() < count) out.push_back(known[rng.below(known.size())]);
    return out;
  }
};

std::shared_ptr<World> world() {
  static const auto instance = std::make_shared<World>();
  return instance;
}

std::vector<Bytes> new_nodes(const PatriciaTrie& trie, const PatriciaTrie& before) {
  std::vector<Bytes> out;
  for_each_node_only_in(trie, {&before, 1}, [&](const TrieNodeKey&, ByteView node) { out.emplace_back(node.begin(), node.end()); });
  return out;
}

// Calls one after the other of so many.
auto in_turn(auto items, const auto& call) {
  return [items = std::move(items), call, next = std::size_t{0}]() mutable {
    if (next == items.size()) next = 0;
    return call(items[next++]);
  };
}

Case get_case() {
  const auto w = world();
  return {in_turn(w->sample(100'000), [w](const Entry& entry) { return w->trie.get(entry.key)->size() == value_size; }),
          in_turn(w->sample(100'000), [w](const Entry& entry) { return Bytes(w->table.find(entry.key)->second).size() == value_size; })};
}

// One update of a trie of 10⁶ with these entries.
Case update_case(std::vector<Entry> batch) {
  const auto w = world();
  const auto all = std::make_shared<std::vector<Entry>>(std::move(batch));
  for (Entry& entry : *all) entry.value.back() ^= 1;  // not what is there already
  const PatriciaTrie after = w->trie.updated(changes(*all));
  return {[w, all, root = after.root()] { return w->trie.updated(changes(*all)).root() == root; },
          [w, all, hashes = keccak_floor(new_nodes(after, w->trie))] {
            for (const auto& [key, value] : *all) w->table.find(key)->second = value;
            return hashes();
          }};
}

Case build_case(std::size_t count) {
  const auto all = std::make_shared<std::vector<Entry>>(entries(count, 4));
  const PatriciaTrie trie = PatriciaTrie().updated(changes(*all));
  return {[all, root = trie.root()] { return PatriciaTrie().updated(changes(*all)).root() == root; }, keccak_floor(new_nodes(trie, {}))};
}

struct Proved {
  Entry entry;
  TrieProof proof;
};

std::vector<Proved> proved(const World& w, std::size_t count) {
  std::vector<Proved> out;
  for (const Entry& entry : w.sample(count)) out.push_back({entry, w.trie.prove(entry.key)});
  return out;
}

std::size_t mean_size(const std::vector<Proved>& all) {
  std::size_t sum = 0;
  for (const Proved& one : all) sum += encode(one.proof).size();
  return sum / all.size();
}

Case prove_case() {
  const auto w = world();
  const auto all = proved(*w, 10'000);
  return {in_turn(all, [w](const Proved& one) { return w->trie.prove(one.entry.key) == one.proof; }),
          in_turn(all, [w](const Proved& one) { return w->table.contains(one.entry.key) && TrieProof(one.proof) == one.proof; }),
          mean_size(all)};
}

Case verify_case() {
  const auto w = world();
  const auto all = proved(*w, 1000);
  std::vector<Work> floors;
  floors.reserve(all.size());
  for (const Proved& one : all) {
    std::vector<Bytes> nodes;
    std::ranges::transform(one.proof.nodes.items, std::back_inserter(nodes), [](const auto& node) { return node.value; });
    floors.push_back(keccak_floor(std::move(nodes)));
  }
  return {in_turn(all, [root = w->trie.root()](const Proved& one) { return **verify(root, one.entry.key, one.proof) == one.entry.value; }),
          in_turn(std::move(floors), [](const Work& work) { return work(); }), mean_size(all)};
}

Case merkle_root_case(std::size_t count) {
  const auto leaves = std::make_shared<std::vector<Bytes32>>(count);
  SeededRng rng(5);
  for (Bytes32& leaf : *leaves) rng.fill(leaf);
  return {[leaves, root = MerkleTree(*leaves).root()] { return MerkleTree(*leaves).root() == root; }, merkle_floor(count, 32)};
}

}  // namespace

std::vector<Row> chain_rows() {
  return {
      {"merkle.root.4096", [] { return merkle_root_case(4096); }, {}},
      {"trie.build.100000", [] { return build_case(100'000); }, {}},
      {"trie.get", get_case, {}},
      {"trie.insert.1", [] { return update_case({world()->fresh[0]}); }, {}},
      {"trie.insert.1000", [] { return update_case(world()->fresh); }, {}},
      {"trie.change.1000", [] { return update_case(world()->sample(1000)); }, {}},
      {"trie.prove", prove_case, {}},
      {"trie.verify", verify_case, {}},
  };
}

}  // namespace caduceus::bench
