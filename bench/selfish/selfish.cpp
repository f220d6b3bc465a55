#include "bench/selfish/selfish.h"

#include <cmath>
#include <condition_variable>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "bench/selfish/grid.h"

namespace caduceus::bench {
namespace {

using namespace selfish;
using Fields = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1e5) / 1e5; }

Fields fields_of(const Row& row) {
  const auto& [cell, attack, revenue] = row;
  return {{"rules", rules_named(cell.rules)},
          {"sblocks_an_mblock", cell.rules.branch == sup::BranchRule::none ? 0 : cell.ratio},
          {"means", word(cell.means)},
          {"gamma", cell.gamma},
          {"alpha", cell.alpha},
          {"attack", attack},
          {"share", rounded(revenue.share)},
          {"error", rounded(revenue.error)},
          {"excess_points", rounded(100 * (revenue.share - cell.alpha))},
          {"excess_relative", rounded(revenue.share / cell.alpha - 1)},
          {"eyal_sirer", rounded(closed_form(cell.alpha, cell.gamma))},
          {"lost", rounded(revenue.lost)},
          {"deepest", revenue.deepest}};
}

void print(std::ostream& out, SelfishOptions::Form form, const Fields& fields, bool is_first) {
  if (form == SelfishOptions::Form::json) {
    out << fields.dump() << '\n' << std::flush;
    return;
  }
  const bool is_csv = form == SelfishOptions::Form::csv;
  const auto line = [&](const auto& text_of) {
    bool is_begun = false;
    for (const auto& [name, value] : fields.items()) {
      const std::string text = text_of(name, value);
      if (is_csv) {
        out << (is_begun ? "," : "") << text;
      } else {
        out << std::setw(static_cast<int>(std::max<std::size_t>(name.size(), 13)) + 1) << text;
      }
      is_begun = true;
    }
    out << '\n' << std::flush;
  };
  if (is_first) line([](const std::string& name, const Fields& /*value*/) { return name; });
  line([](const std::string& /*name*/, const Fields& value) { return value.is_string() ? value.get<std::string>() : value.dump(); });
}

}  // namespace

void run_selfish(const SelfishOptions& options, std::ostream& out) {
  const std::vector<Cell> cells = options.quick ? quick_grid() : whole_grid();
  std::vector<std::size_t> chosen;
  for (std::size_t place = 0; place < cells.size(); ++place) {
    if (rules_named(cells[place].rules).find(options.filter) != std::string::npos) chosen.push_back(place);
  }
  std::mutex mutex;
  std::condition_variable is_more;
  std::map<std::size_t, Row> rows;  // done, not printed
  std::size_t next = 0;
  const auto work = [&] {
    for (;;) {
      std::unique_lock lock(mutex);
      const std::size_t mine = next++;
      lock.unlock();
      if (mine >= chosen.size()) return;
      const std::size_t place = chosen[mine];
      const Row row = best_attack(cells[place], options.trial, options.blocks, options.seed + place * 2'000'029);
      lock.lock();
      rows.emplace(mine, row);
      is_more.notify_one();
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < options.jobs; ++i) workers.emplace_back(work);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::unique_lock lock(mutex);
    is_more.wait(lock, [&] { return rows.contains(i); });
    const Row row = rows.extract(i).mapped();
    lock.unlock();
    print(out, options.form, fields_of(row), i == 0);
    if (options.progress) std::cerr << i + 1 << " of " << chosen.size() << " cells\r" << std::flush;
  }
  if (options.progress) std::cerr << '\n';
}

}  // namespace caduceus::bench
