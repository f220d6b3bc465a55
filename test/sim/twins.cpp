#include "test/sim/twins.h"

#include <algorithm>
#include <array>

namespace caduceus::sim {
namespace {

using Names = std::array<std::uint32_t, 5>;  // by node: its new name

// The six orders of the honest nodes, with and without the instances swapped; the first changes nothing.
const std::vector<Names>& renamings() {
  static const std::vector<Names> all = [] {
    std::vector<Names> names;
    std::array<std::uint32_t, 3> honest{0, 1, 2};
    do {
      names.push_back({honest[0], honest[1], honest[2], 3, 4});
      names.push_back({honest[0], honest[1], honest[2], 4, 3});
    } while (std::ranges::next_permutation(honest).found);
    return names;
  }();
  return all;
}

// A round is leader + 4 · (which of nodes 1 to 4 are not on node 0's side).
std::uint64_t renamed(std::uint64_t round, const Names& names) {
  const std::uint64_t leader = round % 4;
  const std::uint64_t side = round / 4 << 1;
  std::uint64_t new_side = 0;
  for (std::uint32_t node = 0; node < 5; ++node) new_side |= (side >> node & 1U) << names.at(node);
  if ((new_side & 1U) != 0) new_side ^= 31U;
  return (leader == 3 ? 3 : names.at(leader)) + 4 * (new_side >> 1U);
}

}  // namespace

bool is_representative(std::uint64_t scenario, unsigned rounds) {
  return std::ranges::all_of(renamings(), [&](const Names& names) {
    std::uint64_t other = 0;
    std::uint64_t weight = 1;
    std::uint64_t rest = scenario;
    for (unsigned r = 0; r < rounds; ++r, rest /= twins_choices, weight *= twins_choices)
      other += weight * renamed(rest % twins_choices, names);
    return scenario <= other;
  });
}

SupReport run_twins(std::uint64_t scenario, unsigned rounds, unsigned depth, std::optional<Plant> plant) {
  SupScript script;
  script.twin = 3;
  script.healed = Tick(5000 * rounds);
  for (unsigned r = 0; r < rounds; ++r, scenario /= twins_choices) {
    const std::uint64_t round = scenario % twins_choices;
    script.rounds.push_back({static_cast<sup::Place>(round % 4), static_cast<std::uint32_t>(round / 4 << 1)});
  }
  SupSetup setup;
  setup.depth = depth;
  setup.steps = 0;
  setup.plant = plant;
  return SupCluster(setup, std::move(script)).run();
}

}  // namespace caduceus::sim
