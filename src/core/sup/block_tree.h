// The blocks a replica holds, each with its state: the newest committed one and whatever grows on it (PROTOCOL.md §8).
#pragma once

#include <unordered_map>

#include "core/sup/ledger.h"

namespace caduceus::sup {

struct HeldBlock {
  SupBlock block;
  BlockHash hash{};
  const HeldBlock* parent = nullptr;  // none of the root
  StateRef state;

  [[nodiscard]] View view() const { return block.header.view; }
  [[nodiscard]] Height height() const { return block.header.height; }
};

class BlockTree {
 public:
  // The newest committed block; of genesis, a block that has nothing but its certificate, time and roots.
  explicit BlockTree(HeldBlock root);

  [[nodiscard]] const HeldBlock& root() const { return *root_; }
  [[nodiscard]] const HeldBlock* find(const BlockHash& hash) const;
  // Or is it; not further down than the root.
  [[nodiscard]] static bool extends(const HeldBlock& block, const BlockHash& ancestor);
  // Whether any block above the root, down from this one, has a body.
  [[nodiscard]] bool has_uncommitted_body(const HeldBlock& block) const;
  // Blocks from below (exclusive) to the block, lowest first. `below` is at least the root's height.
  [[nodiscard]] static std::vector<const HeldBlock*> path(const HeldBlock& block, Height below);

  // Keeps a block whose state is known: one's own.
  const HeldBlock& add(const SupBlock& block, const BlockHash& hash, StateRef state);
  // Executes and keeps it; what is held already stays as it is. Its parent is held (CHECK).
  // Reject::block_height, block_time, block_roots, and the ledger's.
  [[nodiscard]] Checked<const HeldBlock*> insert(Ledger& ledger, const SupBlock& block, const BlockHash& hash);

  // Makes it the root; what does not descend from it goes.
  void commit(const HeldBlock& block);

 private:
  struct HashOf {
    std::size_t operator()(const BlockHash& hash) const noexcept;
  };
  std::unordered_map<BlockHash, std::unique_ptr<HeldBlock>, HashOf> blocks_;
  const HeldBlock* root_;
};

}  // namespace caduceus::sup
