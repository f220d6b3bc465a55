// Runs of many seeds, as the simulator's commands show them.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "app/lab/seed_workers.h"

namespace CLI {
class App;
}

namespace caduceus::lab {

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool json = false;
  bool stops = false;
};

// --seed, --seeds, --jobs, --stop, --json
void add_seeds(CLI::App& command, Seeds& seeds);

// Runs them on all cores and shows each, or what went wrong and the command that runs that seed again. `work` gives an object with "why". Returns the
// worst status: 0 ok, 2 no progress, 3 safety broken, 4 crashed.
int report_seeds(const Seeds& seeds, const std::function<SeedResult(std::uint64_t seed)>& work,
                 const std::function<std::string(std::uint64_t seed)>& command_for);

}  // namespace caduceus::lab
