#include "core/chain/patricia_trie.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "test/attacks/refusal.h"
#include "test/tries.h"

namespace caduceus {
namespace {

Edits entries(std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  Edits out;
  for (const auto& [key, value] : list) out.emplace_back(text(key), text(value));
  return out;
}

TEST(patricia_trie, empty_root_is_that_of_ethereum) {
  EXPECT_EQ(to_hex(PatriciaTrie().root()), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
}

// trietest.json and trieanyorder.json of Ethereum's common tests.
TEST(patricia_trie, roots_of_ethereums_tests) {
  const auto root_of = [](const Edits& edits) { return to_hex(updated({}, edits).root()); };
  EXPECT_EQ(root_of(entries({{"doe", "reindeer"}, {"dog", "puppy"}, {"dogglesworth", "cat"}})),
            "8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3");
  EXPECT_EQ(root_of(entries({{"do", "verb"}, {"horse", "stallion"}, {"doge", "coin"}, {"dog", "puppy"}})),
            "5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84");
  EXPECT_EQ(root_of(entries({{"foo", "bar"}, {"food", "bass"}})), "17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3");
}

TEST(patricia_trie, puts_gets_and_removes) {
  const PatriciaTrie one = PatriciaTrie().put(text("dog"), text("puppy"));
  const PatriciaTrie two = one.put(text("doge"), text("coin"));
  EXPECT_EQ(one.get(text("dog")), text("puppy"));
  EXPECT_EQ(one.get(text("doge")), std::nullopt);
  EXPECT_EQ(two.get(text("doge")), text("coin"));
  EXPECT_EQ(two.get(text("do")), std::nullopt);
  EXPECT_EQ(two.remove(text("doge")).root(), one.root());
  EXPECT_EQ(two.remove(text("do")).root(), two.root());
  EXPECT_EQ(one.remove(text("dog")).root(), empty_trie_root);
}

// Against a map, from keys that are there and from such that are not; and it stops when it is told to.
TEST(patricia_trie, entries_from_a_key_on) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    EditSource source(seed);
    Entries model;
    for (int round = 0; round < 12; ++round) edit(model, source.some(model));
    const PatriciaTrie trie = updated({}, model);
    Edits keys = source.some(model, 12);
    keys.emplace_back();
    for (const auto& [first, unused] : keys) {
      const std::size_t most = 1 + source.rng().below(4);
      Edits found, expected;
      trie.for_each_from(first, [&](ByteView key, ByteView value) {
        found.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
        return found.size() < most;
      });
      for (auto at = model.lower_bound(first); at != model.end() && expected.size() < most; ++at) expected.push_back(*at);
      EXPECT_EQ(found, expected) << to_hex(first);
    }
  }
}

TEST(patricia_trie, longest_keys_and_values) {
  const Bytes key(most_trie_key, 0xff), near = [&] {
    Bytes other = key;
    other.back() = 0xfe;
    return other;
  }();
  const Bytes value(most_trie_value, 1);
  const PatriciaTrie trie = updated({}, Edits{{key, value}, {near, value}, {Bytes(), value}});
  EXPECT_EQ(trie.get(key), value);
  EXPECT_EQ(trie.get({}), value);
  EXPECT_EQ(content(trie).size(), 3U);
  const TrieProof proof = trie.prove(near);
  EXPECT_EQ(decode<TrieProof>(encode(proof)), proof);
  EXPECT_THAT(verify(trie.root(), near, proof), accepted());
  EXPECT_DEATH(static_cast<void>(trie.get(Bytes(most_trie_key + 1))), "most_trie_key");
  EXPECT_DEATH(static_cast<void>(trie.put(Bytes(most_trie_key + 1), value)), "most_trie_key");
  EXPECT_DEATH(static_cast<void>(trie.put(key, Bytes(most_trie_value + 1))), "most_trie_value");
}

TEST(patricia_trie, later_of_two_changes_counts) {
  EXPECT_EQ(content(updated({}, entries({{"a", "1"}, {"b", "1"}, {"a", "2"}, {"b", ""}}))), (Entries{{text("a"), text("2")}}));
  EXPECT_EQ(content(updated({}, entries({{"a", ""}, {"a", "3"}}))), (Entries{{text("a"), text("3")}}));
}

// Each test below goes through many histories.
void for_each_history(const std::function<void(EditSource&)>& look) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    EditSource source(seed);
    look(source);
  }
}

TEST(patricia_trie, equals_a_map) {
  for_each_history([](EditSource& source) {
    PatriciaTrie trie;
    Entries model;
    for (int round = 0; round < 30; ++round) {
      const Edits edits = source.some(model);
      trie = updated(trie, edits);
      edit(model, edits);
      ASSERT_EQ(content(trie), model);
      ASSERT_EQ(trie.root(), updated({}, model).root());
      for (const auto& [key, value] : edits) ASSERT_EQ(trie.get(key), value_in(model, key));
    }
  });
}

TEST(patricia_trie, root_is_independent_of_order_and_of_batches) {
  for_each_history([](EditSource& source) {
    Entries model;
    for (int round = 0; round < 10; ++round) edit(model, source.some(model));
    Edits shuffled(model.begin(), model.end());
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[source.rng().below(i)]);
    PatriciaTrie one_by_one;
    for (const auto& [key, value] : shuffled) one_by_one = one_by_one.put(key, value);
    const Bytes32 root = updated({}, model).root();
    EXPECT_EQ(one_by_one.root(), root);
    EXPECT_EQ(updated({}, shuffled).root(), root);
  });
}

TEST(patricia_trie, taking_out_what_was_put_gives_the_old_root) {
  for_each_history([](EditSource& source) {
    PatriciaTrie trie;
    Entries model;
    for (int round = 0; round < 20; ++round) {
      const Edits edits = source.some(model);
      Edits back;
      for (const auto& [key, value] : edits) back.emplace_back(key, value_in(model, key).value_or(Bytes()));
      const PatriciaTrie next = updated(trie, edits);
      ASSERT_EQ(updated(next, back).root(), trie.root());
      trie = next;
      edit(model, edits);
    }
  });
}

TEST(patricia_trie, old_versions_stay_as_they_were) {
  for_each_history([](EditSource& source) {
    std::vector<std::pair<PatriciaTrie, Entries>> versions(1);
    for (int round = 0; round < 20; ++round) {
      auto [trie, model] = versions[source.rng().below(versions.size())];  // forks, too
      const Edits edits = source.some(model);
      edit(model, edits);
      versions.emplace_back(updated(trie, edits), model);
    }
    for (const auto& [trie, model] : versions) ASSERT_EQ(content(trie), model);
  });
}

}  // namespace
}  // namespace caduceus
