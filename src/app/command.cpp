#include "app/command.h"

#include <array>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <iostream>

#include "app/foreign_text.h"

namespace caduceus {

Result<void> within_edge(const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return failure(error.what());
  }
}

void PassphraseOptions::declare(CLI::App& command) {
  auto* from_file = command.add_option("--passphrase-file", file, "read the passphrase from the first line of this file");
  command
      .add_option("--passphrase-fd", descriptor, "read it from this open file descriptor; without either it is asked for on the terminal")
      ->check(CLI::NonNegativeNumber)
      ->excludes(from_file);
}

Result<SecretBytes> PassphraseOptions::read(bool is_new, std::string_view prompt) const {
  if (!file.empty()) return read_passphrase(ReadFromFile{file}, prompt);
  if (descriptor >= 0) return read_passphrase(ReadFromDescriptor{descriptor}, prompt);
  return read_passphrase(AskOnTerminal{is_new}, prompt);
}

std::string json_line(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

void show(bool json, const std::vector<Shown>& all) {
  if (json) {
    nlohmann::json object = nlohmann::json::object();
    for (const Shown& one : all) object[one.key] = one.value;
    std::cout << json_line(object) << '\n' << std::flush;
    return;
  }
  std::size_t widest = 0;
  for (const Shown& one : all) widest = std::max(widest, one.label.size());
  for (const Shown& one : all) {
    std::cout << std::left << std::setw(static_cast<int>(widest) + 2) << one.label + ":"
              << (one.value.is_string() ? one.value.get<std::string>() : one_line(json_line(one.value))) << '\n';
  }
  std::cout << std::flush;
}

std::string to_text(Time time) {
  const auto seconds = static_cast<std::time_t>(time.value() / 1000);
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return std::to_string(time.value()) + " ms since 1970";
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  return {text.data(), size};
}

nlohmann::json shown(bool json, Time time) {
  if (json) return time.value();
  return to_text(time);
}

Time wall_clock() {
  using namespace std::chrono;
  return Time(static_cast<std::uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()));
}

}  // namespace caduceus
