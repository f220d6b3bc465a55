#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/lab/report_seeds.h"
#include "app/lab/sim.h"
#include "bench/selfish/grid.h"
#include "core/base/bytes.h"
#include "test/sim/both_cluster.h"

namespace {

using namespace caduceus::sim;
namespace selfish = caduceus::bench::selfish;

// The games' error is estimated from themselves: by chance once in 97 where there are six, in 193 of eight, in 1,300 of twenty (Student's t).
constexpr double most_errors_apart = 4;
constexpr std::uint64_t model_blocks = 200'000;

struct SelfishOptions {
  std::string rules = "fresh k=0";
  unsigned ratio = 30;
  double alpha = 0.4;
  std::size_t miners = 6;
  std::size_t miners_first = 0;
  std::size_t hospitals_first = 2;
  std::string attack = "race-fresh";
  std::uint64_t blocks = 500;
  std::uint64_t first = 1;
  std::uint64_t games = 20;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool json = false;
};

template <class T, class NameOf>
const T* named(std::span<const T> all, const std::string& name, const NameOf& name_of) {
  const auto found = std::ranges::find(all, name, name_of);
  return found == all.end() ? nullptr : &*found;
}

selfish::Cell cell_of(const SelfishOptions& options) {
  const auto rules = selfish::all_rules();
  // Whoever found the honest block does not hear the other one first.
  const auto others = static_cast<double>(options.miners - 1);
  const double gamma = static_cast<double>(options.miners_first) / others * (1 - 1 / others);
  return {.rules = *named(std::span(rules), options.rules, selfish::rules_named),
          .ratio = options.ratio,
          .gamma = gamma,
          .alpha = options.alpha};
}

const selfish::Attack& attack_of(const SelfishOptions& options) {
  return *named(selfish::attacks(), options.attack, [](const selfish::Attack& attack) { return std::string(attack.name); });
}

int run_selfish(const SelfishOptions& options) {
  const selfish::Cell cell = cell_of(options);
  const selfish::Attack& attack = attack_of(options);
  BothSetup setup{.miners = options.miners, .faults = {}, .contest = Contest{}};
  setup.contest = Contest{.rules = cell.rules,
                          .sup_idle = selfish::mblock_interval / cell.ratio,
                          .alpha = cell.alpha,
                          .miners_first = options.miners_first,
                          .hospitals_first = options.hospitals_first,
                          .strategy = attack.strategy,
                          .blocks = options.blocks};
  double sum = 0, squares = 0;
  std::string why;
  std::uint64_t trace = 0;
  std::map<std::uint64_t, nlohmann::json> games;
  const auto work = [&](std::uint64_t seed) {
    setup.seed = seed;
    const ContestReport report = hold_contest(setup);
    const nlohmann::json line{{"share", report.share()}, {"why", report.why}, {"trace", report.trace}};
    return caduceus::lab::SeedResult{seed, 0, line.dump()};
  };
  const auto done = [&](const caduceus::lab::SeedResult& result) {
    games[result.seed] =
        result.status == 0 ? nlohmann::json::parse(result.line) : nlohmann::json{{"share", 0.0}, {"why", "a node crashed"}, {"trace", 0}};
    return true;
  };
  if (!caduceus::lab::run_seeds(options.first, options.games, static_cast<unsigned>(std::min<std::uint64_t>(options.jobs, options.games)),
                                work, done)) {
    std::cerr << "caduceus-lab: sim: could not start a process for the simulation\n";
    return 1;
  }
  for (const auto& [seed, game] : games) {
    const double share = game.at("share").get<double>();
    sum += share;
    squares += share * share;
    trace = trace * 0x100000001b3ULL + game.at("trace").get<std::uint64_t>();
    if (const auto said = game.at("why").get<std::string>(); why.empty() && !said.empty())
      why = "seed " + std::to_string(seed) + ": " + said;
  }
  const auto n = static_cast<double>(options.games);
  const double share = sum / n;
  const double error = std::sqrt(std::max(0.0, squares / n - share * share) / (n - 1));
  const selfish::Revenue model = selfish::measure_revenue(selfish::setup_of(cell, attack), model_blocks, options.first);
  const double apart = (share - model.share) / std::hypot(error, model.error);
  if (why.empty() && std::abs(apart) > most_errors_apart) why = "the simulator and the model differ";
  const auto rounded = [](double value) { return std::round(value * 1e5) / 1e5; };
  const nlohmann::ordered_json line{{"rules", options.rules},
                                    {"sblocks_an_mblock", options.ratio},
                                    {"alpha", cell.alpha},
                                    {"gamma", rounded(cell.gamma)},
                                    {"hospitals_first", options.hospitals_first},
                                    {"attack", options.attack},
                                    {"games", options.games},
                                    {"blocks", options.blocks},
                                    {"share", rounded(share)},
                                    {"error", rounded(error)},
                                    {"model_share", rounded(model.share)},
                                    {"model_error", rounded(model.error)},
                                    {"errors_apart", rounded(apart)},
                                    {"why", why},
                                    {"trace", caduceus::to_hex(caduceus::big_endian(trace))}};
  std::cout << (options.json ? line.dump() : line.dump(2)) << '\n';
  return why.empty() ? 0 : 2;
}

}  // namespace

void add_sim_selfish(CLI::App& sim, int& status) {
  CLI::App& command =
      *sim.add_subcommand("selfish", "a selfish miner among real nodes earns what `bench selfish` says (docs/SUPERVISION.md)");
  command.footer(
      "The last miner plays an attack of the model's over messages, in games of their own seeds; each game counts its share of the final blocks.\n"
      "Exit code: 0, or 2 where the mean is more than four standard errors off the model's, or a game went wrong.\n"
      "Example: caduceus-lab sim selfish --rules none --attack eyal-sirer --alpha 0.4 --miners-first 5 --json");
  auto options = std::make_shared<SelfishOptions>();
  command.add_option("--rules", options->rules, "none, published, raw k=0, fresh k=0, …; as bench selfish has them")
      ->type_name("RULES")
      ->capture_default_str()
      ->check([](const std::string& name) {
        const auto rules = selfish::all_rules();
        return named(std::span(std::as_const(rules)), name, selfish::rules_named) != nullptr ? std::string() : "no such rules: " + name;
      });
  command.add_option("--ratio", options->ratio, "Mblock interval over T_idle")
      ->type_name("N")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  command.add_option("--alpha", options->alpha, "the attacker's share of the work")
      ->type_name("A")
      ->check(CLI::Range(0.0, 0.49))
      ->capture_default_str();
  command.add_option("--miners", options->miners, "the attacker is one of them")
      ->type_name("N")
      ->check(CLI::Range(2, 31))
      ->capture_default_str();
  command.add_option("--miners-first", options->miners_first, "so many of the others hear of its block first in a race")
      ->type_name("N")
      ->check(CLI::Range(0, 30))
      ->capture_default_str();
  command.add_option("--hospitals-first", options->hospitals_first, "so many of the four hospitals, too")
      ->type_name("N")
      ->check(CLI::Range(0, 4))
      ->capture_default_str();
  command.add_option("--attack", options->attack, "race, race-fresh, eyal-sirer, honest, …; as bench selfish has them")
      ->type_name("ATTACK")
      ->capture_default_str()
      ->check([](const std::string& name) {
        const auto is_it = [&](const selfish::Attack& attack) { return attack.name == name && attack.strategy.trails == 0; };
        return std::ranges::any_of(selfish::attacks(), is_it) ? std::string() : "no such attack over messages: " + name;
      });
  command.add_option("--blocks", options->blocks, "mined in a game")->type_name("N")->check(CLI::Range(10, 100'000))->capture_default_str();
  command.add_option("--games", options->games, "how many, of as many seeds")
      ->type_name("N")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  command.add_option("--seed", options->first, "the first game's")->type_name("N")->capture_default_str();
  command.add_option("--jobs", options->jobs, "processes at a time")->type_name("N")->check(CLI::Range(1, 256))->capture_default_str();
  command.add_flag("--json", options->json, "one line");
  command.callback([options, &status] {
    if (options->miners_first >= options->miners) throw CLI::ValidationError("--miners-first", "there are not so many others");
    status = run_selfish(*options);
  });
}
