// Blocks of the model, and what a group of miners has seen of them. No bodies, no hashing: a hash is drawn.
#pragma once

#include <cstdint>
#include <vector>

#include "core/med/header_tree.h"

namespace caduceus::bench::selfish {

using BlockId = std::uint32_t;  // its place among all blocks; 0 is genesis

struct Block {
  BlockId parent = 0;
  std::uint32_t height = 0;
  bool is_attackers = false;
  std::uint64_t beacon = 0;   // of the Sblock that it names
  Work work;                  // of the chain up to it
  MblockHash hash{};
};
using Blocks = std::vector<Block>;

// Every block's: the schedule holds the target where it is.
inline const Work block_work = Work::of_target({0x7f});

// MED's fork choice above a root that SUP moves: what HeaderTree does (selfish_test), by the function with which it decides.
class View {
 public:
  explicit View(const Blocks& blocks) : blocks_(blocks) {}

  // Its parent came before. What does not grow on the root is dropped.
  void see(BlockId block);
  // The new anchor, which was seen.
  void bind(BlockId root);
  [[nodiscard]] BlockId best() const { return best_; }

 private:
  [[nodiscard]] bool is_held(BlockId block) const { return block < held_.size() && held_[block] != 0; }
  void hold(BlockId block, bool is_held);

  const Blocks& blocks_;
  std::vector<std::uint8_t> held_{1};
  std::vector<BlockId> by_arrival_;  // above the root
  BlockId root_ = 0;
  BlockId best_ = 0;
};

}  // namespace caduceus::bench::selfish
