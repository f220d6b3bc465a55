// How long to wait before the next try: twice as long each time, half of it random, so that those who lost the same peer do not all come
// back at once.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/base/rng.h"

namespace caduceus {

class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  // 0 < first <= last.
  Backoff(Duration first, Duration last) : first_(first), last_(last), next_(first) {}

  Duration next(Rng& random) {
    const Duration whole = next_;
    next_ = std::min(2 * next_, last_);
    const auto byte = random.bytes<1>()[0];
    return whole / 2 + whole * byte / 510;
  }
  void reset() { next_ = first_; }

 private:
  Duration first_;
  Duration last_;
  Duration next_;
};

}  // namespace caduceus
