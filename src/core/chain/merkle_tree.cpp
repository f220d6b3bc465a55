#include "core/chain/merkle_tree.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

constexpr Byte leaf_tag = 0, node_tag = 1;

Bytes32 hash_node(const Bytes32& left, const Bytes32& right) {
  ByteArray<65> bytes;
  bytes[0] = node_tag;
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 33);
  return sha256(bytes);
}

// From a leaf up to the root: in each level its place, and the number of nodes there.
class Climb {
 public:
  Climb(std::uint32_t index, std::uint32_t size) : index_(index), size_(size) {}

  [[nodiscard]] bool at_root() const { return size_ == 1; }
  [[nodiscard]] bool has_sibling() const { return sibling() < size_; }
  [[nodiscard]] std::uint32_t sibling() const { return index_ ^ 1U; }
  [[nodiscard]] bool is_left() const { return index_ % 2 == 0; }
  void up() {
    index_ /= 2;
    size_ = size_ / 2 + size_ % 2;
  }

 private:
  std::uint32_t index_;
  std::uint32_t size_;
};

}  // namespace

Bytes32 MerkleTree::hash_leaf(ByteView leaf) {
  Bytes bytes;
  bytes.reserve(1 + leaf.size());
  bytes.push_back(leaf_tag);
  bytes.insert(bytes.end(), leaf.begin(), leaf.end());
  return sha256(bytes);
}

void MerkleTree::build() {
  CHECK(size() <= UINT32_MAX);
  while (levels_.back().size() > 1) {
    const std::vector<Bytes32>& below = levels_.back();
    std::vector<Bytes32> level;
    level.reserve(below.size() / 2 + below.size() % 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) level.push_back(hash_node(below[i], below[i + 1]));
    if (below.size() % 2 != 0) level.push_back(below.back());
    levels_.push_back(std::move(level));
  }
}

Bytes32 MerkleTree::root() const { return size() == 0 ? sha256({}) : levels_.back().front(); }

MerkleProof MerkleTree::prove(std::size_t index) const {
  CHECK(index < size());
  MerkleProof proof{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(size()), {}};
  auto level = levels_.begin();
  for (Climb climb(proof.index, proof.size); !climb.at_root(); climb.up(), ++level) {
    if (climb.has_sibling()) proof.path.items.push_back((*level)[climb.sibling()]);
  }
  return proof;
}

Checked<void> MerkleProof::check() const {
  if (index >= size) return reject(Reject::merkle_index);
  std::size_t length = 0;
  for (Climb climb(index, size); !climb.at_root(); climb.up()) length += climb.has_sibling() ? 1U : 0U;
  if (path.items.size() != length) return reject(Reject::merkle_path_length);
  return {};
}

Checked<void> verify(const Bytes32& root, ByteView leaf, const MerkleProof& proof) {
  TRY_VOID(proof.check());
  Bytes32 hash = MerkleTree::hash_leaf(leaf);
  auto next = proof.path.items.begin();
  for (Climb climb(proof.index, proof.size); !climb.at_root(); climb.up()) {
    if (!climb.has_sibling()) continue;
    hash = climb.is_left() ? hash_node(hash, *next) : hash_node(*next, hash);
    ++next;
  }
  if (hash != root) return reject(Reject::merkle_root);
  return {};
}

}  // namespace caduceus
