#include "bench/run.h"

#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>
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

}  // namespace

std::size_t run(std::span<const Row> rows, const Options& options, std::ostream& out) {
  std::map<std::string_view, double> measured;
  for (const Row& row : rows) {
    if (row.name.find(options.filter) == std::string::npos) continue;
    if (!options.json && measured.empty()) print_heading(out);
    if (options.progress) std::cerr << row.name << " …" << std::flush;
    const Case prepared = row.prepare();
    Line line{row.name, measure(prepared, options.seconds), prepared.bytes, {}};
    if (options.progress) std::cerr << "\r\033[K" << std::flush;
    if (const auto other = measured.find(row.compared_with); other != measured.end()) line.vs_ecdsa = line.us.operation / other->second;
    measured.emplace(row.name, line.us.operation);
    options.json ? print_json(out, line) : print_row(out, line);
  }
  return measured.size();
}

}  // namespace caduceus::bench
