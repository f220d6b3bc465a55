#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/lab/report_seeds.h"
#include "app/lab/sim.h"
#include "core/base/bytes.h"
#include "test/sim/med_cluster.h"

namespace {

using namespace caduceus::sim;
using caduceus::lab::SeedResult;

struct MedOptions {
  caduceus::lab::Seeds seeds;
  std::optional<std::size_t> nodes;
  std::optional<std::size_t> hospitals;
  std::optional<std::uint64_t> minutes;
  std::string faults;
  std::string plant;
};

// What is not given is drawn from the seed.
MedSetup setup_of(const MedOptions& options, std::uint64_t seed) {
  MedSetup setup = draw_med_setup(seed);
  if (options.nodes) setup.nodes = *options.nodes;
  if (options.hospitals) setup.hospitals = *options.hospitals;
  if (options.minutes) setup.minutes = *options.minutes;
  if (!options.faults.empty()) setup.faults = med_faults_named(options.faults).value_or(MedFaults{});
  setup.plant = med_plant_named(options.plant).value_or(MedPlant::none);
  return setup;
}

std::string_view word(MedEnd end) {
  switch (end) {
    case MedEnd::ok: return "ok";
    case MedEnd::no_progress: return "no-progress";
    case MedEnd::broken: return "broken";
  }
  return "";
}

nlohmann::ordered_json to_json(const MedSetup& setup, const MedReport& report) {
  return {{"seed", setup.seed},
          {"nodes", setup.nodes},
          {"hospitals", setup.hospitals},
          {"clients", setup.clients},
          {"faults", to_string(setup.faults)},
          {"end", word(report.end)},
          {"why", report.why},
          {"height", report.height},
          {"anchored", report.anchored},
          {"bundles", report.bundles},
          {"calls", report.calls},
          {"bans", report.bans},
          {"answers", report.answers},
          {"client_bans", report.client_bans},
          {"messages", report.messages},
          {"events", report.events},
          {"simulated_ms", report.milliseconds},
          {"trace", caduceus::to_hex(caduceus::big_endian(report.trace))}};
}

std::string command_for(const MedOptions& options, std::uint64_t seed) {
  std::string command = "caduceus-lab sim med --seed " + std::to_string(seed);
  if (options.nodes) command += " --nodes " + std::to_string(*options.nodes);
  if (options.hospitals) command += " --hospitals " + std::to_string(*options.hospitals);
  if (options.minutes) command += " --minutes " + std::to_string(*options.minutes);
  if (!options.faults.empty()) command += " --faults " + options.faults;
  if (!options.plant.empty()) command += " --plant " + options.plant;
  return command;
}

int run_med(const MedOptions& options) {
  const auto work = [&](std::uint64_t seed) {
    const MedSetup setup = setup_of(options, seed);
    const MedReport report = simulate(setup);
    return SeedResult{seed, static_cast<int>(report.end), to_json(setup, report).dump()};
  };
  return caduceus::lab::report_seeds(options.seeds, work, [&](std::uint64_t seed) { return command_for(options, seed); });
}

}  // namespace

void add_sim_med(CLI::App& sim, int& status) {
  CLI::App& med =
      *sim.add_subcommand("med", "MED: miners, hospitals and light clients agree on one anchored chain, and nothing published is lost");
  med.footer(
      "What is not given is drawn from the seed. The same seed gives the same run. Exit code: 0 ok, 2 not all on one chain after healing,\n"
      "3 safety broken, 4 a node crashed; the worst of all seeds.\n"
      "Example: caduceus-lab sim med --seed 7 --nodes 5 --faults loss,partition,crash --json");
  auto options = std::make_shared<MedOptions>();
  caduceus::lab::add_seeds(med, options->seeds);
  med.add_option("--nodes", options->nodes, "full nodes, 3 to 16; all mine")->type_name("N")->check(CLI::Range(3, 16));
  med.add_option("--hospitals", options->hospitals, "that publish, 1 to 8")->type_name("N")->check(CLI::Range(1, 8));
  med.add_option("--minutes", options->minutes, "simulated, before all is healed")->type_name("N")->check(CLI::Range(1, 10'000));
  med.add_option("--faults", options->faults, "none, or some of loss,delay,partition,crash,torn,lying")
      ->type_name("LIST")
      ->check([](const std::string& words) { return med_faults_named(words) ? std::string() : "no such fault in: " + words; });
  med.add_option("--plant", options->plant, "put a bug in: keep-losing-branch, forget-block-on-crash, forget-bundles")
      ->type_name("BUG")
      ->check([](const std::string& name) { return med_plant_named(name) ? std::string() : "no such bug: " + name; });
  med.callback([options, &status] { status = run_med(*options); });
}
