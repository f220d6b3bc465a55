#include "test/sim/roles_setup.h"

#include <utility>

#include "core/base/rng.h"
#include "test/sim/faults.h"

namespace caduceus::sim {
namespace {

constexpr std::array<FaultName<RolesFaults>, 7> words{{{"loss", &RolesFaults::loss},
                                                       {"delay", &RolesFaults::delay},
                                                       {"partition", &RolesFaults::partition},
                                                       {"crash", &RolesFaults::crash},
                                                       {"torn", &RolesFaults::torn},
                                                       {"reorder", &RolesFaults::reorder},
                                                       {"cheats", &RolesFaults::cheats}}};

}  // namespace

std::optional<RolesFaults> roles_faults_named(std::string_view list) { return faults_listed<RolesFaults>(words, list); }

std::string to_string(const RolesFaults& faults) { return list_of<RolesFaults>(words, faults); }

std::optional<RolesPlant> roles_plant_named(std::string_view name) {
  for (std::size_t i = 0; i < roles_plant_names.size(); ++i) {
    if (roles_plant_names.at(i) == name) return static_cast<RolesPlant>(i);
  }
  return std::nullopt;
}

RolesSetup draw_roles_setup(std::uint64_t seed) {
  SeededRng rng(seed ^ 0x726f6c6573);
  RolesSetup setup;
  setup.seed = seed;
  setup.hospitals = 2 + rng.below(2);
  setup.doctors = 2 + rng.below(2);
  setup.patients = 2 + rng.below(2);
  for (const auto& [name, fault] : words) setup.faults.*fault = rng.below(2) == 0;
  if (setup.faults.cheats) setup.hospitals = setup.doctors = 3;
  return setup;
}

}  // namespace caduceus::sim
