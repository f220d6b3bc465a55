// The client of `bench sup`, and what it measures.
#pragma once

#include <vector>

#include "bench/sup/cluster.h"

namespace caduceus::bench {

// How long things took: milliseconds, each so many times.
class Latencies {
 public:
  void add(double milliseconds, std::uint64_t times = 1) { samples_.emplace_back(milliseconds, times); }
  // share in [0, 1]; 0 when there is nothing.
  [[nodiscard]] double quantile(double share);
  [[nodiscard]] std::uint64_t count() const;

 private:
  std::vector<std::pair<double, std::uint64_t>> samples_;
};

struct LoadFigures {
  std::uint64_t commands = 0;
  double seconds = 0;
  double cpu_all = 0;       // seconds
  double cpu_replicas = 0;  // seconds
  std::uint64_t bytes = 0;  // over the loopback
  Latencies latencies;
};

// Counts from when it is made until finish().
class Meter {
 public:
  explicit Meter(const Cluster& cluster);
  // Without commands and latencies.
  [[nodiscard]] LoadFigures finish() const;

 private:
  const Cluster& cluster_;
  std::chrono::steady_clock::time_point began_;
  double own_;
  double theirs_;
  std::uint64_t bytes_;
};

// So many 32-byte commands under way at all times: sent to every hospital, done when f + 1 of them say so. Counts what happens after a
// warm-up of two seconds.
LoadFigures order_load(const Consortium& consortium, const Cluster& cluster, std::uint64_t outstanding, double seconds);

}  // namespace caduceus::bench
