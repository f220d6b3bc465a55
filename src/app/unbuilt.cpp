// Commands that a later capability brings: they say so, and exit with 3.
#include <iostream>
#include <utility>

#include "app/commands.h"

namespace caduceus {

void add_unbuilt(CLI::App& app, int& status) {
  constexpr std::pair<const char*, const char*> commands[] = {
      {"enrol", "get an identity's keys from the authority"},
      {"consortium", "make a genesis"},
      {"hospital", "run a hospital's node"},
      {"doctor", "run a doctor's agent"},
      {"patient", "a patient's wallet"},
      {"miner", "run a miner"},
      {"sup", "the consortium chain"},
      {"med", "the public chain"},
      {"emr", "import medical records"},
      {"chain", "verify both chains"},
  };
  for (const auto& [name, description] : commands) {
    auto* command = app.add_subcommand(name, std::string(description) + " (not built yet)");
    command->prefix_command();
    command->callback([&status, command] {
      std::cerr << "caduceus: '" << command->get_name() << "' is not built yet\n";
      status = 3;
    });
  }
}

}  // namespace caduceus
