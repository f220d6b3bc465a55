#include "bench/measure.h"

#include <time.h>  // clock_gettime

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>

#include "core/base/check.h"

namespace caduceus::bench {
namespace {

constexpr double batch_us = 1000;
constexpr std::size_t least_rounds = 8;

// Processor time of this thread, so that others who get the processor meanwhile do not count. Nothing measured here ever waits.
double now_us() {
  timespec now{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// One thing that is called, and how often in a batch.
class Side {
 public:
  explicit Side(const Work& work) : work_(work) {
    calls_ = static_cast<int>(std::clamp(batch_us / std::max(batch(), 0.01), 1.0, 10'000.0));
    if (calls_ > 1) batch();
  }

  // Microseconds a call.
  double batch() {
    const double start = now_us();
    for (int i = 0; i < calls_; ++i) CHECK(work_());
    return (now_us() - start) / calls_;
  }

 private:
  const Work& work_;
  int calls_ = 1;
};

// What each side took, in one round of them all.
using Round = std::vector<double>;

// The mean over the fastest quarter of the rounds.
Round fastest(std::vector<Round> rounds) {
  std::ranges::sort(rounds, {}, [](const Round& round) { return std::reduce(round.begin(), round.end()); });
  rounds.resize((rounds.size() + 3) / 4);
  Round mean(rounds.front().size());
  for (const Round& round : rounds) std::ranges::transform(mean, round, mean.begin(), std::plus<>());
  for (double& us : mean) us /= static_cast<double>(rounds.size());
  return mean;
}

}  // namespace

std::vector<Figures> measure(std::span<const Case> cases, double seconds) {
  std::vector<Side> sides;
  for (const Case& one : cases) {
    sides.emplace_back(one.operation);
    if (one.floor) sides.emplace_back(one.floor);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds * static_cast<double>(cases.size()));
  std::vector<Round> rounds;
  while (rounds.size() < least_rounds || std::chrono::steady_clock::now() < end) {
    Round& round = rounds.emplace_back();
    for (Side& side : sides) round.push_back(side.batch());
  }

  const Round us = fastest(std::move(rounds));
  std::vector<Figures> figures;
  auto next = us.begin();
  for (const Case& one : cases) {
    const double operation = *next++;
    figures.push_back({operation, one.floor ? *next++ : operation});
  }
  return figures;
}

}  // namespace caduceus::bench
