#include "core/chain/merkle_tree.h"

#include <gmock/gmock.h>

#include <bit>
#include <functional>
#include <string>

#include "core/crypto/hash.h"
#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

// The leaves of Certificate Transparency's reference implementation, and the roots of the first 0 to 8 of them.
const std::vector<std::string> published_leaves{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> published_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

std::vector<Bytes> first_published(std::size_t count) {
  std::vector<Bytes> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(from_hex(published_leaves[i]).value());
  return leaves;
}

std::vector<std::string> published_path(std::size_t index, std::size_t size) {
  std::vector<std::string> path;
  for (const Bytes32& hash : MerkleTree(first_published(size)).prove(index).path.items) path.push_back(to_hex(hash));
  return path;
}

TEST(merkle_tree, roots_of_certificate_transparency) {
  for (std::size_t size = 0; size <= 8; ++size) EXPECT_EQ(to_hex(MerkleTree(first_published(size)).root()), published_roots[size]) << size;
}

TEST(merkle_tree, paths_of_certificate_transparency) {
  EXPECT_EQ(published_path(0, 1), std::vector<std::string>{});
  EXPECT_EQ(published_path(0, 8), (std::vector<std::string>{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                                            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                                            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(published_path(5, 8), (std::vector<std::string>{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                                                            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                                            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(published_path(2, 3), std::vector<std::string>{"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"});
  EXPECT_EQ(published_path(1, 5), (std::vector<std::string>{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                                            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

// RFC 6962 §2.1 and §2.1.1, word for word: MTH(D[n]) and PATH(m, D[n]).
using Leaves = std::span<const Bytes>;

Bytes32 mth(Leaves leaves) {
  if (leaves.empty()) return sha256({});
  Bytes bytes{0};
  if (leaves.size() == 1) {
    bytes.insert(bytes.end(), leaves[0].begin(), leaves[0].end());
  } else {
    const std::size_t k = std::bit_floor(leaves.size() - 1);
    bytes[0] = 1;
    for (const Leaves half : {leaves.first(k), leaves.subspan(k)}) {
      const Bytes32 hash = mth(half);
      bytes.insert(bytes.end(), hash.begin(), hash.end());
    }
  }
  return sha256(bytes);
}

std::vector<Bytes32> path(std::size_t m, Leaves leaves) {
  if (leaves.size() <= 1) return {};
  const std::size_t k = std::bit_floor(leaves.size() - 1);
  std::vector<Bytes32> out = m < k ? path(m, leaves.first(k)) : path(m - k, leaves.subspan(k));
  out.push_back(mth(m < k ? leaves.subspan(k) : leaves.first(k)));
  return out;
}

// Whether each of its hashes stands on the left.
std::vector<bool> sides(std::size_t m, std::size_t size) {
  if (size <= 1) return {};
  const std::size_t k = std::bit_floor(size - 1);
  std::vector<bool> out = m < k ? sides(m, k) : sides(m - k, size - k);
  out.push_back(m >= k);
  return out;
}

// Trees of 1 to 70 leaves, leaf i being the byte i.
void for_each_tree(const std::function<void(const std::vector<Bytes>&, const MerkleTree&)>& look) {
  std::vector<Bytes> leaves;
  while (leaves.size() < 70) {
    leaves.push_back({static_cast<Byte>(leaves.size())});
    look(leaves, MerkleTree(leaves));
  }
}

TEST(merkle_tree, root_and_paths_are_those_of_the_rfc) {
  for_each_tree([](const auto& leaves, const MerkleTree& tree) {
    EXPECT_EQ(tree.root(), mth(leaves));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const MerkleProof proof = tree.prove(i);
      EXPECT_EQ(proof.path.items, path(i, leaves));
      EXPECT_THAT(verify(tree.root(), leaves[i], proof), accepted());
      EXPECT_EQ(decode<MerkleProof>(encode(proof)), proof);
    }
  });
}

TEST(merkle_tree, changed_leaf_root_or_hash_is_refused) {
  for_each_tree([](const auto& leaves, const MerkleTree& tree) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      MerkleProof proof = tree.prove(i);
      EXPECT_THAT(verify(tree.root(), Bytes{255}, proof), refused_as(Reject::merkle_root));
      Bytes32 root = tree.root();
      root[31] ^= 1;
      EXPECT_THAT(verify(root, leaves[i], proof), refused_as(Reject::merkle_root));
      for (Bytes32& hash : proof.path.items) {
        hash[i % 32] ^= 0x80;
        EXPECT_THAT(verify(tree.root(), leaves[i], proof), refused_as(Reject::merkle_root));
        hash[i % 32] ^= 0x80;
      }
      proof.path.items.push_back({});
      EXPECT_THAT(verify(tree.root(), leaves[i], proof), refused_as(Reject::merkle_path_length));
      EXPECT_THAT(decode<MerkleProof>(encode(proof)), refused_as(Reject::merkle_path_length));
      proof.path.items.pop_back();
      if (proof.path.items.empty()) continue;
      proof.path.items.pop_back();
      EXPECT_THAT(verify(tree.root(), leaves[i], proof), refused_as(Reject::merkle_path_length));
    }
  });
}

// Another index or size is refused for what is wrong with it, unless it leads up the same way.
TEST(merkle_tree, changed_index_or_size_is_refused) {
  for_each_tree([](const auto& leaves, const MerkleTree& tree) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const MerkleProof proof = tree.prove(i);
      const std::vector<bool> way = sides(i, leaves.size());
      const auto expect = [&](std::size_t index, std::size_t size) {
        const MerkleProof changed{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(size), proof.path};
        const auto verdict = verify(tree.root(), leaves[i], changed);
        if (index >= size) {
          EXPECT_THAT(verdict, refused_as(Reject::merkle_index));
        } else if (const std::vector<bool> other = sides(index, size); other == way) {
          EXPECT_THAT(verdict, accepted());
        } else {
          EXPECT_THAT(verdict, refused_as(other.size() == way.size() ? Reject::merkle_root : Reject::merkle_path_length));
        }
      };
      for (std::size_t index = 0; index < leaves.size() + 2; ++index) expect(index, leaves.size());
      for (std::size_t size = 0; size < leaves.size() + 10; size += 1 + size / 20) expect(i, size);
    }
  });
}

TEST(merkle_proof, of_the_largest_tree) {
  MerkleProof proof{0, UINT32_MAX, {std::vector<Bytes32>(32)}};
  EXPECT_THAT(proof.check(), accepted());
  proof.index = UINT32_MAX - 1;  // the last of an odd number, but where pairs end in it
  proof.path.items.resize(31);
  EXPECT_THAT(proof.check(), accepted());
  proof.index = UINT32_MAX;
  EXPECT_THAT(proof.check(), refused_as(Reject::merkle_index));
}

TEST(merkle_proof, encodes_within_limits) {
  Bytes bytes = encode(MerkleProof{0, UINT32_MAX, {std::vector<Bytes32>(33)}});
  EXPECT_THAT(decode<MerkleProof>(bytes), refused_as(Reject::too_long));
  bytes = encode(MerkleProof{3, 4, {std::vector<Bytes32>(2)}});
  bytes.pop_back();
  EXPECT_THAT(decode<MerkleProof>(bytes), refused_as(Reject::truncated));
}

}  // namespace
}  // namespace caduceus
