#include "test/sim/selfish_miner.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/sup/transition.h"

namespace caduceus::sim {

using bench::selfish::Block;

SelfishMiner::SelfishMiner(Kernel& kernel, const MblockHeader& genesis, const Knowledge& knowledge,
                           const bench::selfish::Strategy& strategy)
    : kernel_(kernel),
      knowledge_(knowledge),
      blocks_(1),
      headers_{genesis},
      is_shown_{true},
      ids_{{mblock_hash(genesis), 0}},
      known_(blocks_),
      attacker_(*this, strategy) {
  blocks_.front().hash = mblock_hash(genesis);
}

SelfishMiner::BlockId SelfishMiner::add(const MblockHeader& header, bool is_own) {
  const BlockId parent = ids_.at(header.previous);
  const auto id = static_cast<BlockId>(blocks_.size());
  Block block{.parent = parent,
              .height = static_cast<std::uint32_t>(header.height.value()),
              .is_attackers = is_own,
              .work = blocks_[parent].work + header.work(),
              .hash = mblock_hash(header)};
  if (state_ != nullptr) {
    const auto named = state_->sblock(header.sblock_height);
    block.beacon = named ? named->beacon : state_->tip().beacon.count;
  }
  blocks_.push_back(block);
  headers_.push_back(header);
  is_shown_.push_back(!is_own);
  ids_.emplace(block.hash, id);
  return id;
}

void SelfishMiner::found(const MblockHeader& header) {
  if (is_retired_) return;
  const BlockId block = add(header, true);
  // Its node did not hear yet that the branch is left behind, or heard of more than it.
  if (attacker_.tip() != blocks_[block].parent) attacker_.adopt();
  attacker_.found(block);
}

void SelfishMiner::heard(const MblockHeader& header) {
  if (is_retired_ || ids_.contains(mblock_hash(header))) return;
  const BlockId block = add(header, false);
  known_.see(block);
  shown_.push_back(block);
  bind();
  attacker_.heard();
}

void SelfishMiner::follow(const SupHeader& newest, const std::shared_ptr<const sup::SupState>& state) {
  if (is_retired_ || newest.height <= newest_.height) return;
  newest_ = newest;
  state_ = state;
  bind();
}

void SelfishMiner::bind() {
  if (state_ == nullptr) return;
  const auto found = ids_.find(state_->anchor().block);
  if (found == ids_.end() || found->second == anchor_) return;
  anchor_ = found->second;
  known_.bind(anchor_);
  std::erase_if(shown_, [&](BlockId block) { return blocks_[block].height <= blocks_[anchor_].height; });
  attacker_.anchored();
}

void SelfishMiner::before_listing() {
  if (!is_retired_) attacker_.before_listing();
}

void SelfishMiner::retire() {
  attacker_.end();
  is_retired_ = true;
}

bool SelfishMiner::is_withheld(const MblockHash& block) const {
  const auto found = ids_.find(block);
  return !is_retired_ && found != ids_.end() && !is_shown_[found->second];
}

std::vector<MblockHeader> SelfishMiner::withheld() const {
  std::vector<MblockHeader> headers;
  for (const BlockId block : attacker_.withheld()) headers.push_back(headers_[block]);
  return headers;
}

void SelfishMiner::show(BlockId block) {
  if (is_shown_[block]) return;
  show(blocks_[block].parent);
  is_shown_[block] = true;
  known_.see(block);
  shown_.push_back(block);
  to_tell_.push_back(headers_[block]);
}

// Two Sblocks on top of the newest committed one: the first lists, the second anchors. Its parent's hash, by which a tie is drawn, is anybody's guess.
SelfishMiner::BlockId SelfishMiner::anchor_after(std::span<const BlockId> shown_now) {
  const Time time = std::max(newest_.time, wall() + knowledge_.observe);
  sup::Transition lists(*state_, {block_hash(newest_), newest_.height + 1, time}, knowledge_.rules);
  for (const BlockId block : shown_) static_cast<void>(lists.observe(headers_[block]));
  for (const BlockId block : shown_now) static_cast<void>(lists.observe(headers_[block]));
  sup::Transition anchors(*lists.state(), {kernel_.rng().bytes<32>(), newest_.height + 2, time}, knowledge_.rules);
  const auto found = ids_.find(anchors.state()->anchor().block);
  CHECK(found != ids_.end());
  return found->second;
}

std::uint64_t SelfishMiner::age_if_late(BlockId block) const {
  sup::Beacon beacon = state_->tip().beacon;
  for (const std::uint64_t later : {std::uint64_t{0}, knowledge_.idle}) {
    beacon.advance(wall() + later + knowledge_.observe, knowledge_.rules.fresh_step);
  }
  return beacon.count - blocks_[block].beacon;
}

}  // namespace caduceus::sim
