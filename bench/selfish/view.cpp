#include "bench/selfish/view.h"

namespace caduceus::bench::selfish {

void View::hold(BlockId block, bool is_held) {
  if (block >= held_.size()) held_.resize(2 * std::size_t{block} + 1);
  held_[block] = is_held ? 1 : 0;
}

void View::see(BlockId block) {
  if (!is_held(blocks_[block].parent)) return;
  hold(block, true);
  by_arrival_.push_back(block);
  if (med::takes_the_lead(blocks_[block].work, blocks_[best_].work)) best_ = block;
}

void View::bind(BlockId root) {
  if (!is_held(root) || root == root_) return;
  hold(root_, false);
  for (const BlockId block : by_arrival_) hold(block, false);
  hold(root, true);
  best_ = root_ = root;
  std::erase_if(by_arrival_, [&](BlockId block) {
    if (block == root || !is_held(blocks_[block].parent)) return true;
    hold(block, true);
    if (med::takes_the_lead(blocks_[block].work, blocks_[best_].work)) best_ = block;
    return false;
  });
}

}  // namespace caduceus::bench::selfish
