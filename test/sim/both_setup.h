// What is simulated of both chains together: drawn from the seed, or given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/selfish/attacker.h"
#include "core/sup/anchoring.h"

namespace caduceus::sim {

struct BothFaults {
  bool loss = false;
  bool delay = false;
  bool partition = false;
  bool outage = false;   // SUP is silent for minutes, MED goes on
  bool eclipse = false;  // of MED, one hospital hears the last miner only
  bool selfish = false;  // the last miner withholds its blocks as Eyal and Sirer's does, and lets them go when others come
  bool lying = false;    // f hospitals censor MED's blocks, list what others do not hold, and in an order that suits the selfish miner
  bool flood = false;    // a hospital's doctor signs as many tx_ur as he can, before all is healed and after
  bool crash = false;    // nodes, but not the selfish miner, end at any moment, and begin again; f hospitals do not, in the end
};
// "loss,delay", or "none". Nothing when a word is unknown.
std::optional<BothFaults> both_faults_named(std::string_view words);
std::string to_string(const BothFaults& faults);

// A bug to be found.
enum class BothPlant {
  none,
  vote_blindly,  // hospitals vote for what they do not hold
  greedy_pool,  // SUP's pools give one signer all the room there is
  deaf,  // a hospital's MED does not hear of SUP, neither from its own nor from others
  forgetful,  // a hospital that begins again does not tell SUP of the blocks of MED that it had
  nameless,  // a node that begins again cannot show the Sblocks that its blocks name
};
std::optional<BothPlant> both_plant_named(std::string_view name);

// Not faults, but a measurement: what the last miner earns with a strategy of the model's, beside docs/SUPERVISION.md's figures.
struct Contest {
  sup::AnchorRules rules;  // none: hospitals do not run SUP
  std::uint64_t sup_idle = 2'000;  // ms; T_idle
  double alpha = 0.3;  // the last miner's share of the work; the others have as much each
  std::size_t miners_first = 0;  // of the others, so many hear its block first when it answers theirs at once
  std::size_t hospitals_first = 2;
  bench::selfish::Strategy strategy;
  std::uint64_t blocks = 1000;  // mined
};

struct BothSetup {
  std::uint64_t seed = 1;
  std::uint16_t hospitals = 4;
  std::size_t miners = 2;
  std::uint64_t minutes = 15;  // simulated, before all is healed
  std::uint64_t cut_off =
      0;  // not faults drawn by chance, but: one hospital and the last miner are alone until they have mined so many blocks
  BothFaults faults;
  BothPlant plant = BothPlant::none;
  std::optional<Contest> contest;
};
BothSetup draw_both_setup(std::uint64_t seed);

}  // namespace caduceus::sim
