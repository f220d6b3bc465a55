#include "core/sup/observations.h"

#include <algorithm>

namespace caduceus::sup {

void Observations::step(const MblockSeen& seen) {
  const MblockHash hash = mblock_hash(seen.header);
  if (!by_hash_.emplace(hash, next_).second) return;
  const Tick due = seen.arrival + delay_ + delay_ / 4;
  seen_.emplace(next_, Seen{hash, seen.header, seen.arrival, due});
  by_parent_.emplace(seen.header.previous, next_);
  due_.emplace(due, next_);
  ++next_;
}

void Observations::list(Tick now, const std::function<bool(const MblockHeader&)>& visit) {
  for (auto& [place, one] : seen_) {
    if ((one.listed == 0 ? one.arrival + delay_ : one.due) > now) continue;
    due_.erase({one.due, place});
    one.due = now + std::max<std::uint64_t>(delay_, 1) * (std::uint64_t{2} << std::min(one.listed++, most_doublings));
    due_.emplace(one.due, place);
    if (!visit(one.header)) return;
  }
}

bool Observations::may_vote(Transition& after, std::span<const MblockHeader> listed, Tick now) const {
  std::set<MblockHash> before;  // listed
  for (const MblockHeader& header : listed) {
    const MblockHash hash = mblock_hash(header);
    const auto held = by_hash_.find(hash);
    if (held == by_hash_.end()) return false;
    const Seen& own = seen_.at(held->second);
    const bool has_order = now < own.arrival + order_lasts * delay_;
    const auto [first, last] = by_parent_.equal_range(header.previous);
    const bool is_late = std::any_of(first, last, [&](const auto& child) {
      const Seen& sibling = seen_.at(child.second);
      return own.arrival > sibling.arrival + delay_ && !before.contains(sibling.hash) && after.may_observe(sibling.header);
    });
    if ((has_order && is_late) || !after.observe(header)) return false;
    before.insert(hash);
  }
  return true;
}

void Observations::forget(std::map<Place, Seen>::iterator one) {
  const auto& [place, seen] = *one;
  by_hash_.erase(seen.hash);
  std::erase_if(by_parent_, [&](const auto& entry) { return entry.second == place; });
  due_.erase({seen.due, place});
  seen_.erase(one);
}

void Observations::renew(const SupState& newest) {
  const Anchor anchor = newest.anchor();
  std::set<MblockHash> left;  // not above the anchor, nor it
  std::set<MblockHash> observed;
  for (const ObservedBlock& block : newest.observed()) observed.insert(block.hash);
  for (auto at = seen_.begin(); at != seen_.end();) {
    const Seen& one = at->second;
    const bool is_below = one.header.height <= anchor.height;  // or the anchor itself
    const bool is_left = one.hash != anchor.block && (is_below || left.contains(one.header.previous));
    if (is_left) left.insert(one.hash);
    const auto next = std::next(at);
    if (is_left || is_below || observed.contains(one.hash)) forget(at);
    at = next;
  }
}

}  // namespace caduceus::sup
