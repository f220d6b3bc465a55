// The view a replica is in, and how long it stays (PROTOCOL.md §8, Timer; docs/decisions/0009).
#pragma once

#include <algorithm>
#include <optional>

#include "core/base/number.h"

namespace caduceus::sup {

// How long a view may take from when its leader should propose: base · 2^min(⌊u/(n+4)⌋, 4), u = current view − view of the newest
// committed block; milliseconds.
std::uint64_t view_patience(std::uint64_t base, std::size_t n, View current, View committed);

class Pacemaker {
 public:
  Pacemaker(View view, Tick now) : view_(view), entered_(now) {}

  [[nodiscard]] View view() const { return view_; }
  [[nodiscard]] Tick entered() const { return entered_; }
  // When the next TIMEOUT leaves: with the patience after the proposal is due, and then again and again.
  [[nodiscard]] Tick fires(Tick proposal_due, std::uint64_t patience) const {
    return again_ ? *again_ : std::max(entered_, proposal_due) + patience;
  }
  // It fired; again after this period, until the view is left.
  void fired(Tick now, std::uint64_t period) { again_ = now + period; }

 private:
  View view_;
  Tick entered_;
  std::optional<Tick> again_;
};

}  // namespace caduceus::sup
