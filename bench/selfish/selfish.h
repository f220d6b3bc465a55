// caduceus-lab bench selfish: docs/SUPERVISION.md says what is measured, and what came out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <thread>

namespace caduceus::bench {

struct SelfishOptions {
  enum class Form : std::uint8_t { table, json, csv };
  Form form = Form::table;
  bool quick = false;            // a dozen and a half cells, not all
  std::string filter;            // of the rules' name; a cell's figures do not depend on it
  bool progress = false;         // on standard error
  std::uint64_t blocks = 100'000;  // a cell
  std::uint64_t trial = 6'000;   // for each attack, to find the best
  std::uint64_t seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

// A line a cell, in the same order whatever the jobs.
void run_selfish(const SelfishOptions& options, std::ostream& out);

}  // namespace caduceus::bench
