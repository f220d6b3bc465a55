#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/lab/report_seeds.h"
#include "app/lab/sim.h"
#include "core/base/bytes.h"
#include "test/sim/both_cluster.h"

namespace {

using namespace caduceus::sim;
using caduceus::lab::SeedResult;

struct BothOptions {
  caduceus::lab::Seeds seeds;
  std::optional<std::uint16_t> hospitals;
  std::optional<std::size_t> miners;
  std::optional<std::uint64_t> minutes;
  std::uint64_t cut_off = 0;
  std::string faults;
  std::string plant;
};

// What is not given is drawn from the seed.
BothSetup setup_of(const BothOptions& options, std::uint64_t seed) {
  BothSetup setup = draw_both_setup(seed);
  if (options.hospitals) setup.hospitals = *options.hospitals;
  if (options.miners) setup.miners = *options.miners;
  if (options.minutes) setup.minutes = *options.minutes;
  setup.cut_off = options.cut_off;
  if (!options.faults.empty()) setup.faults = both_faults_named(options.faults).value_or(BothFaults{});
  setup.plant = both_plant_named(options.plant).value_or(BothPlant::none);
  return setup;
}

std::string_view word(BothEnd end) {
  switch (end) {
    case BothEnd::ok: return "ok";
    case BothEnd::no_progress: return "no-progress";
    case BothEnd::broken: return "broken";
  }
  return "";
}

nlohmann::ordered_json to_json(const BothSetup& setup, const BothReport& report) {
  return {{"seed", setup.seed},
          {"hospitals", setup.hospitals},
          {"miners", setup.miners},
          {"faults", to_string(setup.faults)},
          {"end", word(report.end)},
          {"why", report.why},
          {"height", report.height},
          {"anchored", report.anchored},
          {"sup_height", report.sup_height},
          {"silent_blocks", report.silent_blocks},
          {"orphaned", report.orphaned},
          {"bans", report.bans},
          {"flooded", report.flooded},
          {"over_share", report.over_share},
          {"longest_emergency_ms", report.longest_emergency},
          {"crashes", report.crashes},
          {"messages", report.messages},
          {"events", report.events},
          {"simulated_ms", report.milliseconds},
          {"trace", caduceus::to_hex(caduceus::big_endian(report.trace))}};
}

std::string command_for(const BothOptions& options, std::uint64_t seed) {
  std::string command = "caduceus-lab sim both --seed " + std::to_string(seed);
  if (options.hospitals) command += " --hospitals " + std::to_string(*options.hospitals);
  if (options.miners) command += " --miners " + std::to_string(*options.miners);
  if (options.minutes) command += " --minutes " + std::to_string(*options.minutes);
  if (options.cut_off > 0) command += " --cut-off " + std::to_string(options.cut_off);
  if (!options.faults.empty()) command += " --faults " + options.faults;
  if (!options.plant.empty()) command += " --plant " + options.plant;
  return command;
}

int run_both(const BothOptions& options) {
  const auto work = [&](std::uint64_t seed) {
    const BothSetup setup = setup_of(options, seed);
    const BothReport report = simulate(setup);
    return SeedResult{seed, static_cast<int>(report.end), to_json(setup, report).dump()};
  };
  return caduceus::lab::report_seeds(options.seeds, work, [&](std::uint64_t seed) { return command_for(options, seed); });
}

}  // namespace

void add_sim_both(CLI::App& sim, int& status) {
  CLI::App& both = *sim.add_subcommand("both", "both chains: hospitals supervise MED, and whatever happens all end on one anchored chain");
  both.footer(
      "What is not given is drawn from the seed. The same seed gives the same run. Exit code: 0 ok, 2 not all anchored after healing,\n"
      "3 safety broken, 4 a node crashed; the worst of all seeds.\n"
      "Example: caduceus-lab sim both --seed 7 --faults partition,outage,selfish,lying --json");
  auto options = std::make_shared<BothOptions>();
  caduceus::lab::add_seeds(both, options->seeds);
  both.add_option("--hospitals", options->hospitals, "4 to 31")->type_name("N")->check(CLI::Range(4, 31));
  both.add_option("--miners", options->miners, "2 to 8")->type_name("N")->check(CLI::Range(2, 8));
  both.add_option("--minutes", options->minutes, "simulated, before all is healed")->type_name("N")->check(CLI::Range(1, 10'000));
  both.add_option("--cut-off", options->cut_off, "a hospital and the last miner are alone until both sides have so many blocks")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
  both.add_option("--faults", options->faults, "none, or some of loss,delay,partition,outage,eclipse,selfish,lying,flood,crash")
      ->type_name("LIST")
      ->check([](const std::string& words) { return both_faults_named(words) ? std::string() : "no such fault in: " + words; });
  both.add_option("--plant", options->plant, "put a bug in: vote-blindly, greedy-pool, deaf, forgetful, nameless")
      ->type_name("BUG")
      ->check([](const std::string& name) { return both_plant_named(name) ? std::string() : "no such bug: " + name; });
  both.callback([options, &status] { status = run_both(*options); });
}
