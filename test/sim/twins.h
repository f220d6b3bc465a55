// Twins (Bano et al., 2020): two replicas under one key, every choice of leaders and of who hears whom in the first views. n = 4.
#pragma once

#include "test/sim/sup_cluster.h"

namespace caduceus::sim {

// Nodes 0, 1, 2 follow the protocol; 3 and 4 are the two instances of place 3. A round is a leader (4) and a split of the five nodes
// into at most two sides (16); scenarios are numbered, round by round.
constexpr std::uint64_t twins_choices = 64;
constexpr std::uint64_t twins_scenarios(unsigned rounds) { return rounds == 0 ? 1 : twins_choices * twins_scenarios(rounds - 1); }

// Whether no renaming of the three honest replicas, or of the two instances, gives a scenario with a lower number: the others are
// the same up to names.
bool is_representative(std::uint64_t scenario, unsigned rounds);

// Agreement, no double vote, and progress after the last round.
SupReport run_twins(std::uint64_t scenario, unsigned rounds, unsigned depth, std::optional<Plant> plant = {});

}  // namespace caduceus::sim
