// Tries against Ethereum's own JavaScript implementation: tools/vectors/sets/tries.mjs, which says what a draw stands for.
#include <gmock/gmock.h>

#include "core/chain/patricia_trie.h"
#include "core/crypto/hash.h"
#include "test/attacks/refusal.h"
#include "test/vectors.h"

namespace caduceus {
namespace {

Bytes32 hash_of(std::initializer_list<ByteView> parts) {
  Bytes bytes;
  for (const ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return sha256(bytes);
}

Bytes32 draw(const std::string& label, std::uint32_t i) { return hash_of({as_bytes("Caduceus trie "), as_bytes(label), big_endian(i)}); }

Bytes fixed_key(const Bytes32& d) {
  if (d[0] % 2 == 0) {
    const Bytes32 hash = sha256(Bytes{d[1], static_cast<Byte>(d[2] % 4)});
    return {hash.begin(), hash.end()};
  }
  Bytes key(30, 0x11);
  key.insert(key.end(), {static_cast<Byte>(d[1] % 4), d[2]});
  return key;
}

Bytes mixed_key(const Bytes32& d) {
  Bytes key(d.begin() + 2, d.begin() + 2 + d[0] % 7);
  const Byte mask = d[1] % 2 == 0 ? 0x10 : 0x01;
  for (Byte& b : key) b &= mask;
  return key;
}

Bytes value_of(const Bytes32& d) {
  const std::size_t how = d[21], much = d[22];
  Bytes value(how < 64 ? 1 : how < 160 ? 1 + much % 31 : how < 250 ? 32 + much : 1000 + much);
  for (std::size_t j = 0; j < value.size(); ++j) value[j] = static_cast<Byte>(d[24 + j % 8] + j);
  return value;
}

struct Operation {
  Bytes key;
  Bytes value;
};

std::vector<Operation> operations_of(const Json& history) {
  const auto label = text_at(history, "label");
  std::vector<Operation> out(history.at("operations").get<std::size_t>());
  for (std::uint32_t i = 0; i < out.size(); ++i) {
    const Bytes32 d = draw(label, i);
    out[i] = {label == "fixed" ? fixed_key(d) : mixed_key(d), d[20] % 8 < 3 ? Bytes{} : value_of(d)};
  }
  return out;
}

PatriciaTrie updated(const PatriciaTrie& trie, std::span<const Operation> operations) {
  std::vector<TrieChange> changes;
  for (const Operation& operation : operations) changes.push_back({operation.key, operation.value});
  return trie.updated(changes);
}

TEST(trie_vectors, empty_root) {
  EXPECT_EQ(Bytes(empty_trie_root.begin(), empty_trie_root.end()), bytes_at(load_vectors("tries"), "empty_root"));
}

TEST(trie_vectors, root_after_each_operation) {
  for (const Json& history : load_vectors("tries").at("histories")) {
    const auto operations = operations_of(history);
    PatriciaTrie trie;
    Bytes32 chained{};
    for (std::size_t i = 0; i < operations.size(); ++i) {
      trie = updated(trie, {&operations[i], 1});
      chained = hash_of({chained, trie.root()});
      if ((i + 1) % 100 != 0) continue;
      ASSERT_EQ(to_hex(trie.root()), history.at("roots").at(i / 100).get<std::string>()) << i;
    }
    EXPECT_EQ(to_hex(chained), text_at(history, "chained"));
    std::size_t entries = 0;
    trie.for_each([&](ByteView, ByteView) { ++entries; });
    EXPECT_EQ(entries, history.at("entries").get<std::size_t>());
  }
}

// A hundred at once, with keys that come more than once among them.
TEST(trie_vectors, root_after_each_hundred) {
  for (const Json& history : load_vectors("tries").at("histories")) {
    const auto operations = operations_of(history);
    PatriciaTrie trie;
    for (std::size_t i = 0; i < operations.size(); i += 100) {
      trie = updated(trie, std::span(operations).subspan(i, 100));
      ASSERT_EQ(to_hex(trie.root()), history.at("roots").at(i / 100).get<std::string>()) << i;
    }
  }
}

TEST(trie_vectors, proofs) {
  for (const Json& history : load_vectors("tries").at("histories")) {
    const PatriciaTrie trie = updated({}, operations_of(history));
    for (const Json& expected : history.at("proofs")) {
      const Bytes key = bytes_at(expected, "key");
      const TrieProof proof = trie.prove(key);
      ASSERT_EQ(to_hex(sha256(encode(proof))), text_at(expected, "nodes_sha256")) << to_hex(key);
      if (expected.contains("nodes")) {
        ASSERT_EQ(proof.nodes.items.size(), expected.at("nodes").size());
        for (std::size_t i = 0; i < proof.nodes.items.size(); ++i)
          EXPECT_EQ(to_hex(proof.nodes.items[i].value), expected.at("nodes").at(i).get<std::string>());
      }
      const auto value = verify(trie.root(), key, proof);
      ASSERT_THAT(value, accepted());
      EXPECT_EQ(*value, trie.get(key));
      const Json& known = expected.at("value");
      ASSERT_EQ(value->has_value(), !known.is_null());
      if (known.contains("bytes")) {
        EXPECT_EQ(**value, bytes_at(known, "bytes"));
      } else if (known.contains("sha256")) {
        EXPECT_EQ(to_hex(sha256(**value)), text_at(known, "sha256"));
      }
    }
  }
}

}  // namespace
}  // namespace caduceus
