#include "bench/measure.h"

#include <time.h>  // clock_gettime

#include <algorithm>
#include <chrono>
#include <deque>

#include "core/base/check.h"

namespace caduceus::bench {
namespace {

constexpr double batch_us = 1000;
constexpr int least_rounds = 5;

// Processor time of this thread, so that others who get the processor meanwhile do not count. Nothing measured here ever waits.
double now_us() {
  timespec now{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// One side of a row: how many calls make a batch, and the fastest batch so far.
class Side {
 public:
  explicit Side(const Work& work) : work_(work) {
    calls_ = static_cast<int>(std::clamp(batch_us / std::max(batch(), 0.01), 1.0, 10'000.0));
    if (calls_ > 1) batch();
  }

  void measured_batch() { best_ = std::min(best_, batch()); }
  [[nodiscard]] double best() const { return best_; }

 private:
  // Microseconds a call.
  double batch() {
    const double start = now_us();
    for (int i = 0; i < calls_; ++i) CHECK(work_());
    return (now_us() - start) / calls_;
  }

  const Work& work_;
  int calls_ = 1;
  double best_ = 1e300;
};

}  // namespace

std::vector<Figures> measure(std::span<const Case> cases, double seconds) {
  std::deque<Side> sides;
  for (const Case& one : cases) {
    sides.emplace_back(one.operation);
    if (one.floor) sides.emplace_back(one.floor);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds * static_cast<double>(cases.size()));
  for (int round = 0; round < least_rounds || std::chrono::steady_clock::now() < end; ++round) {
    for (Side& side : sides) side.measured_batch();
  }

  std::vector<Figures> figures;
  auto side = sides.begin();
  for (const Case& one : cases) {
    const double operation = (side++)->best();
    figures.push_back({operation, one.floor ? (side++)->best() : operation});
  }
  return figures;
}

}  // namespace caduceus::bench
