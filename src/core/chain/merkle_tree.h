// Merkle trees over lists of byte strings, hashed as in RFC 6962 §2.1: a leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖
// right), no leaf is doubled, the root of no leaf is SHA-256 of nothing. For bundles of transactions and anchored branches (PROTOCOL.md §5, §8).
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "core/base/codec.h"

namespace caduceus {

// That a byte string is the leaf `index` of a tree of `size` leaves: the hashes beside the way from it up to the root.
struct MerkleProof {
  std::uint32_t index = 0;
  std::uint32_t size = 1;
  List<Bytes32, 32> path;

  static auto fields(auto& self) { return std::tie(self.index, self.size, self.path); }
  // Reject::merkle_index: not below size. merkle_path_length: not as many hashes as there are on that way.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const MerkleProof&, const MerkleProof&) = default;
};

class MerkleTree {
 public:
  // Of leaves in their order, each a Bytes, Bytes32 or ByteView; fewer than 2³² (CHECK).
  explicit MerkleTree(const auto& leaves) {
    for (const auto& leaf : leaves) levels_.front().push_back(hash_leaf(leaf));
    build();
  }

  [[nodiscard]] std::size_t size() const { return levels_.front().size(); }
  [[nodiscard]] Bytes32 root() const;
  // index < size() (CHECK).
  [[nodiscard]] MerkleProof prove(std::size_t index) const;

  static Bytes32 hash_leaf(ByteView leaf);

 private:
  void build();

  // Leaves' hashes, then those of pairs, and so on. The last of an odd number stands in the next level as it is: the same tree as
  // RFC 6962's, which splits at the largest power of two.
  std::vector<std::vector<Bytes32>> levels_{1};
};

// Whether the leaf is where the proof says under this root. A root does not bind its number of leaves: a proof with another size that
// gives the same way up is accepted too, so who needs the size has it from where the root stands.
// Reject::merkle_index, merkle_path_length, merkle_root.
[[nodiscard]] Checked<void> verify(const Bytes32& root, ByteView leaf, const MerkleProof& proof);

}  // namespace caduceus
