// Names of faults: what a user lists with commas, and a report shows. A simulator's faults are a structure of flags.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace caduceus::sim {

template <class Faults>
using FaultName = std::pair<std::string_view, bool Faults::*>;

// "none", or some of the names. Nothing where a word is no name.
template <class Faults>
std::optional<Faults> faults_listed(std::span<const FaultName<Faults>> names, std::string_view list) {
  Faults faults;
  if (list == "none") return faults;
  while (true) {
    const std::size_t comma = list.find(',');
    bool is_known = false;
    for (const auto& [name, fault] : names) {
      if (name == list.substr(0, comma)) is_known = faults.*fault = true;
    }
    if (!is_known) return std::nullopt;
    if (comma == std::string_view::npos) return faults;
    list.remove_prefix(comma + 1);
  }
}

template <class Faults>
std::string list_of(std::span<const FaultName<Faults>> names, const Faults& faults) {
  std::string list;
  for (const auto& [name, fault] : names) {
    if (faults.*fault) list.append(list.empty() ? "" : ",").append(name);
  }
  return list.empty() ? "none" : list;
}

}  // namespace caduceus::sim
