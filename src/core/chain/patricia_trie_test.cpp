#include "core/chain/patricia_trie.h"

#include <gmock/gmock.h>

#include <map>

#include "core/base/rng.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

using Model = std::map<Bytes, Bytes>;

PatriciaTrie trie_of(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
  std::vector<TrieChange> changes;
  for (const auto& [key, value] : entries) changes.push_back({as_bytes(key), as_bytes(value)});
  return PatriciaTrie().updated(changes);
}

Model content(const PatriciaTrie& trie) {
  Model out;
  trie.for_each([&](ByteView key, ByteView value) {
    EXPECT_TRUE(out.empty() || out.rbegin()->first < Bytes(key.begin(), key.end())) << "out of order";
    out.emplace(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
  });
  return out;
}

TEST(patricia_trie, empty_root_is_that_of_ethereum) {
  EXPECT_EQ(to_hex(PatriciaTrie().root()), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
}

// Roots of Ethereum's common tests (trietest.json, trieanyorder.json).
TEST(patricia_trie, roots_of_ethereums_tests) {
  EXPECT_EQ(to_hex(trie_of({{"doe", "reindeer"}, {"dog", "puppy"}, {"dogglesworth", "cat"}}).root()),
            "8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3");
  EXPECT_EQ(to_hex(trie_of({{"do", "verb"}, {"horse", "stallion"}, {"doge", "coin"}, {"dog", "puppy"}}).root()),
            "5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84");
  EXPECT_EQ(to_hex(trie_of({{"foo", "bar"}, {"food", "bass"}}).root()), "17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3");
}

TEST(patricia_trie, puts_gets_and_removes) {
  const PatriciaTrie one = PatriciaTrie().put(as_bytes("dog"), as_bytes("puppy"));
  const PatriciaTrie two = one.put(as_bytes("doge"), as_bytes("coin"));
  EXPECT_EQ(as_text(one.get(as_bytes("dog")).value()), "puppy");
  EXPECT_EQ(one.get(as_bytes("doge")), std::nullopt);
  EXPECT_EQ(as_text(two.get(as_bytes("doge")).value()), "coin");
  EXPECT_EQ(two.get(as_bytes("do")), std::nullopt);
  EXPECT_EQ(two.remove(as_bytes("doge")).root(), one.root());
  EXPECT_EQ(two.remove(as_bytes("do")).root(), two.root());
  EXPECT_EQ(one.remove(as_bytes("dog")).root(), empty_trie_root);
}

Bytes random_bytes(SeededRng& rng, std::size_t least, std::size_t most, unsigned letters) {
  Bytes out(least + rng.below(most - least + 1));
  for (Byte& b : out) b = static_cast<Byte>(rng.below(letters));
  return out;
}

class Pair {
 public:
  PatriciaTrie trie;
  Model model;

  void update(const std::vector<std::pair<Bytes, Bytes>>& entries) {
    std::vector<TrieChange> changes;
    for (const auto& [key, value] : entries) {
      changes.push_back({key, value});
      if (value.empty())
        model.erase(key);
      else
        model[key] = value;
    }
    trie = trie.updated(changes);
  }
  PatriciaTrie rebuilt() const {
    std::vector<TrieChange> changes;
    for (const auto& [key, value] : model) changes.push_back({key, value});
    return PatriciaTrie().updated(changes);
  }
};

TEST(patricia_trie, equals_a_map) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRng rng(seed);
    Pair pair;
    const unsigned letters = seed % 2 == 0 ? 3 : 256;
    const std::size_t longest = seed % 4 < 2 ? 4 : 32;
    for (int round = 0; round < 30; ++round) {
      std::vector<std::pair<Bytes, Bytes>> changes;
      for (std::size_t n = 1 + rng.below(6); n > 0; --n) {
        Bytes key = random_bytes(rng, seed % 3 == 0 ? longest : 0, longest, letters);
        if (rng.below(2) == 0 && !pair.model.empty())
          key = std::next(pair.model.begin(), static_cast<long>(rng.below(pair.model.size())))->first;
        changes.emplace_back(key, rng.below(3) == 0 ? Bytes{} : random_bytes(rng, 1, 40, 256));
      }
      pair.update(changes);
      ASSERT_EQ(content(pair.trie), pair.model);
      ASSERT_EQ(pair.trie.root(), pair.rebuilt().root());
      for (const auto& [key, value] : changes) {
        const auto found = pair.model.find(key);
        const std::optional<Bytes> expected = found == pair.model.end() ? std::nullopt : std::optional(found->second);
        ASSERT_EQ(pair.trie.get(key), expected);
        const auto proved = verify(pair.trie.root(), key, pair.trie.prove(key));
        ASSERT_THAT(proved, accepted());
        ASSERT_EQ(*proved, expected);
      }
    }
  }
}

}  // namespace
}  // namespace caduceus
