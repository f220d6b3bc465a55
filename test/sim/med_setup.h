// What is simulated of MED: drawn from the seed, or given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caduceus::sim {

struct MedFaults {
  bool loss = false;
  bool delay = false;
  bool partition = false;
  bool crash = false;
  bool torn = false;   // crashes before what came out is on disk, and between disk and sending
  bool lying = false;  // one node changes bodies, withholds them, and sends headers without work
};
// "loss,delay", or "none". Nothing when a word is unknown.
std::optional<MedFaults> med_faults_named(std::string_view words);
std::string to_string(const MedFaults& faults);

// A bug to be found.
enum class MedPlant { none, keep_losing_branch, forget_block_on_crash, forget_bundles };
std::optional<MedPlant> med_plant_named(std::string_view name);

struct MedSetup {
  std::uint64_t seed = 1;
  std::size_t nodes = 4;        // all mine; the first ones are hospitals'
  std::size_t hospitals = 2;
  std::size_t clients = 2;      // light ones
  std::uint64_t minutes = 20;   // simulated, before all is healed
  MedFaults faults;
  MedPlant plant = MedPlant::none;
};
MedSetup draw_med_setup(std::uint64_t seed);

}  // namespace caduceus::sim
