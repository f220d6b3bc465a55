#include "app/lab/sim.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/lab/report_seeds.h"
#include "app/lab/seed_workers.h"
#include "core/base/bytes.h"
#include "test/sim/sup_cluster.h"
#include "test/sim/sup_measure.h"
#include "test/sim/twins.h"

namespace {

using caduceus::lab::SeedResult;
using namespace caduceus::sim;

struct SupOptions {
  caduceus::lab::Seeds seeds;
  std::optional<std::uint16_t> replicas;
  std::optional<std::uint64_t> steps;
  std::optional<unsigned> depth;
  std::string faults;
  std::string signatures;
  std::string ledger;
  std::string plant;
};

// What is not given is drawn from the seed.
SupSetup setup_of(const SupOptions& options, std::uint64_t seed) {
  SupSetup setup = draw_setup(seed);
  if (options.replicas) setup.replicas = *options.replicas;
  if (options.depth) setup.depth = *options.depth;
  if (!options.faults.empty()) setup.faults = faults_named(options.faults).value_or(SupFaults{});
  if (!options.signatures.empty()) setup.real_signatures = options.signatures == "bls";
  if (!options.ledger.empty()) setup.real_ledger = options.ledger == "real";
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
          {"ledger", setup.real_ledger ? "real" : "counting"},
          {"end", word(report.end)},
          {"why", report.why},
          {"height", report.height},
          {"views", report.views},
          {"snapshots", report.snapshots},
          {"transactions", report.transactions},
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
  if (!options.ledger.empty()) command += " --ledger " + options.ledger;
  if (options.steps) command += " --steps " + std::to_string(*options.steps);
  if (!options.plant.empty()) command += " --plant " + options.plant;
  return command;
}

int run_sup(const SupOptions& options) {
  const auto work = [&](std::uint64_t seed) {
    const SupSetup setup = setup_of(options, seed);
    const SupReport report = simulate(setup);
    return SeedResult{seed, static_cast<int>(report.end), to_json(setup, report).dump()};
  };
  return caduceus::lab::report_seeds(options.seeds, work, [&](std::uint64_t seed) { return command_for(options, seed); });
}

struct CountOptions {
  std::uint64_t heights = 200;
  std::uint64_t seeds = 5;
  bool json = false;
};

// A row for each size, depth and case; with replicas down, the mean over several choices of who is.
int count_messages(const CountOptions& options) {
  if (!options.json) std::cout << "   n  depth  down   messages/decision  PBFT   views/commit   ms/commit\n";
  int status = 0;
  for (const std::uint16_t n : std::array<std::uint16_t, 5>{4, 7, 16, 31, 64}) {
    for (const unsigned depth : {3U, 2U}) {
      for (const bool down : {false, true}) {
        DecisionCost mean;
        const std::uint64_t seeds = down ? options.seeds : 1;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
          SupSetup setup{.seed = seed, .replicas = n, .depth = depth, .faults = {.down = down}, .plant = {}};
          const DecisionCost cost = decision_cost(setup, options.heights);
          if (cost.heights == 0) status = 2;
          mean.messages_a_decision += cost.messages_a_decision / static_cast<double>(seeds);
          mean.views_a_commit += cost.views_a_commit / static_cast<double>(seeds);
          mean.milliseconds_a_commit += cost.milliseconds_a_commit / static_cast<double>(seeds);
        }
        const int replicas_down = down ? (n - 1) / 3 : 0;
        const int pbft = 2 * n * (n - 1);  // pre-prepare n − 1, prepare (n − 1)², commit n(n − 1)
        if (options.json) {
          std::cout << nlohmann::ordered_json{{"replicas", n},
                                              {"depth", depth},
                                              {"down", replicas_down},
                                              {"messages_a_decision", mean.messages_a_decision},
                                              {"pbft", pbft},
                                              {"views_a_commit", mean.views_a_commit},
                                              {"ms_a_commit", mean.milliseconds_a_commit}}
                    << std::endl;
        } else {
          std::cout << std::fixed << std::setprecision(1) << std::setw(4) << n << std::setw(6) << depth << std::setw(7) << replicas_down
                    << std::setw(17) << mean.messages_a_decision << std::setw(9) << pbft << std::setw(12) << std::setprecision(2)
                    << mean.views_a_commit << std::setw(13) << std::setprecision(0) << mean.milliseconds_a_commit << std::endl;
        }
      }
    }
  }
  return status;
}

struct CatchUpOptions {
  std::uint64_t blocks = 100'000;
  bool prune = false;
  bool json = false;
};

int run_catch_up(const CatchUpOptions& options) {
  const SupSetup setup{.seed = 1, .faults = {.prune = options.prune}, .plant = {}};
  const CatchUp result = catch_up(setup, options.blocks);
  const nlohmann::ordered_json json{
      {"blocks", result.blocks}, {"simulated_ms", result.milliseconds}, {"snapshots", result.snapshots}, {"done", result.is_done}};
  std::cout << (options.json ? json.dump() : json.dump(2)) << '\n';
  return result.is_done && (result.snapshots > 0) == options.prune ? 0 : 2;
}

struct TwinsOptions {
  unsigned rounds = 4;
  unsigned depth = 3;
  std::uint64_t sample = 1;
  std::string plant;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

int run_all_twins(const TwinsOptions& options) {
  const std::uint64_t all = twins_scenarios(options.rounds);
  const std::uint64_t in_one = std::min<std::uint64_t>(all, twins_choices * twins_choices);  // scenarios, of one process's turn
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  std::uint64_t finished = 0;
  std::uint64_t count = 0;
  int worst = 0;
  const auto work = [&](std::uint64_t turn) {
    SeedResult result{turn, 0, {}};
    std::uint64_t run = 0;
    for (std::uint64_t scenario = turn * in_one; scenario < (turn + 1) * in_one; ++scenario) {
      // A sample takes scenarios that are scattered, and the same each time.
      if (((scenario * 0x9e3779b97f4a7c15U) >> 32U) % options.sample != 0) continue;
      if (!is_representative(scenario, options.rounds)) continue;
      ++run;
      const SupReport report = run_twins(scenario, options.rounds, options.depth, plant_named(options.plant));
      if (report.end == SupEnd::ok) continue;
      result.status = std::max(result.status, static_cast<int>(report.end));
      result.line += " scenario " + std::to_string(scenario) + ": " + report.why + ";";
    }
    result.line = std::to_string(run) + result.line;
    return result;
  };
  const auto done = [&](const SeedResult& result) {
    worst = std::max(worst, result.status);
    count += result.status == 4 ? 0 : std::strtoull(result.line.c_str(), nullptr, 10);
    if (result.status != 0) std::cout << result.line << '\n';
    if (shows_progress) std::cerr << '\r' << ++finished << " of " << all / in_one << std::flush;
    return true;
  };
  if (!caduceus::lab::run_seeds(0, all / in_one, options.jobs, work, done)) return 1;
  std::cout << count << " scenarios of " << all << " with " << options.rounds << " rounds, up to names" << (worst == 0 ? ": all ok" : "")
            << '\n';
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

void add_plant(CLI::App& command, std::string& plant) {
  command.add_option("--plant", plant, "put a bug in: " + one_of(plant_names))->type_name("BUG")->check([](const std::string& name) {
    return plant_named(name) ? std::string() : "no such bug: " + name;
  });
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
  caduceus::lab::add_seeds(sup, options->seeds);
  sup.add_option("--replicas", options->replicas, "hospitals, 1 to 64")->type_name("N")->check(CLI::Range(1, 64));
  sup.add_option("--steps", options->steps, "events before all is healed")->type_name("N")->check(CLI::Range(1U, 100'000'000U));
  sup.add_option("--depth", options->depth, "commit depth: 3 or 2")->type_name("N")->check(CLI::Range(2, 3));
  sup.add_option("--faults", options->faults, "none, or some of loss,delay,partition,crash,torn,prune,twins,down,lying")
      ->type_name("LIST")
      ->check([](const std::string& words) { return faults_named(words) ? std::string() : "no such fault in: " + words; });
  sup.add_option("--signatures", options->signatures, "bls, or stand-in, which is faster")
      ->check(CLI::IsMember({"bls", "stand-in"}))
      ->type_name("KIND");
  sup.add_option("--ledger", options->ledger, "real: signed transactions on the product's ledger; or counting, which is faster")
      ->check(CLI::IsMember({"real", "counting"}))
      ->type_name("KIND");
  add_plant(sup, options->plant);
  sup.callback([options, &status] { status = run_sup(*options); });

  add_sim_med(sim, status);
  add_sim_both(sim, status);
  add_sim_selfish(sim, status);
  add_sim_roles(sim, status);

  CLI::App& twins = *sim.add_subcommand("twins", "two replicas under one key: every choice of leaders and of who hears whom, n = 4");
  twins.footer("Example: caduceus-lab sim twins --rounds 4 --sample 100");
  auto twin = std::make_shared<TwinsOptions>();
  twins.add_option("--rounds", twin->rounds, "views that are scripted")->type_name("N")->check(CLI::Range(1, 5))->capture_default_str();
  twins.add_option("--depth", twin->depth, "commit depth: 3 or 2")->type_name("N")->check(CLI::Range(2, 3))->capture_default_str();
  twins.add_option("--sample", twin->sample, "one scenario in so many")->type_name("N")->check(CLI::PositiveNumber)->capture_default_str();
  add_plant(twins, twin->plant);
  twins.add_option("--jobs", twin->jobs, "processes at a time")->type_name("N")->check(CLI::Range(1, 256))->capture_default_str();
  twins.callback([twin, &status] { status = run_all_twins(*twin); });

  CLI::App& messages = *sim.add_subcommand("messages", "counts messages a decision and views a commit, beside PBFT's");
  messages.footer("Example: caduceus-lab sim messages --heights 50 --json");
  auto count = std::make_shared<CountOptions>();
  messages.add_option("--heights", count->heights, "blocks to commit in each case")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  messages.add_option("--seeds", count->seeds, "choices of the replicas that are down")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  messages.add_flag("--json", count->json, "one JSON object a row");
  messages.callback([count, &status] { status = count_messages(*count); });

  CLI::App& behind = *sim.add_subcommand("catch-up", "a replica comes back after the others have committed many blocks");
  behind.footer("Example: caduceus-lab sim catch-up --blocks 100000 --prune");
  auto catching = std::make_shared<CatchUpOptions>();
  behind.add_option("--blocks", catching->blocks, "blocks that it missed")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  behind.add_flag("--prune", catching->prune, "the others keep but a few blocks, so that it needs a snapshot");
  behind.add_flag("--json", catching->json, "one line");
  behind.callback([catching, &status] { status = run_catch_up(*catching); });
}
