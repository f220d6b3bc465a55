// Runs seeds in processes of their own: one that aborts takes only its own seed with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace caduceus::lab {

// What came of one seed. `status` is 4 when the process ended before it said so.
struct SeedResult {
  std::uint64_t seed = 0;
  int status = 0;
  std::string line;
};

// Runs work(seed) for `count` seeds from `first` in `jobs` (> 0) processes at a time; `done` hears of each as it ends and says
// whether to go on. What a worker writes to standard error goes there. False when the machine gave no process or pipe.
bool run_seeds(std::uint64_t first, std::uint64_t count, unsigned jobs, const std::function<SeedResult(std::uint64_t)>& work,
               const std::function<bool(const SeedResult&)>& done);

}  // namespace caduceus::lab
