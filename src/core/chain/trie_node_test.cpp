#include "core/chain/trie_node.h"

#include <gmock/gmock.h>

#include "core/base/rng.h"
#include "test/attacks/refusal.h"
#include "test/tries.h"

namespace caduceus {
namespace {

Bytes from_nibbles(Nibbles path) {
  Bytes out;
  for (std::size_t i = 0; i < path.size(); ++i) out.push_back(path[i]);
  return out;
}

TEST(nibbles, higher_half_first) {
  const Bytes bytes{0x12, 0xf0};
  EXPECT_EQ(from_nibbles(Nibbles(bytes)), (Bytes{1, 2, 15, 0}));
  EXPECT_EQ(from_nibbles(Nibbles(bytes).drop(1).first(2)), (Bytes{2, 15}));
  EXPECT_TRUE(Nibbles(bytes).drop(4).empty());
}

// All ways in which two rows can lie in their bytes.
TEST(nibbles, common_prefix_is_the_longest) {
  SeededRng rng(1);
  for (int n = 0; n < 20'000; ++n) {
    Bytes a(1 + rng.below(6)), b(1 + rng.below(6));
    for (Byte& x : a) x = static_cast<Byte>(rng.below(2) * 0x11);
    for (Byte& x : b) x = static_cast<Byte>(rng.below(2) * 0x11);
    const Nibbles left = Nibbles(a).drop(rng.below(2 * a.size() + 1)), right = Nibbles(b).drop(rng.below(2 * b.size() + 1));
    const Bytes plain_left = from_nibbles(left), plain_right = from_nibbles(right);
    const auto end = std::ranges::mismatch(plain_left, plain_right).in1;
    ASSERT_EQ(common_prefix(left, right), static_cast<std::size_t>(end - plain_left.begin()));
    ASSERT_EQ(left == right, plain_left == plain_right);
  }
}

TEST(nibbles, row_grows_and_shrinks) {
  NibbleRow row;
  for (const Byte nibble : Bytes{1, 2, 3}) row.push(nibble);
  row.shrink(2);
  row.push(15);
  row.shrink(1);
  const Bytes more{0xab};
  row.append(Nibbles(more));
  row.push(7);
  EXPECT_EQ(from_nibbles(row.view()), (Bytes{1, 10, 11, 7}));
  EXPECT_EQ(to_hex(row.bytes()), "1ab7");
  EXPECT_DEATH(for (int i = 0; i < 200; ++i) row.push(0), "most");
}

// The examples of Ethereum's wiki, and back.
TEST(nibbles, hex_prefix) {
  const auto prefixed = [](Bytes bytes, std::size_t from, bool ends) {
    const Nibbles path = Nibbles(bytes).drop(from);
    Bytes out(hex_prefix_size(path.size()));
    write_hex_prefix(out, path, ends);
    const auto again = read_hex_prefix(out);
    EXPECT_TRUE(again && again->path == path && again->ends == ends);
    return to_hex(out);
  };
  EXPECT_EQ(prefixed({0x01, 0x23, 0x45}, 1, false), "112345");
  EXPECT_EQ(prefixed({0x01, 0x23, 0x45}, 0, false), "00012345");
  EXPECT_EQ(prefixed({0x0f, 0x1c, 0xb8}, 0, true), "200f1cb8");
  EXPECT_EQ(prefixed({0x0f, 0x1c, 0xb8}, 1, true), "3f1cb8");
  EXPECT_EQ(prefixed({}, 0, false), "00");
  EXPECT_EQ(prefixed({}, 0, true), "20");
}

TEST(nibbles, other_hex_prefixes_are_refused) {
  for (const char* hex : {"", "40", "51", "80", "f0", "01", "0f", "21"}) {
    EXPECT_THAT(read_hex_prefix(from_hex(hex).value()), refused_as(Reject::trie_node_path)) << hex;
  }
  EXPECT_THAT(read_hex_prefix(Bytes(65, 0x11)), refused_as(Reject::trie_node_path));  // 129 half-bytes
  EXPECT_THAT(read_hex_prefix(Bytes(64, 0x11)), accepted());
}

Bytes list_of(const std::vector<Bytes>& items) {
  std::size_t payload = 0;
  for (const Bytes& item : items) payload += item.size();
  Bytes out;
  write_rlp_list_header(out, payload);
  for (const Bytes& item : items) out.insert(out.end(), item.begin(), item.end());
  return out;
}
Bytes string_of(const Bytes& bytes) {
  Bytes out;
  write_rlp(out, bytes);
  return out;
}
Bytes leaf_of(const Bytes& prefixed, const Bytes& value) { return list_of({string_of(prefixed), string_of(value)}); }

// A branch with these children at 0, 1, …, and a value.
Bytes branch_of(const std::vector<Bytes>& children, const Bytes& value) {
  std::vector<Bytes> items(16, string_of({}));
  std::ranges::copy(children, items.begin());
  items.push_back(string_of(value));
  return list_of(items);
}

const Bytes hash_item = string_of(Bytes(32, 0xaa));
const Bytes small_leaf = leaf_of({0x20}, {1});
const Bytes small_branch = branch_of({small_leaf, small_leaf}, {});

TEST(trie_node, what_decodes_encodes_to_the_same) {
  for (const Bytes& bytes :
       {small_leaf, leaf_of({0x31, 0x11}, Bytes(most_trie_value, 1)), small_branch, branch_of({hash_item, hash_item}, {}),
        branch_of({hash_item}, {1}), branch_of(std::vector<Bytes>(16, hash_item), Bytes(most_trie_value, 1)),
        list_of({string_of({0x11}), hash_item}), list_of({string_of({0x00, 0x11}), small_branch}),
        branch_of({leaf_of({0x20}, Bytes(28, 1)), hash_item}, {})}) {
    const auto node = decode_node(bytes);
    ASSERT_THAT(node, accepted()) << to_hex(bytes).substr(0, 100);
    EXPECT_EQ(encode_node(**node), bytes);
    EXPECT_EQ((*node)->reference.is_hash(), bytes.size() >= 32);
  }
}

TEST(trie_node, other_nodes_are_refused) {
  const auto refused = [](const Bytes& bytes, Reject reason) {
    EXPECT_THAT(view_node(bytes), refused_as(reason)) << to_hex(bytes).substr(0, 100);
  };
  // Items.
  refused(string_of({1, 2, 3}), Reject::rlp_string);
  refused({}, Reject::truncated);
  refused(list_of({}), Reject::trie_node_items);
  refused(list_of({string_of({0x20})}), Reject::trie_node_items);
  refused(list_of({string_of({0x20}), string_of({1}), string_of({1})}), Reject::trie_node_items);
  refused(list_of(std::vector<Bytes>(16, hash_item)), Reject::trie_node_items);
  refused(list_of(std::vector<Bytes>(18, hash_item)), Reject::trie_node_items);
  Bytes longer = small_leaf;
  longer.push_back(0);
  refused(longer, Reject::trailing_bytes);
  // Paths.
  refused(leaf_of({0x40}, {1}), Reject::trie_node_path);
  refused(leaf_of({0x21}, {1}), Reject::trie_node_path);
  refused(leaf_of({}, {1}), Reject::trie_node_path);
  refused(list_of({string_of({0x00}), hash_item}), Reject::trie_node_path);
  refused(list_of({list_of({}), string_of({1})}), Reject::rlp_list);
  // Values.
  refused(leaf_of({0x20}, {}), Reject::trie_value);
  refused(leaf_of({0x20}, Bytes(most_trie_value + 1)), Reject::trie_value);
  refused(branch_of({hash_item, hash_item}, Bytes(most_trie_value + 1)), Reject::trie_value);
  refused(list_of({string_of({0x20}), small_leaf}), Reject::rlp_list);
  std::vector<Bytes> list_value(17, hash_item);
  list_value[16] = small_leaf;
  refused(list_of(list_value), Reject::rlp_list);
  // Children.
  for (const Bytes& child : {string_of({1}), string_of(Bytes(31, 1)), string_of(Bytes(33, 1)), leaf_of({0x20}, Bytes(29, 1))}) {
    refused(branch_of({child, hash_item}, {}), Reject::trie_node_child);
    refused(list_of({string_of({0x11}), child}), Reject::trie_node_child);
  }
  refused(list_of({string_of({0x11}), string_of({})}), Reject::trie_node_child);
  refused(branch_of({leaf_of({0x20}, {}), hash_item}, {}), Reject::trie_value);
  refused(branch_of({list_of({}), hash_item}, {}), Reject::trie_node_items);
  // Nodes that would not be there.
  refused(branch_of({}, {}), Reject::trie_node_spare);
  refused(branch_of({hash_item}, {}), Reject::trie_node_spare);
  refused(branch_of({}, {1}), Reject::trie_node_spare);
  refused(list_of({string_of({0x11}), small_leaf}), Reject::trie_node_spare);
  refused(list_of({string_of({0x11}), list_of({string_of({0x12}), small_branch})}), Reject::trie_node_spare);
}

}  // namespace
}  // namespace caduceus
