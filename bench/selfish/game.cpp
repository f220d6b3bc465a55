#include "bench/selfish/game.h"

#include <algorithm>
#include <cmath>

namespace caduceus::bench::selfish {

Game::Game(const GameSetup& setup, std::uint64_t seed)
    : setup_(setup),
      rng_(seed),
      blocks_(1),
      first_(blocks_),
      second_(blocks_),
      known_(blocks_),
      sup_(setup_.sup, blocks_),
      attacker_(*this, setup_.attacker) {}

Outcome Game::play(std::uint64_t blocks) {
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const std::uint64_t found = now_ + static_cast<std::uint64_t>(-std::log1p(-draw()) * static_cast<double>(setup_.interval));
    if (has_sup()) run_sup(found);
    now_ = found;
    mine();
  }
  attacker_.end();
  deliver({});
  Outcome outcome{.mined = blocks, .deepest = deepest_};
  for (BlockId at = known_.best(); at != 0; at = blocks_[at].parent) ++(blocks_[at].is_attackers ? outcome.attackers : outcome.honest);
  return outcome;
}

void Game::run_sup(std::uint64_t until) {
  for (;;) {
    if (!has_told_) {
      if (sup_.deadline() > until) return;
      has_told_ = true;
      now_ = std::max(now_, sup_.deadline());
      attacker_.before_listing();
      deliver({});
    }
    if (sup_.time() > until) return;
    now_ = sup_.time();
    make_sblock();
    has_told_ = false;
  }
}

void Game::make_sblock() {
  const bool is_moved = sup_.make(rng_);
  ++sblocks_;
  if (is_moved) {
    bindings_.push_back({sblocks_ + setup_.sup.lag, sup_.anchor()});
    known_.bind(sup_.anchor());
    attacker_.anchored();
    deliver({});
  }
  for (; !bindings_.empty() && bindings_.front().at <= sblocks_; bindings_.pop_front()) {
    first_.bind(bindings_.front().anchor);
    second_.bind(bindings_.front().anchor);
  }
}

BlockId Game::add(BlockId parent, bool is_attackers) {
  const Block& below = blocks_[parent];
  Block block{
      .parent = parent, .height = below.height + 1, .is_attackers = is_attackers, .work = below.work + block_work, .hash = draw_hash(rng_)};
  block.beacon = sup_.committed_beacon();
  blocks_.push_back(block);
  return static_cast<BlockId>(blocks_.size() - 1);
}

void Game::mine() {
  if (draw() < setup_.alpha) {
    attacker_.found(add(attacker_.tip(), true));
    deliver({});
    return;
  }
  const BlockId block = add((draw() < setup_.gamma ? second_ : first_).best(), false);
  known_.see(block);
  if (has_sup()) sup_.show(block, now_);
  attacker_.heard();
  deliver(block);
}

void Game::show(BlockId block) {
  known_.see(block);
  if (has_sup()) sup_.show(block, now_);
  released_.push_back(block);
}

BlockId Game::anchor_after(std::span<const BlockId> shown_now) {
  Supervisor sup = sup_;
  for (const BlockId block : shown_now) sup.show(block, now_);
  // Until all is listed, and one more Sblock has anchored it.
  for (bool is_listed = false; !is_listed;) {
    is_listed = sup.has_listed_all();
    sup.make(rng_);
  }
  return sup.anchor();
}

void Game::deliver(std::optional<BlockId> honest) {
  if (!honest && released_.empty()) return;
  if (honest) see(first_, *honest);
  for (const BlockId block : released_) {
    see(first_, block);
    see(second_, block);
  }
  if (honest) see(second_, *honest);
  released_.clear();
}

void Game::see(View& view, BlockId block) {
  BlockId before = view.best();
  view.see(block);
  if (view.best() == before || blocks_[view.best()].parent == before) return;
  std::uint32_t left = 0;
  for (BlockId at = view.best(); before != at;) {
    if (blocks_[at].height > blocks_[before].height) {
      at = blocks_[at].parent;
    } else {
      before = blocks_[before].parent;
      ++left;
    }
  }
  deepest_ = std::max(deepest_, left);
}

}  // namespace caduceus::bench::selfish
