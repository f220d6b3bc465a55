#include "bench/measure.h"

#include <algorithm>
#include <chrono>

#include "core/base/check.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double batch_us = 1000;
constexpr int least_batches = 5;

double elapsed_us(Clock::time_point since) { return std::chrono::duration<double, std::micro>(Clock::now() - since).count(); }

// One side of a row: how many calls make a batch, and the fastest batch so far.
class Side {
 public:
  explicit Side(const Work& work) : work_(work) {
    const double first = batch();
    calls_ = static_cast<int>(std::clamp(batch_us / std::max(first, 0.01), 1.0, 10'000.0));
    batch();
  }

  // Microseconds a call.
  double batch() {
    const auto start = Clock::now();
    for (int i = 0; i < calls_; ++i) CHECK(work_());
    return elapsed_us(start) / calls_;
  }
  void measured_batch() { best_ = std::min(best_, batch()); }
  [[nodiscard]] double best() const { return best_; }

 private:
  const Work& work_;
  int calls_ = 1;
  double best_ = 1e300;
};

}  // namespace

Figures measure(const Case& what, double seconds) {
  Side operation(what.operation);
  if (!what.floor) {
    const auto start = Clock::now();
    for (int i = 0; i < least_batches || elapsed_us(start) < seconds * 1e6; ++i) operation.measured_batch();
    return {operation.best(), operation.best()};
  }
  Side floor(what.floor);
  const auto start = Clock::now();
  for (int i = 0; i < least_batches || elapsed_us(start) < seconds * 1e6; ++i) {
    operation.measured_batch();
    floor.measured_batch();
  }
  return {operation.best(), floor.best()};
}

}  // namespace caduceus::bench
