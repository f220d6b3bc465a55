#include "bench/selfish/grid.h"

#include <array>
#include <cmath>

namespace caduceus::bench::selfish {
namespace {

constexpr std::size_t batches = 20;

constexpr std::array all_attacks{
    Attack{"honest", Means::none, {}},
    Attack{"eyal-sirer", Means::none, {.withholds = true}},
    Attack{"lead-stubborn", Means::none, {.withholds = true, .leads_stubbornly = true}},
    Attack{"fork-stubborn", Means::none, {.withholds = true, .forks_stubbornly = true}},
    Attack{"trail-stubborn", Means::none, {.withholds = true, .trails = 1}},
    Attack{"race", Means::none, {.withholds = true, .knows_sup = true}},
    Attack{"race-stubborn", Means::none, {.withholds = true, .forks_stubbornly = true, .knows_sup = true}},
    Attack{"pick", Means::none, {.withholds = true, .knows_sup = true, .picks = true}},
    Attack{"wait", Means::none, {.withholds = true, .knows_sup = true, .waits = true}},
    Attack{"wait-fresh", Means::none, {.withholds = true, .knows_sup = true, .waits = true, .keeps_fresh = true}},
    Attack{"race-fresh", Means::none, {.withholds = true, .knows_sup = true, .keeps_fresh = true}},
    Attack{"lure", Means::none, {.withholds = true, .knows_sup = true, .waits = true, .lures = true}},
    Attack{"honest", Means::lying_leader, {}},
    Attack{"race", Means::lying_leader, {.withholds = true, .knows_sup = true}},
    Attack{"race-fresh", Means::lying_leader, {.withholds = true, .knows_sup = true, .keeps_fresh = true}},
    Attack{"wait", Means::lying_leader, {.withholds = true, .knows_sup = true, .waits = true}},
    Attack{"honest", Means::eclipse, {}},
    Attack{"race", Means::eclipse, {.withholds = true, .knows_sup = true}},
    Attack{"race-fresh", Means::eclipse, {.withholds = true, .knows_sup = true, .keeps_fresh = true}},
    Attack{"wait", Means::eclipse, {.withholds = true, .knows_sup = true, .waits = true}},
    Attack{"honest", Means::outage, {}},
    Attack{"race", Means::outage, {.withholds = true, .knows_sup = true}},
    Attack{"race-fresh", Means::outage, {.withholds = true, .knows_sup = true, .keeps_fresh = true}},
    Attack{"eyal-sirer", Means::outage, {.withholds = true}},
};

bool is_unsupervised(const sup::AnchorRules& rules) { return rules.branch == sup::BranchRule::none; }

// What differs in nothing from another attack under these rules; and, against SUP, the stubborn that do not know it: they never earned most.
bool is_pointless(const sup::AnchorRules& rules, const Strategy& strategy) {
  if (is_unsupervised(rules)) return strategy.knows_sup;
  if (strategy.keeps_fresh) return rules.fresh_step == 0;
  return !strategy.knows_sup && (strategy.leads_stubbornly || strategy.forks_stubbornly || strategy.trails > 0);
}

}  // namespace

std::string_view word(Means means) {
  constexpr std::array<std::string_view, 4> words{"work", "lying leader", "eclipse", "outage"};
  return words.at(static_cast<std::size_t>(means));
}

std::span<const Attack> attacks() { return all_attacks; }

std::string rules_named(const sup::AnchorRules& rules) {
  if (rules.branch == sup::BranchRule::none) return "none";
  if (rules.branch == sup::BranchRule::longest) return "published";
  return std::string(rules.fresh_step != 0 ? "fresh" : "raw") + " k=" + std::to_string(rules.depth);
}

std::vector<sup::AnchorRules> all_rules() {
  std::vector<sup::AnchorRules> rules{{.branch = sup::BranchRule::none}, {.branch = sup::BranchRule::longest}};
  for (const std::uint64_t step : std::array<std::uint64_t, 2>{0, mblock_interval / 4}) {
    for (const Byte depth : std::array<Byte, 4>{0, 1, 2, 6}) rules.push_back({.depth = depth, .fresh_step = step});
  }
  return rules;
}

double closed_form(double alpha, double gamma) {
  const double a = alpha, b = 1 - alpha;
  return (a * b * b * (4 * a + gamma * (1 - 2 * a)) - a * a * a) / (1 - a * (1 + (2 - a) * a));
}

double anchored_form(double alpha, double wins_race) {
  const double a = alpha, b = 1 - alpha;
  const double r = (std::sqrt(b * b + 4 * a * b) - b) / (2 * b);  // b r² + b r = a: from n to n + 1 blocks ahead
  const double lost = b * r * (1 - r) * (1 - wins_race);
  return (a - lost) / (a + b * (1 - r));
}

GameSetup setup_of(const Cell& cell, const Attack& attack) {
  GameSetup setup{.alpha = cell.alpha, .gamma = cell.gamma, .interval = mblock_interval, .sup = {}, .attacker = attack.strategy};
  setup.sup.rules = cell.rules;
  setup.sup.interval = mblock_interval / cell.ratio;
  if (cell.means == Means::lying_leader) setup.sup.fourth = FourthLeader::lying;
  if (cell.means == Means::eclipse) setup.sup.fourth = FourthLeader::eclipsed;
  if (cell.means == Means::outage) {
    setup.sup.cycle = 100 * mblock_interval;
    setup.sup.silent = 20 * mblock_interval;
  }
  return setup;
}

Revenue measure_revenue(const GameSetup& setup, std::uint64_t blocks, std::uint64_t seed) {
  Revenue revenue;
  double sum = 0, squares = 0, mined = 0, settled = 0;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const Outcome outcome = Game(setup, seed * batches + batch).play(blocks / batches);
    const auto on_chain = static_cast<double>(outcome.attackers + outcome.honest);
    const double share = static_cast<double>(outcome.attackers) / on_chain;
    sum += share;
    squares += share * share;
    mined += static_cast<double>(outcome.mined);
    settled += on_chain;
    revenue.deepest = std::max(revenue.deepest, outcome.deepest);
  }
  constexpr auto n = static_cast<double>(batches);
  revenue.share = sum / n;
  revenue.error = std::sqrt(std::max(0.0, squares / n - revenue.share * revenue.share) / (n - 1));
  revenue.lost = 1 - settled / mined;
  return revenue;
}

Row best_attack(const Cell& cell, std::uint64_t trial, std::uint64_t blocks, std::uint64_t seed) {
  const Attack* best = nullptr;
  double most = -1;
  for (const Attack& attack : all_attacks) {
    if (attack.means != cell.means || is_pointless(cell.rules, attack.strategy)) continue;
    const double share = measure_revenue(setup_of(cell, attack), trial, seed).share;
    if (share <= most) continue;
    most = share;
    best = &attack;
  }
  return {cell, best->name, measure_revenue(setup_of(cell, *best), blocks, seed + 1'000'003)};
}

std::vector<Cell> whole_grid() {
  std::vector<Cell> cells;
  for (const sup::AnchorRules& rules : all_rules()) {
    for (const unsigned ratio : {1U, 5U, 30U}) {
      if (is_unsupervised(rules) && ratio != 1) continue;
      for (const Means means : {Means::none, Means::lying_leader, Means::eclipse, Means::outage}) {
        if (is_unsupervised(rules) && means != Means::none) continue;
        for (const double gamma : {0.0, 0.5, 1.0}) {
          if (means != Means::none && gamma != 0.5) continue;
          for (const double alpha : {0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.47})
            cells.push_back({rules, ratio, gamma, alpha, means});
        }
      }
    }
  }
  return cells;
}

std::vector<Cell> quick_grid() {
  std::vector<Cell> cells = whole_grid();
  std::erase_if(cells, [](const Cell& cell) {
    return cell.gamma != 0.5 || cell.alpha != 0.40 || cell.ratio == 5 || cell.means == Means::eclipse ||
           cell.rules.depth > 1;  // 19 are left
  });
  return cells;
}

}  // namespace caduceus::bench::selfish
