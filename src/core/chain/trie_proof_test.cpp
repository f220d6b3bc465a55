#include "core/chain/trie_proof.h"

#include <gmock/gmock.h>

#include "core/crypto/keccak.h"
#include "test/attacks/refusal.h"
#include "test/tries.h"

namespace caduceus {
namespace {

MATCHER_P(proves, value, "proves its value") { return arg.has_value() && *arg == std::optional<Bytes>(value); }

// Keys of tries of all kinds, in them and not.
void for_each_proof(
    const std::function<void(const PatriciaTrie& trie, const Bytes& key, const TrieProof& proof, const Entries& entries)>& look) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(seed);
    EditSource source(seed);
    Entries model;
    for (int round = 0; round < 12; ++round) edit(model, source.some(model));
    const PatriciaTrie trie = updated({}, model);
    Edits keys = source.some(model, 12);
    keys.emplace_back(Bytes(most_trie_key, 1), Bytes());
    for (const auto& [key, value] : keys) look(trie, key, trie.prove(key), model);
  }
}

TEST(trie_proof, of_presence_and_of_absence) {
  std::size_t present = 0, absent = 0;
  for_each_proof([&](const PatriciaTrie& trie, const Bytes& key, const TrieProof& proof, const Entries& entries) {
    EXPECT_THAT(verify(trie.root(), key, proof), proves(value_in(entries, key)));
    ++(entries.contains(key) ? present : absent);
    EXPECT_EQ(decode<TrieProof>(encode(proof)), proof);
  });
  EXPECT_GT(present, 30U);
  EXPECT_GT(absent, 30U);
}

TEST(trie_proof, shows_how_far_nothing_follows) {
  std::size_t followed = 0;
  for_each_proof([&](const PatriciaTrie& trie, const Bytes& key, const TrieProof& proof, const Entries& entries) {
    const auto step = verify_step(trie.root(), key, proof);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->value, value_in(entries, key));
    const auto behind = entries.upper_bound(key);
    ASSERT_EQ(step->next.has_value(), behind != entries.end());
    if (!step->next) return;
    EXPECT_LT(key, *step->next);
    EXPECT_LE(*step->next, behind->first);
    ++followed;
  });
  EXPECT_GT(followed, 30U);
}

TEST(trie_proof, a_trie_is_read_through_by_its_proofs) {
  for_each_proof([](const PatriciaTrie& trie, const Bytes& key, const TrieProof& /*proof*/, const Entries& entries) {
    Entries read;
    for (std::optional<Bytes> at = key; at;) {
      const auto step = verify_step(trie.root(), *at, trie.prove(*at));
      ASSERT_TRUE(step);
      if (step->value) read.emplace(*at, *step->value);
      at = step->next;
    }
    EXPECT_EQ(read, Entries(entries.lower_bound(key), entries.end()));
  });
}

TEST(trie_proof, of_the_empty_trie) {
  EXPECT_EQ(PatriciaTrie().prove(text("key")), TrieProof{});
  EXPECT_THAT(verify(empty_trie_root, text("key"), {}), proves(std::nullopt));
  EXPECT_THAT(verify(empty_trie_root, text("key"), {{{{{0x80}}}}}), refused_as(Reject::trie_proof_long));
}

// Each bit of each node is under a hash.
TEST(trie_proof, each_changed_bit_is_refused) {
  for_each_proof([](const PatriciaTrie& trie, const Bytes& key, TrieProof proof, const Entries&) {
    for (auto& node : proof.nodes.items) {
      for (std::size_t at = 0; at < node.value.size(); ++at) {
        node.value[at] ^= static_cast<Byte>(1U << at % 8);
        EXPECT_THAT(verify(trie.root(), key, proof), refused_as(Reject::trie_proof_hash));
        node.value[at] ^= static_cast<Byte>(1U << at % 8);
      }
    }
    Bytes32 root = trie.root();
    root[0] ^= 1;
    EXPECT_THAT(verify(root, key, proof), refused_as(proof.nodes.items.empty() ? Reject::trie_proof_short : Reject::trie_proof_hash));
  });
}

TEST(trie_proof, nodes_missing_or_more_are_refused) {
  for_each_proof([](const PatriciaTrie& trie, const Bytes& key, const TrieProof& proof, const Entries&) {
    const auto& nodes = proof.nodes.items;
    if (nodes.empty()) return;
    TrieProof changed = proof;
    changed.nodes.items.push_back(nodes.back());
    EXPECT_THAT(verify(trie.root(), key, changed), refused_as(Reject::trie_proof_long));
    changed = proof;
    changed.nodes.items.pop_back();
    EXPECT_THAT(verify(trie.root(), key, changed), refused_as(Reject::trie_proof_short));
    changed = proof;
    changed.nodes.items.erase(changed.nodes.items.begin());
    EXPECT_THAT(verify(trie.root(), key, changed), refused_as(nodes.size() == 1 ? Reject::trie_proof_short : Reject::trie_proof_hash));
    if (nodes.size() == 1) return;
    changed = proof;
    std::swap(changed.nodes.items.front(), changed.nodes.items.back());
    EXPECT_THAT(verify(trie.root(), key, changed), refused_as(Reject::trie_proof_hash));
  });
}

// A proof under another key proves what is so, or nothing.
TEST(trie_proof, never_proves_what_is_not_so) {
  for_each_proof([](const PatriciaTrie& trie, const Bytes& key, const TrieProof& proof, const Entries& entries) {
    const auto try_with = [&](const Bytes& other) {
      const auto proved = verify(trie.root(), other, proof);
      EXPECT_TRUE(!proved || *proved == value_in(entries, other));
    };
    for (const auto& [other, value] : entries) try_with(other);
    Bytes near = key;
    for (std::size_t bit = 0; bit < 8 * near.size(); ++bit) {
      near[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
      try_with(near);
      near[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
    }
  });
}

// Under roots that somebody made for it: refused for the node's own fault, whatever its hash.
TEST(trie_proof, nodes_have_to_be_those_of_a_trie) {
  const auto verdict = [](const std::vector<std::string>& nodes) {
    TrieProof proof;
    for (const auto& hex : nodes) proof.nodes.items.push_back({from_hex(hex).value()});
    return verify(keccak256(proof.nodes.items[0].value), Bytes{0x11}, proof);
  };
  EXPECT_THAT(verdict({"c482201101"}), proves(Bytes{1}));
  EXPECT_THAT(verdict({"c482201180"}), refused_as(Reject::trie_value));
  EXPECT_THAT(verdict({"c482401101"}), refused_as(Reject::trie_node_path));
  EXPECT_THAT(verdict({"81ff"}), refused_as(Reject::rlp_string));
  // An extension over a branch whose encoding is short, and stands apart all the same.
  const std::string branch = "d5c22001c22001808080808080808080808080808080";
  const std::string extension = "e211a0" + to_hex(keccak256(from_hex(branch).value()));
  EXPECT_THAT(verdict({extension, branch}), refused_as(Reject::trie_node_child));
}

TEST(trie_proof, has_limits) {
  TrieProof proof;
  proof.nodes.items.resize(NibbleRow::most + 2, {{1}});
  EXPECT_THAT(decode<TrieProof>(encode(proof)), refused_as(Reject::too_long));
  proof.nodes.items.assign(1, {Bytes(most_trie_node + 1)});
  EXPECT_THAT(decode<TrieProof>(encode(proof)), refused_as(Reject::too_long));
  proof.nodes.items.assign(1, {});
  EXPECT_THAT(decode<TrieProof>(encode(proof)), refused_as(Reject::too_short));
}

}  // namespace
}  // namespace caduceus
