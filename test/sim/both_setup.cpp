#include "test/sim/both_setup.h"

#include <array>

#include "core/base/rng.h"
#include "test/sim/faults.h"

namespace caduceus::sim {
namespace {

constexpr std::array<FaultName<BothFaults>, 9> words{{{"loss", &BothFaults::loss},
                                                      {"delay", &BothFaults::delay},
                                                      {"partition", &BothFaults::partition},
                                                      {"outage", &BothFaults::outage},
                                                      {"eclipse", &BothFaults::eclipse},
                                                      {"selfish", &BothFaults::selfish},
                                                      {"lying", &BothFaults::lying},
                                                      {"flood", &BothFaults::flood},
                                                      {"crash", &BothFaults::crash}}};

}  // namespace

std::optional<BothFaults> both_faults_named(std::string_view list) { return faults_listed<BothFaults>(words, list); }

std::string to_string(const BothFaults& faults) { return list_of<BothFaults>(words, faults); }

std::optional<BothPlant> both_plant_named(std::string_view name) {
  if (name == "vote-blindly") return BothPlant::vote_blindly;
  if (name == "greedy-pool") return BothPlant::greedy_pool;
  if (name == "deaf") return BothPlant::deaf;
  if (name == "forgetful") return BothPlant::forgetful;
  if (name == "nameless") return BothPlant::nameless;
  return std::nullopt;
}

BothSetup draw_both_setup(std::uint64_t seed) {
  SeededRng rng(seed ^ 0x626f7468);
  BothSetup setup;
  setup.seed = seed;
  setup.hospitals = rng.below(4) == 0 ? 7 : 4;
  setup.miners = 2 + rng.below(2);
  for (const auto& [name, fault] : words) setup.faults.*fault = rng.below(2) == 0;
  setup.faults.flood = setup.faults.flood && rng.below(3) == 0;  // signing takes long
  return setup;
}

}  // namespace caduceus::sim
