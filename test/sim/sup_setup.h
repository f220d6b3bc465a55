// What is simulated: read from words, or drawn from the seed.
#pragma once

#include <optional>
#include <string>

#include "test/sim/sup_plants.h"

namespace caduceus::sim {

struct SupFaults {
  bool loss = false;
  bool delay = false;
  bool partition = false;
  bool crash = false;
  bool torn = false;   // crashes between persisting and sending, and before it
  bool prune = false;  // everybody keeps but a few committed blocks: who lags joins by a snapshot
  bool twins = false;  // f places are held by two replicas each, under one key
  bool down = false;   // f replicas never run
  bool lying = false;  // f replicas say what they like
  bool restored = false;  // crashes of which a replica comes back without its disk, as from a backup; never more than f of these at a time
};
// Of twins, down and lying, several at once share the f places.

// "loss,delay", or "none". Nothing when a word is unknown.
std::optional<SupFaults> faults_named(std::string_view words);
std::string to_string(const SupFaults& faults);

struct SupSetup {
  std::uint64_t seed = 1;
  std::uint16_t replicas = 4;
  std::uint64_t steps = 4000;  // events, before all is healed
  unsigned depth = 3;
  SupFaults faults;
  std::optional<Plant> plant;
  bool real_signatures = false;  // BLS, and every message through its encoding
  bool real_ledger = false;  // signed transactions, and the product's ledger
};

// All of it but `restored` drawn from the seed: 4 or 7 replicas, either depth, any faults; real signatures once in 64, a real ledger once in 16.
SupSetup draw_setup(std::uint64_t seed);

}  // namespace caduceus::sim
