// What every command has: options, an example, one way to fail and one way to show what it did.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/number.h"
#include "host/store/passphrase.h"

namespace caduceus {

// What libraries throw ends here: the standard one does of paths that no file system takes, JSON's of text that is no UTF-8.
Result<void> within_edge(const std::function<Result<void>()>& work);

// Adds a command whose options declare() themselves. What fails is said on standard error, and the status is 1.
template <class Options>
void add_command(CLI::App& parent, int& status, const std::string& name, const std::string& description, const std::string& example,
                 Result<void> (*run)(const Options&)) {
  auto* command = parent.add_subcommand(name, description);
  command->footer("Example: caduceus " + example);
  auto options = std::make_shared<Options>();
  options->declare(*command);
  command->callback([options, run, &status] {
    const Result<void> done = within_edge([&] { return run(*options); });
    if (done) return;
    std::cerr << "caduceus: " << done.error().message << '\n';
    status = 1;
  });
}

// Where the passphrase of a keystore comes from.
struct PassphraseOptions {
  std::filesystem::path file;
  int descriptor = -1;

  void declare(CLI::App& command);
  // A new one is asked for twice, on a terminal.
  [[nodiscard]] Result<SecretBytes> read(bool is_new, std::string_view prompt) const;
};

// One line for people, or one member of the JSON object.
struct Shown {
  std::string key;
  std::string label;
  nlohmann::json value;
};
// --json: one object on one line.
void show(bool json, const std::vector<Shown>& all);
// On one line. What is no UTF-8, as others' texts may be, becomes U+FFFD.
[[nodiscard]] std::string json_line(const nlohmann::json& json);

Time wall_clock();
// For people: "2026-11-30 12:11:00 UTC".
std::string to_text(Time time);
// In JSON, ms since 1970.
nlohmann::json shown(bool json, Time time);

}  // namespace caduceus
