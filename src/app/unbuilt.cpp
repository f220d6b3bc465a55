// Commands that a later capability brings: they say so, and exit with 3.
#include <iostream>
#include <utility>

#include "app/commands.h"

namespace caduceus {

void add_unbuilt(CLI::App& parent, int& status, const std::string& name, const std::string& description) {
  auto* command = parent.add_subcommand(name, description + " (not built yet)");
  command->prefix_command();
  const std::string whole = parent.get_parent() == nullptr ? name : parent.get_name() + " " + name;
  command->callback([&status, whole] {
    std::cerr << "caduceus: '" << whole << "' is not built yet\n";
    status = 3;
  });
}

void add_unbuilt(CLI::App& app, int& status) {
  constexpr std::pair<const char*, const char*> commands[] = {
      {"doctor", "run a doctor's agent"},
  };
  for (const auto& [name, description] : commands) add_unbuilt(app, status, name, description);
}

}  // namespace caduceus
