#include "app/lab/report_seeds.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace caduceus::lab {

void add_seeds(CLI::App& command, Seeds& seeds) {
  command.add_option("--seed", seeds.first, "the (first) seed")->type_name("N")->capture_default_str();
  command.add_option("--seeds", seeds.count, "how many seeds, one after the other")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--jobs", seeds.jobs, "processes at a time")->type_name("N")->check(CLI::Range(1, 256))->capture_default_str();
  command.add_flag("--stop", seeds.stops, "at the first seed that does not end well");
  command.add_flag("--json", seeds.json, "one JSON object a seed");
}

int report_seeds(const Seeds& seeds, const std::function<SeedResult(std::uint64_t seed)>& work,
                 const std::function<std::string(std::uint64_t seed)>& command_for) {
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  std::map<int, std::uint64_t> ends;
  std::uint64_t finished = 0;
  std::uint64_t shown = 0;
  int worst = 0;
  const auto done = [&](const SeedResult& result) {
    ++finished;
    ++ends[result.status];
    worst = std::max(worst, result.status);
    if (seeds.json) {
      if (result.status == 4) {
        std::cout << nlohmann::ordered_json{{"seed", result.seed}, {"end", "crash"}} << '\n';
      } else {
        std::cout << result.line << '\n';
      }
    } else if (seeds.count == 1) {
      std::cout << (result.status == 4 ? "a node crashed" : nlohmann::ordered_json::parse(result.line).dump(2)) << '\n';
    } else if (result.status != 0 && ++shown <= 20) {
      const std::string why = result.status == 4 ? "a node crashed" : nlohmann::json::parse(result.line).at("why").get<std::string>();
      std::cout << "seed " << result.seed << ": " << why << "\n  " << command_for(result.seed) << '\n';
    }
    if (shows_progress && finished % 20 == 0) std::cerr << '\r' << finished << " of " << seeds.count << " seeds" << std::flush;
    return !seeds.stops || result.status == 0;
  };
  const unsigned jobs = static_cast<unsigned>(std::min<std::uint64_t>(seeds.jobs, seeds.count));
  if (!run_seeds(seeds.first, seeds.count, jobs, work, done)) {
    std::cerr << "caduceus-lab: sim: could not start a process for the simulation\n";
    return 1;
  }
  if (shows_progress) std::cerr << '\r' << std::string(40, ' ') << '\r';
  if (!seeds.json && seeds.count > 1) {
    std::cout << finished << " seeds: " << ends[0] << " ok, " << ends[2] << " without progress, " << ends[3] << " broke safety, " << ends[4]
              << " crashed\n";
  }
  return worst;
}

}  // namespace caduceus::lab
