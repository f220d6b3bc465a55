// A run of rows, one line each as it comes: a JSON object, or an aligned table.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "bench/measure.h"

namespace caduceus::bench {

struct Options {
  bool json = false;
  std::string_view filter;  // rows whose name contains it; empty: all
  double seconds = 1;       // a row
  bool progress = false;    // say on standard error which row is being measured: the slowest take a quarter of a minute
};

// Fields of a line: name, us, floor_us, ratio, bytes; vs_ecdsa or vs_pairing where the row is compared with such a row: both are measured
// in turns, whether or not the other one is asked for. Returns how many rows were measured.
std::size_t run(std::span<const Row> rows, const Options& options, std::ostream& out);

}  // namespace caduceus::bench
