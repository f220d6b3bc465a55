#include "bench/selfish/supervisor.h"

#include <algorithm>

namespace caduceus::bench::selfish {
namespace {

constexpr std::size_t most_draws = 8;  // of a lying leader

}  // namespace

BlockHash draw_hash(SeededRng& rng) {
  BlockHash hash{};
  std::ranges::copy(big_endian(rng.next()), hash.begin());
  return hash;
}

std::uint64_t Supervisor::committed_beacon() const {
  const std::uint64_t behind = setup_->lag + 1;
  return index_ < behind ? 0 : counts_[(index_ - behind) % counts_.size()];
}

bool Supervisor::is_silent(std::uint64_t now) const { return setup_->cycle != 0 && now % setup_->cycle < setup_->silent; }

std::uint64_t Supervisor::next_time(std::uint64_t after) const {
  const std::uint64_t next = after + setup_->interval;
  return is_silent(next) ? next - next % setup_->cycle + setup_->silent : next;
}

std::uint64_t Supervisor::age_if_late(BlockId block) const {
  sup::Beacon beacon = beacon_;
  beacon.advance(Time(time_), setup_->rules.fresh_step);
  beacon.advance(Time(next_time(time_)), setup_->rules.fresh_step);
  return beacon.count - (*blocks_)[block].beacon;
}

bool Supervisor::make(SeededRng& rng) {
  beacon_.advance(Time(time_), setup_->rules.fresh_step);
  counts_[index_ % counts_.size()] = beacon_.count;
  const bool is_moved = anchor_next();
  if (!shown_.empty()) {
    if (is_fourth(FourthLeader::honest)) {
      list();
    } else {
      list_for_the_attacker();
    }
  }
  hash_ = selfish::draw_hash(rng);
  for (std::size_t i = 0; i < most_draws && is_fourth(FourthLeader::lying) && observed_.size() > 1; ++i) {
    const auto place = sup::block_to_anchor(setup_->rules, {(*blocks_)[anchor_].hash, hash_, observed_});
    if (!place || (*blocks_)[observed_[*place].number].is_attackers) break;
    hash_ = selfish::draw_hash(rng);
  }
  ++index_;
  time_ = next_time(time_);
  return is_moved;
}

bool Supervisor::anchor_next() {
  // What said nothing before says nothing again, however a tie is drawn, unless branches of one weight differ in length.
  const auto is_fresh = [](const sup::ObservedBlock& block) { return block.age <= sup::most_fresh_age; };
  const bool is_mixed = std::ranges::any_of(observed_, is_fresh) && !std::ranges::all_of(observed_, is_fresh);
  if (observed_.empty() || (!may_anchor_ && !is_mixed)) return false;
  const auto place = sup::block_to_anchor(setup_->rules, {(*blocks_)[anchor_].hash, hash_, observed_});
  may_anchor_ = place.has_value();
  if (!place) return false;
  anchor_ = static_cast<BlockId>(observed_[*place].number);
  std::vector<sup::ObservedBlock> before;
  std::swap(before, observed_);
  for (sup::ObservedBlock& block : before) {
    if (follows(static_cast<BlockId>(block.number))) observed_.push_back(std::move(block));
  }
  return true;
}

bool Supervisor::follows(BlockId block) const {
  const BlockId parent = (*blocks_)[block].parent;
  return parent == anchor_ || std::ranges::any_of(observed_, [&](const sup::ObservedBlock& one) { return one.number == parent; });
}

void Supervisor::list() {
  std::vector<Shown> later;
  for (const Shown& shown : shown_) {
    if (shown.at + setup_->delta > time_) {
      later.push_back(shown);
    } else if (follows(shown.block)) {
      observe(shown.block);
    }
  }
  shown_ = std::move(later);
}

// The others vote for it if none of what is listed came more than Δ after a sibling that is not.
void Supervisor::list_for_the_attacker() {
  const bool holds = is_fourth(FourthLeader::eclipsed);
  std::vector<Shown> others;
  for (const Shown& shown : shown_) {
    const Block& block = (*blocks_)[shown.block];
    const auto came_long_before = [&](const Shown& other) {
      const Block& sibling = (*blocks_)[other.block];
      return !sibling.is_attackers && sibling.parent == block.parent && other.at + setup_->delta < shown.at;
    };
    const bool is_held = !holds || shown.at + setup_->delta <= time_;
    if (block.is_attackers && is_held && follows(shown.block) && std::ranges::none_of(shown_, came_long_before)) {
      observe(shown.block);
    } else {
      others.push_back(shown);
    }
  }
  shown_ = std::move(others);
}

void Supervisor::observe(BlockId id) {
  const Block& block = (*blocks_)[id];
  sup::ObservedBlock& observed = observed_.emplace_back();
  observed.hash = block.hash;
  observed.header.previous = (*blocks_)[block.parent].hash;
  observed.work = block_work;
  observed.observed = Height(index_);
  observed.age = beacon_.count - block.beacon;
  observed.number = id;
  may_anchor_ = true;
}

}  // namespace caduceus::bench::selfish
