// For tests of tries: a map beside a trie, and a store in memory.
#pragma once

#include <gtest/gtest.h>

#include <iterator>
#include <map>

#include "core/base/rng.h"
#include "core/chain/patricia_trie.h"

namespace caduceus {

using Entries = std::map<Bytes, Bytes>;
// An empty value takes the key out.
using Edits = std::vector<std::pair<Bytes, Bytes>>;

inline PatriciaTrie updated(const PatriciaTrie& trie, const auto& edits) {
  std::vector<TrieChange> changes;
  for (const auto& [key, value] : edits) changes.push_back({key, value});
  return trie.updated(changes);
}

inline void edit(Entries& entries, const Edits& edits) {
  for (const auto& [key, value] : edits) {
    if (value.empty()) {
      entries.erase(key);
    } else {
      entries[key] = value;
    }
  }
}

inline std::optional<Bytes> value_in(const Entries& entries, const Bytes& key) {
  const auto found = entries.find(key);
  return found == entries.end() ? std::nullopt : std::optional(found->second);
}

// All of a trie, in order.
inline Entries content(const PatriciaTrie& trie) {
  Entries out;
  trie.for_each([&](ByteView key, ByteView value) {
    Bytes next(key.begin(), key.end());
    EXPECT_TRUE(out.empty() || out.rbegin()->first < next) << to_hex(next);
    out.emplace(std::move(next), Bytes(value.begin(), value.end()));
  });
  return out;
}

inline Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

// Edits of one kind of keys, by seed: of one length or of any, close to each other or not.
class EditSource {
 public:
  explicit EditSource(std::uint64_t seed)
      : rng_(seed), letters_(seed % 2 == 0 ? 3 : 256), longest_(seed % 4 < 2 ? 4 : 32), shortest_(seed % 3 == 0 ? longest_ : 0) {}

  Edits some(const Entries& entries, std::size_t most = 6) {
    Edits edits;
    for (std::size_t n = 1 + rng_.below(most); n > 0; --n) {
      const bool known = !entries.empty() && rng_.below(2) == 0;
      edits.emplace_back(known ? key_of(entries) : row(shortest_, longest_, letters_), rng_.below(3) == 0 ? Bytes{} : row(1, 40, 256));
    }
    return edits;
  }
  Bytes key_of(const Entries& entries) {
    return std::next(entries.begin(), static_cast<std::ptrdiff_t>(rng_.below(entries.size())))->first;
  }
  SeededRng& rng() { return rng_; }

 private:
  Bytes row(std::size_t least, std::size_t most, unsigned letters) {
    Bytes out(least + rng_.below(most - least + 1));
    for (Byte& b : out) b = static_cast<Byte>(rng_.below(letters));
    return out;
  }

  SeededRng rng_;
  unsigned letters_;
  std::size_t longest_;
  std::size_t shortest_;
};

class MemoryTrieStore final : public TrieStore {
 public:
  [[nodiscard]] Bytes load(const TrieNodeKey& key) const override { return nodes.at(key); }
  // Adds what a version has and the others have not.
  void put(const PatriciaTrie& trie, std::span<const PatriciaTrie> others) {
    for_each_node_only_in(trie, others,
                          [&](const TrieNodeKey& key, ByteView encoding) { nodes[key].assign(encoding.begin(), encoding.end()); });
  }
  void erase(const PatriciaTrie& trie, std::span<const PatriciaTrie> kept) {
    for_each_node_only_in(trie, kept, [&](const TrieNodeKey& key, ByteView) { EXPECT_EQ(nodes.erase(key), 1U); });
  }

  std::map<TrieNodeKey, Bytes> nodes;
};

}  // namespace caduceus
