// MED's blocks that this hospital holds and has not seen observed yet (PROTOCOL.md §9, R17.2): which of them it lists when it leads, and, by when
// it received them, whether it votes for what another one lists.
#pragma once

#include <map>
#include <set>

#include "core/sup/transition.h"

namespace caduceus::sup {

// A block of MED that is held here, with a valid body, since this moment.
struct MblockSeen {
  MblockHeader header;
  Tick arrival;
};

class Observations {
 public:
  // Δ, ms: a block is listed when it was held so long; the order of two that came within it is anybody's. It calls for a Sblock Δ/4 later, so that a
  // sibling that came almost as soon is listed with it, and being heard first by a little earns nothing: what SUP draws then decides (R17.3). An order
  // that the hospitals could not agree on within so many Δ, as after a partition that had a quorum on neither side, is anybody's, too: else nothing
  // more would be anchored.
  static constexpr std::uint64_t order_lasts = 30;

  explicit Observations(std::uint64_t delay) : delay_(delay) {}

  // Parents first, arrivals ascending. What is held already stays as it is.
  void step(const MblockSeen& seen);
  [[nodiscard]] bool holds(const MblockHash& block) const { return by_hash_.contains(block); }
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

  // Something calls for a Sblock now; when that will be so by itself.
  [[nodiscard]] bool is_due(Tick now) const { return !due_.empty() && due_.begin()->first <= now; }
  [[nodiscard]] std::optional<Tick> next_due() const { return due_.empty() ? std::nullopt : std::optional(due_.begin()->first); }
  // Those that are held for Δ, by arrival, while visit() says true. What is not observed soon is due again, ever more seldom: the others may
  // not hold it, and vote for a proposal without it.
  void list(Tick now, const std::function<bool(const MblockHeader&)>& visit);

  // Of a body that `after`, the transition of its block, would accept. R17.2: each block is held, and none was received more than Δ later than
  // a sibling that could have been listed before it.
  [[nodiscard]] bool may_vote(Transition& after, std::span<const MblockHeader> listed, Tick now) const;

  // A newer state: what it has observed, or has left behind, goes.
  void renew(const SupState& newest);

 private:
  using Place = std::uint64_t;  // in the order of arrival
  struct Seen {
    MblockHash hash{};
    MblockHeader header;
    Tick arrival;
    Tick due;
    unsigned listed = 0;
  };
  static constexpr unsigned most_doublings = 6;
  void forget(std::map<Place, Seen>::iterator one);

  std::uint64_t delay_;
  std::map<Place, Seen> seen_;
  std::map<MblockHash, Place> by_hash_;
  std::multimap<MblockHash, Place> by_parent_;
  std::set<std::pair<Tick, Place>> due_;
  Place next_ = 0;
};

}  // namespace caduceus::sup
