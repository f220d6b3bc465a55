#include "test/sim/med_setup.h"

#include <array>

#include "core/base/rng.h"
#include "test/sim/faults.h"

namespace caduceus::sim {
namespace {

constexpr std::array<FaultName<MedFaults>, 6> words{{{"loss", &MedFaults::loss},
                                                     {"delay", &MedFaults::delay},
                                                     {"partition", &MedFaults::partition},
                                                     {"crash", &MedFaults::crash},
                                                     {"torn", &MedFaults::torn},
                                                     {"lying", &MedFaults::lying}}};

}  // namespace

std::optional<MedFaults> med_faults_named(std::string_view list) { return faults_listed<MedFaults>(words, list); }

std::string to_string(const MedFaults& faults) { return list_of<MedFaults>(words, faults); }

std::optional<MedPlant> med_plant_named(std::string_view name) {
  if (name == "keep-losing-branch") return MedPlant::keep_losing_branch;
  if (name == "forget-block-on-crash") return MedPlant::forget_block_on_crash;
  if (name == "forget-bundles") return MedPlant::forget_bundles;
  return std::nullopt;
}

MedSetup draw_med_setup(std::uint64_t seed) {
  SeededRng rng(seed ^ 0x6d6564);
  MedSetup setup;
  setup.seed = seed;
  setup.nodes = 3 + rng.below(4);
  setup.hospitals = 1 + rng.below(3);
  for (const auto& [name, fault] : words) setup.faults.*fault = rng.below(2) == 0;
  if (setup.nodes < 4) setup.faults.lying = false;  // two honest ones have to hear each other
  setup.clients = 1 + rng.below(3);
  return setup;
}

}  // namespace caduceus::sim
