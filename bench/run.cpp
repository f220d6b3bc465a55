#include "bench/run.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/base/check.h"

namespace caduceus::bench {
namespace {

struct Line {
  std::string_view name;
  Figures us;
  std::size_t bytes = 0;
  std::string_view rival;  // what it is compared with; or empty
  double vs = 0;

  [[nodiscard]] double ratio() const { return us.operation / us.floor; }
};

double rounded(double value) { return std::round(value * 1000) / 1000; }

void print_json(std::ostream& out, const Line& line) {
  nlohmann::ordered_json object{{"name", line.name},
                                {"us", rounded(line.us.operation)},
                                {"floor_us", rounded(line.us.floor)},
                                {"ratio", rounded(line.ratio())},
                                {"bytes", line.bytes}};
  if (!line.rival.empty()) object["vs_" + std::string(line.rival)] = rounded(line.vs);
  out << object.dump() << '\n' << std::flush;
}

void print_heading(std::ostream& out) {
  out << std::left << std::setw(24) << "name" << std::right << std::setw(14) << "us" << std::setw(14) << "floor us" << std::setw(8)
      << "ratio" << std::setw(10) << "bytes" << std::setw(8) << "vs" << '\n'
      << std::flush;
}

void print_row(std::ostream& out, const Line& line) {
  out << std::left << std::setw(24) << line.name << std::right << std::fixed << std::setprecision(1) << std::setw(14) << line.us.operation
      << std::setw(14) << line.us.floor << std::setprecision(3) << std::setw(8) << line.ratio() << std::setw(10) << line.bytes;
  if (!line.rival.empty()) out << std::setw(8) << line.vs << ' ' << line.rival;
  out << '\n' << std::flush;
}

// Rows that are measured in turns.
struct Group {
  std::vector<const Row*> rows;
  bool shows_first = true;  // or it is only what the others are compared with
};

// The rows that are asked for, each with the one that it is compared with.
std::vector<Group> groups_of(std::span<const Row> rows, std::string_view filter) {
  std::vector<Group> groups;
  for (const Row& row : rows) {
    if (row.name.find(filter) == std::string::npos) continue;
    if (row.compared_with.empty()) {
      groups.push_back({{&row}});
    } else if (!groups.empty() && groups.back().rows.front()->name == row.compared_with) {
      groups.back().rows.push_back(&row);
    } else {
      const auto rival = std::ranges::find(rows, row.compared_with, &Row::name);
      CHECK(rival != rows.end());
      groups.push_back({{&*rival, &row}, false});
    }
  }
  return groups;
}

// "ecdsa" of "ecdsa_p256.verify.1000".
std::string_view short_name(std::string_view row) { return row.substr(0, row.find_first_of("_.")); }

}  // namespace

std::size_t run(std::span<const Row> rows, const Options& options, std::ostream& out) {
  const auto groups = groups_of(rows, options.filter);
  if (!options.json && !groups.empty()) print_heading(out);
  std::size_t count = 0;
  for (const auto& group : groups) {
    if (options.progress) std::cerr << group.rows.back()->name << " …" << std::flush;
    std::vector<Case> cases;
    cases.reserve(group.rows.size());
    for (const Row* row : group.rows) cases.push_back(row->prepare());
    const std::vector<Figures> figures = measure(cases, options.seconds);
    if (options.progress) std::cerr << "\r\033[K" << std::flush;
    for (std::size_t i = group.shows_first ? 0 : 1; i < group.rows.size(); ++i) {
      Line line{group.rows[i]->name, figures[i], cases[i].bytes, {}};
      if (i > 0) {
        line.rival = short_name(group.rows.front()->name);
        line.vs = figures[i].operation / figures[0].operation;
      }
      options.json ? print_json(out, line) : print_row(out, line);
      ++count;
    }
  }
  return count;
}

}  // namespace caduceus::bench
