#include "test/sim/roles_setup.h"

#include <utility>

#include "core/base/rng.h"

namespace caduceus::sim {
namespace {

constexpr std::array<std::pair<std::string_view, bool RolesFaults::*>, 7> words{{{"loss", &RolesFaults::loss},
                                                                                 {"delay", &RolesFaults::delay},
                                                                                 {"partition", &RolesFaults::partition},
                                                                                 {"crash", &RolesFaults::crash},
                                                                                 {"torn", &RolesFaults::torn},
                                                                                 {"reorder", &RolesFaults::reorder},
                                                                                 {"cheats", &RolesFaults::cheats}}};

}  // namespace

std::optional<RolesFaults> roles_faults_named(std::string_view list) {
  RolesFaults faults;
  if (list == "none") return faults;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto word = list.substr(0, comma);
    bool is_known = false;
    for (const auto& [name, fault] : words) {
      if (name == word) faults.*fault = is_known = true;
    }
    if (!is_known) return std::nullopt;
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return faults;
}

std::string to_string(const RolesFaults& faults) {
  std::string text;
  for (const auto& [name, fault] : words) {
    if (faults.*fault) text.append(text.empty() ? "" : ",").append(name);
  }
  return text.empty() ? "none" : text;
}

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
