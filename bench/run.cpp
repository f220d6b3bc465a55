#include "bench/run.h"

#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

namespace caduceus::bench {
namespace {

struct Line {
  std::string_view name;
  Figures us;
  std::size_t bytes = 0;
  std::optional<double> vs_ecdsa;

  [[nodiscard]] double ratio() const { return us.operation / us.floor; }
};

double rounded(double value) { return std::round(value * 1000) / 1000; }

void print_json(std::ostream& out, const Line& line) {
  nlohmann::ordered_json object{{"name", line.name},
                                {"us", rounded(line.us.operation)},
                                {"floor_us", rounded(line.us.floor)},
                                {"ratio", rounded(line.ratio())},
                                {"bytes", line.bytes}};
  if (line.vs_ecdsa) object["vs_ecdsa"] = rounded(*line.vs_ecdsa);
  out << object.dump() << '\n' << std::flush;
}

void print_heading(std::ostream& out) {
  out << std::left << std::setw(24) << "name" << std::right << std::setw(14) << "us" << std::setw(14) << "floor us" << std::setw(8)
      << "ratio" << std::setw(10) << "bytes" << std::setw(10) << "vs ECDSA" << '\n'
      << std::flush;
}

void print_row(std::ostream& out, const Line& line) {
  out << std::left << std::setw(24) << line.name << std::right << std::fixed << std::setprecision(1) << std::setw(14) << line.us.operation
      << std::setw(14) << line.us.floor << std::setprecision(3) << std::setw(8) << line.ratio() << std::setw(10) << line.bytes;
  if (line.vs_ecdsa) out << std::setw(10) << *line.vs_ecdsa;
  out << '\n' << std::flush;
}

// The rows that are asked for, each with those that are compared with it.
std::vector<std::vector<const Row*>> groups_of(std::span<const Row> rows, std::string_view filter) {
  std::vector<std::vector<const Row*>> groups;
  for (const Row& row : rows) {
    if (row.name.find(filter) == std::string::npos) continue;
    if (groups.empty() || row.compared_with.empty() || row.compared_with != groups.back().front()->name) groups.emplace_back();
    groups.back().push_back(&row);
  }
  return groups;
}

}  // namespace

std::size_t run(std::span<const Row> rows, const Options& options, std::ostream& out) {
  const auto groups = groups_of(rows, options.filter);
  if (!options.json && !groups.empty()) print_heading(out);
  std::size_t count = 0;
  for (const auto& group : groups) {
    if (options.progress) std::cerr << group.front()->name << " …" << std::flush;
    std::vector<Case> cases;
    for (const Row* row : group) cases.push_back(row->prepare());
    const std::vector<Figures> figures = measure(cases, options.seconds);
    if (options.progress) std::cerr << "\r\033[K" << std::flush;
    for (std::size_t i = 0; i < group.size(); ++i) {
      Line line{group[i]->name, figures[i], cases[i].bytes, {}};
      if (i > 0) line.vs_ecdsa = figures[i].operation / figures[0].operation;
      options.json ? print_json(out, line) : print_row(out, line);
      ++count;
    }
  }
  return count;
}

}  // namespace caduceus::bench
