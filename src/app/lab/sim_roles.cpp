#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/lab/report_seeds.h"
#include "app/lab/sim.h"
#include "core/base/bytes.h"
#include "test/sim/roles_cluster.h"

namespace {

using namespace caduceus::sim;
using caduceus::lab::SeedResult;

struct RolesOptions {
  caduceus::lab::Seeds seeds;
  std::optional<std::uint64_t> steps;
  std::optional<std::size_t> hospitals;
  std::optional<std::size_t> doctors;
  std::optional<std::size_t> patients;
  std::string faults;
  std::string plant;
};

// What is not given is drawn from the seed.
RolesSetup setup_of(const RolesOptions& options, std::uint64_t seed) {
  RolesSetup setup = draw_roles_setup(seed);
  if (options.steps) setup.steps = *options.steps;
  if (options.hospitals) setup.hospitals = *options.hospitals;
  if (options.doctors) setup.doctors = *options.doctors;
  if (options.patients) setup.patients = *options.patients;
  if (!options.faults.empty()) setup.faults = roles_faults_named(options.faults).value_or(RolesFaults{});
  setup.plant = roles_plant_named(options.plant);
  return setup;
}

std::string_view word(RolesEnd end) {
  switch (end) {
    case RolesEnd::ok: return "ok";
    case RolesEnd::no_progress: return "no-progress";
    case RolesEnd::broken: return "broken";
  }
  return "";
}

nlohmann::ordered_json to_json(const RolesSetup& setup, const RolesReport& report) {
  return {{"seed", setup.seed},
          {"hospitals", setup.hospitals},
          {"doctors", setup.doctors},
          {"patients", setup.patients},
          {"steps", setup.steps},
          {"faults", to_string(setup.faults)},
          {"end", word(report.end)},
          {"why", report.why},
          {"records", report.records},
          {"grants", report.grants},
          {"accesses", report.accesses},
          {"opened", report.opened},
          {"emergencies", report.emergencies},
          {"cheats", report.cheats},
          {"crashes", report.crashes},
          {"letters", report.letters},
          {"refused_letters", report.refused_letters},
          {"messages", report.messages},
          {"events", report.events},
          {"simulated_ms", report.milliseconds},
          {"trace", caduceus::to_hex(caduceus::big_endian(report.trace))}};
}

std::string command_for(const RolesOptions& options, std::uint64_t seed) {
  std::string command = "caduceus-lab sim roles --seed " + std::to_string(seed);
  if (options.steps) command += " --steps " + std::to_string(*options.steps);
  if (options.hospitals) command += " --hospitals " + std::to_string(*options.hospitals);
  if (options.doctors) command += " --doctors " + std::to_string(*options.doctors);
  if (options.patients) command += " --patients " + std::to_string(*options.patients);
  if (!options.faults.empty()) command += " --faults " + options.faults;
  if (!options.plant.empty()) command += " --plant " + options.plant;
  return command;
}

int run_roles(const RolesOptions& options) {
  // Everybody is enrolled before the processes part.
  for (const std::size_t hospitals : options.hospitals ? std::vector{*options.hospitals} : std::vector<std::size_t>{2, 3}) {
    (void)RolesWorld::of(hospitals);
  }
  const auto work = [&](std::uint64_t seed) {
    const RolesSetup setup = setup_of(options, seed);
    const RolesReport report = simulate(setup);
    return SeedResult{seed, static_cast<int>(report.end), to_json(setup, report).dump()};
  };
  return caduceus::lab::report_seeds(options.seeds, work, [&](std::uint64_t seed) { return command_for(options, seed); });
}

std::string known_plants() {
  std::string all;
  for (const auto name : roles_plant_names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

}  // namespace

void add_sim_roles(CLI::App& sim, int& status) {
  CLI::App& roles = *sim.add_subcommand(
      "roles", "patients, doctors and hospitals: nobody reads without a grant or SUP's word, all is logged, nothing acknowledged is lost");
  roles.footer(
      "What is not given is drawn from the seed. The same seed gives the same run. Exit code: 0 ok, 2 not all that was begun came to its end\n"
      "after healing, 3 a rule broken, 4 a node crashed; the worst of all seeds.\n"
      "Example: caduceus-lab sim roles --seed 7 --hospitals 3 --faults loss,crash,torn,cheats --json");
  auto options = std::make_shared<RolesOptions>();
  caduceus::lab::add_seeds(roles, options->seeds);
  roles.add_option("--steps", options->steps, "things that somebody begins to do, before all is healed")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
  roles.add_option("--hospitals", options->hospitals, "2 to 5; a liar is one of three or more")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{2}, RolesSetup::most_hospitals));
  roles.add_option("--doctors", options->doctors, "1 to 6; of two or more, one may cheat")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, RolesSetup::most_doctors));
  roles.add_option("--patients", options->patients, "1 to 4")->type_name("N")->check(CLI::Range(std::size_t{1}, RolesSetup::most_patients));
  roles.add_option("--faults", options->faults, "none, or some of loss,delay,partition,crash,torn,reorder,cheats")
      ->type_name("LIST")
      ->check([](const std::string& words) { return roles_faults_named(words) ? std::string() : "no such fault in: " + words; });
  roles.add_option("--plant", options->plant, "put a bug in: " + known_plants())->type_name("BUG")->check([](const std::string& name) {
    return roles_plant_named(name) ? std::string() : "no such bug: " + name;
  });
  roles.callback([options, &status] { status = run_roles(*options); });
}
