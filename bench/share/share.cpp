#include "bench/share/share.h"

#include <iostream>

#include "bench/rows.h"
#include "bench/share/rows.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t patients = 24;
constexpr const char* soak = "soak";  // takes half an hour to say anything: only when it is asked for

// What is measured together.
struct Suite {
  std::vector<std::string> rows;
  std::function<Result<std::vector<Fields>>(Devnet&, double)> measure;
};

std::vector<Suite> suites() {
  return {{{"consented"},
           [](Devnet& net, double seconds) -> Result<std::vector<Fields>> {
             TRY(Fields row, consented_row(net, seconds));
             return std::vector<Fields>{std::move(row)};
           }},
          {{"emergency.open", "emergency.read"}, emergency_rows},
          {{"hospital.throughput", "wire"}, throughput_rows},
          {{soak}, soak_rows}};
}

}  // namespace

double taka_us(const std::string& row, double seconds) {
  const std::vector<Row> rows = sharing_rows();
  const auto found = std::ranges::find(rows, row, &Row::name);
  CHECK(found != rows.end());
  const Case one = found->prepare();
  return measure({&one, 1}, seconds).front().operation;
}

Result<std::size_t> run_share(const Options& options, std::ostream& out) {
  const auto is_asked = [&](const std::string& row) {
    return row == soak ? options.filter == soak : row.find(options.filter) != std::string::npos;
  };
  const auto say = [&](const std::string& what) {
    if (options.progress) std::cerr << "\r\033[K" << what << " …" << std::flush;
  };
  std::unique_ptr<Devnet> net;  // once a row needs it
  std::size_t measured = 0;
  for (const Suite& suite : suites()) {
    if (std::ranges::none_of(suite.rows, is_asked)) continue;
    if (!net) {
      TRY(net, Devnet::make(patients, say));
    }
    say(suite.rows.front());
    TRY(const std::vector<Fields> rows, suite.measure(*net, options.seconds));
    if (options.progress) std::cerr << "\r\033[K" << std::flush;
    for (const Fields& row : rows) {
      if (!is_asked(row["name"].get<std::string>())) continue;
      print_fields(out, row, options.json);
      ++measured;
    }
  }
  return measured;
}

}  // namespace caduceus::bench
