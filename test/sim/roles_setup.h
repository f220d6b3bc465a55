// What is simulated of patients, doctors and hospitals: drawn from the seed, or given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caduceus::sim {

struct RolesFaults {
  bool loss = false;
  bool delay = false;
  bool partition = false;
  bool crash = false;
  bool torn = false;     // at a crash, the first of the steps that wait for their sync survive, and none of them was answered
  bool reorder = false;  // messages overtake each other, and come twice
  bool cheats = false;   // a doctor that forges, replays and steals; a hospital that lies about its log, and relays as it likes
};
// "loss,delay", or "none". Nothing when a word is unknown.
std::optional<RolesFaults> roles_faults_named(std::string_view words);
std::string to_string(const RolesFaults& faults);

// A bug to be found: all are of the host around the roles, or of what it hands to them.
enum class RolesPlant {
  answer_before_sync,   // a hospital answers a request before its use is on disk
  forget_use,           // the use of a grant is not counted
  skip_expiry,          // a hospital's clock never is behind a grant's end
  skip_log,             // a use is counted, but not logged
  accept_other_doctor,  // whoever is connected may send another doctor's request
  drop_letter_on_crash,  // a letter is forgotten when it leaves, not when the relay has it
  forget_revocation,    // a revocation is acknowledged, but not written
  check_out_of_turn,    // two requests by one policy are checked against the same memory
  forget_slot_mark,     // a doctor's slots are not marked before he signs
  skip_sup,             // an emergency request is believed without SUP
  forget_reading,       // that a reading was answered is not remembered
  lose_delivery,        // a doctor forgets a delivery that was not answered
  keep_first_keyslot,   // a second keyslot is acknowledged, and the first one kept
};
constexpr std::array<std::string_view, 13> roles_plant_names{
    "answer-before-sync",   "forget-use",        "skip-expiry",       "skip-log",         "accept-other-doctor",
    "drop-letter-on-crash", "forget-revocation", "check-out-of-turn", "forget-slot-mark", "skip-sup",
    "forget-reading",       "lose-delivery",     "keep-first-keyslot"};
std::optional<RolesPlant> roles_plant_named(std::string_view name);

struct RolesSetup {
  static constexpr std::size_t most_hospitals = 5, most_doctors = 6, most_patients = 4;

  std::uint64_t seed = 1;
  std::size_t hospitals = 3;
  std::size_t doctors = 3;   // the i-th is of hospital i mod their number
  std::size_t patients = 3;
  std::uint64_t steps = 80;  // things that somebody begins to do, before all is healed
  RolesFaults faults;
  std::optional<RolesPlant> plant;
};
// 2 or 3 of each; any faults. Cheats want three hospitals and three doctors.
RolesSetup draw_roles_setup(std::uint64_t seed);

}  // namespace caduceus::sim
