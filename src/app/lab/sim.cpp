#include "app/lab/sim.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/lab/seed_workers.h"
#include "core/base/bytes.h"
#include "test/sim/sup_cluster.h"

namespace {

using caduceus::lab::SeedResult;
using namespace caduceus::sim;

struct SupOptions {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  std::optional<std::uint16_t> replicas;
  std::optional<std::uint64_t> steps;
  std::optional<unsigned> depth;
  std::string faults;
  std::string signatures;
  std::string plant;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool json = false;
  bool stops = false;
};

// What is not given is drawn from the seed.
SupSetup setup_of(const SupOptions& options, std::uint64_t seed) {
  SupSetup setup = draw_setup(seed);
  if (options.replicas) setup.replicas = *options.replicas;
  if (options.depth) setup.depth = *options.depth;
  if (!options.faults.empty()) setup.faults = faults_named(options.faults).value_or(SupFaults{});
  if (!options.signatures.empty()) setup.real_signatures = options.signatures == "bls";
  if (options.steps) setup.steps = *options.steps;
  if (!options.plant.empty()) setup.plant = plant_named(options.plant);
  return setup;
}

std::string_view word(SupEnd end) {
  switch (end) {
    case SupEnd::ok: return "ok";
    case SupEnd::no_progress: return "no-progress";
    case SupEnd::broken: return "safety-broken";
  }
  return "";
}

nlohmann::ordered_json to_json(const SupSetup& setup, const SupReport& report) {
  return {{"seed", setup.seed},
          {"replicas", setup.replicas},
          {"depth", setup.depth},
          {"faults", to_string(setup.faults)},
          {"steps", setup.steps},
          {"signatures", setup.real_signatures ? "bls" : "stand-in"},
          {"end", word(report.end)},
          {"why", report.why},
          {"height", report.height},
          {"views", report.views},
          {"messages", report.messages},
          {"events", report.events},
          {"simulated_ms", report.milliseconds},
          {"trace", caduceus::to_hex(caduceus::big_endian(report.trace))}};
}

// How to see one seed of a run again.
std::string command_for(const SupOptions& options, std::uint64_t seed) {
  std::string command = "caduceus-lab sim sup --seed " + std::to_string(seed);
  if (options.replicas) command += " --replicas " + std::to_string(*options.replicas);
  if (options.depth) command += " --depth " + std::to_string(*options.depth);
  if (!options.faults.empty()) command += " --faults " + options.faults;
  if (!options.signatures.empty()) command += " --signatures " + options.signatures;
  if (options.steps) command += " --steps " + std::to_string(*options.steps);
  if (!options.plant.empty()) command += " --plant " + options.plant;
  return command;
}

int run_sup(const SupOptions& options) {
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  std::map<int, std::uint64_t> ends;
  std::uint64_t finished = 0;
  std::uint64_t shown = 0;
  int worst = 0;
  const auto work = [&](std::uint64_t seed) {
    const SupSetup setup = setup_of(options, seed);
    const SupReport report = simulate(setup);
    return SeedResult{seed, static_cast<int>(report.end), to_json(setup, report).dump()};
  };
  const auto done = [&](const SeedResult& result) {
    ++finished;
    ++ends[result.status];
    worst = std::max(worst, result.status);
    if (options.json) {
      if (result.status == 4) {
        std::cout << nlohmann::ordered_json{{"seed", result.seed}, {"end", "crash"}} << '\n';
      } else {
        std::cout << result.line << '\n';
      }
    } else if (options.count == 1) {
      std::cout << (result.status == 4 ? "a replica crashed" : nlohmann::ordered_json::parse(result.line).dump(2)) << '\n';
    } else if (result.status != 0 && ++shown <= 20) {
      const std::string why = result.status == 4 ? "a replica crashed" : nlohmann::json::parse(result.line).at("why").get<std::string>();
      std::cout << "seed " << result.seed << ": " << why << "\n  " << command_for(options, result.seed) << '\n';
    }
    if (shows_progress && finished % 20 == 0) std::cerr << '\r' << finished << " of " << options.count << " seeds" << std::flush;
    return !options.stops || result.status == 0;
  };
  const unsigned jobs = static_cast<unsigned>(std::min<std::uint64_t>(options.jobs, options.count));
  if (!caduceus::lab::run_seeds(options.first, options.count, jobs, work, done)) {
    std::cerr << "caduceus-lab: sim: could not start a process for the simulation\n";
    return 1;
  }
  if (shows_progress) std::cerr << '\r' << std::string(40, ' ') << '\r';
  if (!options.json && options.count > 1) {
    std::cout << finished << " seeds: " << ends[0] << " ok, " << ends[2] << " without progress, " << ends[3] << " broke safety, " << ends[4]
              << " crashed\n";
  }
  return worst;
}

std::string one_of(std::span<const std::string_view> names) {
  std::string text;
  for (const auto name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

void add_sim(CLI::App& app, int& status) {
  CLI::App& sim = *app.add_subcommand("sim", "whole clusters from a seed, in simulated time, with faults");
  sim.require_subcommand(1);
  CLI::App& sup = *sim.add_subcommand("sup", "SUP's consensus: checks agreement, no double vote, progress once all is healed");
  sup.footer(
      "What is not given is drawn from the seed. The same seed gives the same run. Exit code: 0 ok, 2 no progress after healing, 3 safety\n"
      "broken, 4 a replica crashed; the worst of all seeds.\n"
      "Example: caduceus-lab sim sup --seed 7 --replicas 4 --depth 3 --faults loss,delay,partition,crash,torn,twins --json");
  auto options = std::make_shared<SupOptions>();
  sup.add_option("--seed", options->first, "the (first) seed")->type_name("N")->capture_default_str();
  sup.add_option("--seeds", options->count, "how many seeds, one after the other")->type_name("N")->check(CLI::PositiveNumber)->capture_default_str();
  sup.add_option("--replicas", options->replicas, "hospitals, 1 to 64")->type_name("N")->check(CLI::Range(1, 64));
  sup.add_option("--steps", options->steps, "events before all is healed")->type_name("N")->check(CLI::Range(1U, 100'000'000U));
  sup.add_option("--depth", options->depth, "commit depth: 3 or 2")->type_name("N")->check(CLI::Range(2, 3));
  sup.add_option("--faults", options->faults, "none, or some of loss,delay,partition,crash,torn,twins,down,lying")
      ->type_name("LIST")
      ->check([](const std::string& words) { return faults_named(words) ? std::string() : "no such fault in: " + words; });
  sup.add_option("--signatures", options->signatures, "bls, or stand-in, which is faster")->check(CLI::IsMember({"bls", "stand-in"}))->type_name("KIND");
  sup.add_option("--plant", options->plant, "put a bug in: " + one_of(plant_names))->type_name("BUG")->check([](const std::string& name) {
    return plant_named(name) ? std::string() : "no such bug: " + name;
  });
  sup.add_option("--jobs", options->jobs, "processes at a time")->type_name("N")->check(CLI::Range(1, 256))->capture_default_str();
  sup.add_flag("--stop", options->stops, "at the first seed that does not end well");
  sup.add_flag("--json", options->json, "one JSON object a seed");
  sup.callback([options, &status] { status = run_sup(*options); });
}
