// The view a replica is in, and how long it stays (PROTOCOL.md §8, Timer).
#pragma once

#include "core/base/number.h"

namespace caduceus::sup {

// T_idle + base · 2^min(⌊u/(n+4)⌋, 4), u = current view − view of the newest committed block; milliseconds.
std::uint64_t view_period(std::uint64_t idle, std::uint64_t base, std::size_t n, View current, View committed);

class Pacemaker {
 public:
  Pacemaker(View view, Tick now, std::uint64_t period) : view_(view), entered_(now), fires_(now + period) {}

  [[nodiscard]] View view() const { return view_; }
  [[nodiscard]] Tick entered() const { return entered_; }
  [[nodiscard]] Tick fires() const { return fires_; }

  void enter(View view, Tick now, std::uint64_t period) { *this = Pacemaker(view, now, period); }
  // It fired; again after another period, until the view is left.
  void rewind(Tick now, std::uint64_t period) { fires_ = now + period; }

 private:
  View view_;
  Tick entered_;
  Tick fires_;
};

}  // namespace caduceus::sup
