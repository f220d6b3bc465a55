// The simulator's kernel: time, and what happens in it. One seed gives one run, byte for byte: SUP, MED and the roles run on it.
#pragma once

#include <functional>
#include <queue>
#include <vector>

#include "core/base/number.h"
#include "core/base/rng.h"

namespace caduceus::sim {

class Kernel {
 public:
  explicit Kernel(std::uint64_t seed) : rng_(seed) {}

  [[nodiscard]] Tick now() const { return now_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  SeededRng& rng() { return rng_; }
  // True once in `one_in` times; never for 0.
  bool happens(std::uint64_t one_in) { return one_in != 0 && rng_.below(one_in) == 0; }
  std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + rng_.below(most - least + 1); }

  void at(Tick when, std::function<void()> what) { queue_.push({std::max(when, now_), ++last_, std::move(what)}); }
  void after(std::uint64_t milliseconds, std::function<void()> what) { at(now_ + milliseconds, std::move(what)); }

  // The next thing happens. False when nothing is left.
  bool step() {
    if (queue_.empty()) return false;
    // priority_queue shows its top as const; it goes right away.
    Event event = std::move(const_cast<Event&>(queue_.top()));
    queue_.pop();
    now_ = event.when;
    ++events_;
    event.what();
    return true;
  }

 private:
  struct Event {
    Tick when;
    std::uint64_t number = 0;  // what is due at one time happens in the order in which it was asked for
    std::function<void()> what;
    bool operator<(const Event& other) const { return std::tie(other.when, other.number) < std::tie(when, number); }
  };

  SeededRng rng_;
  Tick now_;
  std::uint64_t last_ = 0;
  std::uint64_t events_ = 0;
  std::priority_queue<Event> queue_;
};

}  // namespace caduceus::sim
