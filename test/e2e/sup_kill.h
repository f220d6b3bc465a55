// Hospitals that are killed with SIGKILL at random instants while clients submit, and what must hold afterwards: everything that was
// acknowledged is committed, once, where the acknowledgement said; all hospitals have the same blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace caduceus::e2e {

struct KillOptions {
  std::uint64_t seed = 1;
  std::uint64_t kills = 20;
  bool one_down = false;   // for good, beside the kills
  bool late_joiner = false;  // the last hospital begins when the others have pruned what it would need: it joins through a snapshot
  std::uint64_t pruned_blocks = 200;  // that there have to be before it does
};

struct KillReport {
  std::string broken;  // empty: all holds
  std::uint64_t kills = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t repeats = 0;  // a client did not hear, and asked again
  std::uint64_t height = 0;
  std::uint64_t first_of_late_joiner = 0;  // the oldest block that it has
  double seconds = 0;
};

// `progress` hears of each kill. Call it before there are threads.
KillReport kill_hospitals(const KillOptions& options, const std::function<void(const KillReport&)>& progress);

}  // namespace caduceus::e2e
