#include "bench/selfish/attacker.h"

#include <algorithm>

#include "core/chain/merkle_tree.h"
#include "core/sup/anchoring.h"

namespace caduceus::bench::selfish {

BlockId Attacker::tip() const { return own_.empty() ? around_.best() : own_.back(); }
std::uint32_t Attacker::height() const { return around_.blocks()[tip()].height; }
std::uint32_t Attacker::public_height() const { return around_.blocks()[around_.best()].height; }

void Attacker::adopt() {
  lost_ += withheld().size();
  own_.clear();
  shown_ = 0;
}

void Attacker::show(std::size_t count) {
  for (; shown_ < count; ++shown_) around_.show(own_[shown_]);
  // It leads: there is nothing left to decide.
  if (shown_ == own_.size() && around_.best() == tip()) adopt();
}

void Attacker::show_up_to(std::uint32_t height) {
  std::size_t count = shown_;
  while (count < own_.size() && around_.blocks()[own_[count]].height <= height) ++count;
  show(count);
}

void Attacker::found(BlockId block) {
  const bool is_race = !own_.empty() && shown_ == own_.size() && height() == public_height();
  own_.push_back(block);
  if (!strategy_.withholds) {
    show(own_.size());
  } else if (is_race && !strategy_.forks_stubbornly) {
    show(own_.size());
  } else if (strategy_.picks && own_.size() == 1 && MerkleTree(std::vector{around_.blocks()[block].hash}).root()[0] >= 0x80) {
    show(1);
  }
}

void Attacker::heard() {
  if (own_.empty()) return;
  if (!plays_forward()) {
    follow_heights();
  } else if (!strategy_.waits) {
    play_forward();
  }
}

void Attacker::follow_heights() {
  const std::uint32_t theirs = public_height();
  if (height() < theirs) {
    if (theirs - height() > strategy_.trails) adopt();
  } else if (height() > theirs + 1 || (height() == theirs + 1 && strategy_.leads_stubbornly)) {
    show_up_to(theirs);
  } else {
    show(own_.size());
  }
}

bool Attacker::has_rival() const { return !descends(own_.back(), around_.best()); }

bool Attacker::descends(BlockId block, BlockId from) const {
  const Blocks& blocks = around_.blocks();
  while (blocks[block].height > blocks[from].height) block = blocks[block].parent;
  return block == from;
}

bool Attacker::is_alive_under(BlockId anchor) const { return descends(own_.back(), anchor); }

bool Attacker::wins_with(std::size_t count) {
  const auto shown_now = std::span(own_).subspan(shown_, count - shown_);
  for (unsigned draw = 0; draw < draws; ++draw) {
    if (!is_alive_under(around_.anchor_after(shown_now))) return false;
  }
  return true;
}

void Attacker::play_forward() {
  const std::uint32_t theirs = public_height();
  if (height() < theirs) {
    if (theirs - height() > strategy_.trails) adopt();
    return;
  }
  if (wins_with(shown_)) {
    // Nothing is at stake before more blocks come: as far ahead as this, it waits.
    if (height() > theirs + 1) return;
    show(own_.size());
    return;
  }
  for (std::size_t count = shown_ + 1; count <= own_.size(); ++count) {
    if (wins_with(count)) {
      show(count);
      return;
    }
  }
  show(own_.size());
}

void Attacker::before_listing() {
  if (own_.empty() || !plays_forward()) return;
  if (strategy_.waits && has_rival()) play_forward();
  if (!strategy_.keeps_fresh) return;
  while (shown_ < own_.size() && around_.age_if_late(own_[shown_]) > sup::most_fresh_age) {
    show(shown_ + 1);
  }
}

void Attacker::anchored() {
  if (own_.empty()) return;
  const BlockId anchor = around_.anchor();
  if (!is_alive_under(anchor)) {
    if (strategy_.lures && height() > public_height()) show(own_.size());
    adopt();
    return;
  }
  const Blocks& blocks = around_.blocks();
  const auto below = std::ranges::find_if(own_, [&](BlockId block) { return blocks[block].height > blocks[anchor].height; });
  shown_ -= std::min<std::size_t>(shown_, static_cast<std::size_t>(below - own_.begin()));
  own_.erase(own_.begin(), below);
}

void Attacker::end() {
  if (!own_.empty() && height() > public_height()) show(own_.size());
}

}  // namespace caduceus::bench::selfish
