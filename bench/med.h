// caduceus-lab bench med: docs/BENCHMARKS.md says what each row means.
#pragma once

#include <cstddef>
#include <iosfwd>

#include "bench/run.h"

namespace caduceus::bench {

// One line a row as it comes: a JSON object, or a table's. What a row's fields are depends on the row; each has a name and a ratio. Returns
// how many rows were measured.
std::size_t run_med(const Options& options, std::ostream& out);

}  // namespace caduceus::bench
