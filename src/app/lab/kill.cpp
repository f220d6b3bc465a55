#include "app/lab/kill.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "test/e2e/sup_kill.h"

namespace {

using namespace caduceus::e2e;

// What ctest takes for: not here.
constexpr int skipped = 77;

int run(KillOptions options, bool on_bad_network, bool json) {
  std::unique_ptr<BadNetwork> network;
  if (on_bad_network) {
    auto made = BadNetwork::make(hospitals, options.seed);
    if (!made) {
      std::cerr << "caduceus-lab: skipped: " << made.error().message << '\n';
      return skipped;
    }
    network = *std::move(made);
    options.network = network.get();
  }
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  const KillReport report = kill_hospitals(options, [&](const KillReport& so_far) {
    if (!shows_progress) return;
    std::cerr << '\r' << so_far.kills << " kills, " << so_far.acknowledged << " acknowledged" << std::flush;
  });
  if (shows_progress) std::cerr << '\r' << std::string(60, ' ') << '\r';
  nlohmann::ordered_json object{{"seed", options.seed},
                                {"end", report.broken.empty() ? "ok" : "broken"},
                                {"why", report.broken},
                                {"kills", report.kills},
                                {"leaders_killed", report.leaders_killed},
                                {"acknowledged", report.acknowledged},
                                {"repeats", report.repeats},
                                {"longest_pause", report.longest_pause},
                                {"height", report.height},
                                {"root", report.root},
                                {"seconds", report.seconds}};
  if (options.late_joiner) object["first_of_late_joiner"] = report.first_of_late_joiner;
  if (network) {
    const BadNetwork::Counts counts = network->counts();
    object["partitions"] = report.partitions;
    object["frames_arrived"] = counts.arrived;
    object["frames_lost"] = counts.lost;
    object["frames_cut"] = counts.cut;
    object["frames_too_many"] = counts.too_many;
  }
  std::cout << object.dump(json ? -1 : 2) << std::endl;
  if (options.late_joiner && report.broken.empty() && report.first_of_late_joiner <= 1) {
    std::cerr << "caduceus-lab: the late hospital has all blocks: it did not join through a snapshot\n";
    return 3;
  }
  return report.broken.empty() ? 0 : 3;
}

}  // namespace

void add_kill(CLI::App& app, int& status) {
  auto* kill =
      app.add_subcommand("kill", "real processes over TLS, killed at random instants under load; what was acknowledged must be there");
  kill->require_subcommand(1);
  auto* sup = kill->add_subcommand("sup", "four hospitals' nodes");
  sup->footer("Example: caduceus-lab kill sup --kills 500 --json");
  auto options = std::make_shared<KillOptions>();
  auto bad_network = std::make_shared<bool>(false);
  auto json = std::make_shared<bool>(false);
  sup->add_option("--seed", options->seed, "of what is killed when")->type_name("N")->capture_default_str();
  auto* kills = sup->add_option("--kills", options->kills, "how many")->type_name("N")->capture_default_str();
  sup->add_option("--seconds", options->seconds, "so long, in place of so many kills")->type_name("S")->excludes(kills);
  sup->add_flag("--one-down", options->one_down, "one hospital is down for good");
  sup->add_flag("--late-joiner", options->late_joiner, "one hospital begins when the others have pruned their blocks");
  sup->add_flag("--bad-network", *bad_network,
                "50 ms one way, 10 % loss, partitions: each hospital in a network namespace; where that is not allowed, exits with 77");
  sup->add_flag("--json", *json, "one JSON object on one line");
  sup->callback([options, bad_network, json, &status] { status = run(*options, *bad_network, *json); });
}
