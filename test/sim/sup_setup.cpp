#include "test/sim/sup_setup.h"

#include <array>
#include <utility>

#include "core/base/rng.h"
#include "test/sim/faults.h"

namespace caduceus::sim {
namespace {

using Field = FaultName<SupFaults>;
constexpr std::array<Field, 10> fields{Field{"loss", &SupFaults::loss},           Field{"delay", &SupFaults::delay},
                                       Field{"partition", &SupFaults::partition}, Field{"crash", &SupFaults::crash},
                                       Field{"torn", &SupFaults::torn},           Field{"prune", &SupFaults::prune},
                                       Field{"twins", &SupFaults::twins},         Field{"down", &SupFaults::down},
                                       Field{"lying", &SupFaults::lying},         Field{"restored", &SupFaults::restored}};

}  // namespace

std::optional<SupFaults> faults_named(std::string_view list) { return faults_listed<SupFaults>(fields, list); }

std::string to_string(const SupFaults& faults) { return list_of<SupFaults>(fields, faults); }

SupSetup draw_setup(std::uint64_t seed) {
  SeededRng rng(~seed);  // another sequence than the run's own
  SupSetup setup;
  setup.seed = seed;
  setup.replicas = rng.below(3) == 0 ? 7 : 4;
  setup.depth = rng.below(2) == 0 ? 2 : 3;
  for (const auto& [name, field] : fields) {
    if (field != &SupFaults::restored) setup.faults.*field = rng.below(3) != 0;
  }
  setup.real_signatures = rng.below(64) == 0;
  if (setup.real_signatures) setup.steps = 400;
  setup.real_ledger = rng.below(16) == 0;
  return setup;
}

}  // namespace caduceus::sim
