// The grid of games that docs/SUPERVISION.md shows: rules, intervals, shares and attackers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bench/selfish/game.h"

namespace caduceus::bench::selfish {

// What an attacker has beside its work.
enum class Means : std::uint8_t { none, lying_leader, eclipse, outage };
std::string_view word(Means means);

struct Attack {
  std::string_view name;
  Means means = Means::none;
  Strategy strategy;
};
std::span<const Attack> attacks();

// As "none", "published", "raw k=0", "fresh k=1"; those of the grid.
std::string rules_named(const sup::AnchorRules& rules);
std::vector<sup::AnchorRules> all_rules();

constexpr std::uint64_t mblock_interval = 60'000;  // ms, as in production

struct Cell {
  sup::AnchorRules rules;  // fresh_step is a quarter of the Mblock interval, or 0
  unsigned ratio = 30;     // Sblocks an Mblock interval
  double gamma = 0.5;
  double alpha = 0.3;
  Means means = Means::none;
};

struct Revenue {
  double share = 0;  // of the blocks on the chain
  double error = 0;  // its standard error, from batches
  double lost = 0;   // of all mined blocks, those that are not on it
  std::uint32_t deepest = 0;
};

struct Row {
  Cell cell;
  std::string_view attack;  // that earned most
  Revenue revenue;
};

// Eyal and Sirer 2014, equation 8: the revenue of their attacker, without supervision.
[[nodiscard]] double closed_form(double alpha, double gamma);
// Of an attacker against R17.3 at depth 0 that shows two blocks for each honest one and wins a race with this probability (docs/SUPERVISION.md).
[[nodiscard]] double anchored_form(double alpha, double wins_race);

[[nodiscard]] GameSetup setup_of(const Cell& cell, const Attack& attack);
// So many blocks in batches, each a game of its own.
[[nodiscard]] Revenue measure_revenue(const GameSetup& setup, std::uint64_t blocks, std::uint64_t seed);
// Tries each attack in `trial` blocks, and measures the best one anew.
[[nodiscard]] Row best_attack(const Cell& cell, std::uint64_t trial, std::uint64_t blocks, std::uint64_t seed);

[[nodiscard]] std::vector<Cell> whole_grid();
[[nodiscard]] std::vector<Cell> quick_grid();

}  // namespace caduceus::bench::selfish
