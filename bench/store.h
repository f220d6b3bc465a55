// caduceus-lab bench store: docs/BENCHMARKS.md says what each row means.
#pragma once

#include <cstddef>
#include <iosfwd>

#include "bench/run.h"

namespace caduceus::bench {

// One object or line a row, as it comes; returns how many. In the folder for temporary files, whose disk it measures.
std::size_t run_store(const Options& options, std::ostream& out);

}  // namespace caduceus::bench
