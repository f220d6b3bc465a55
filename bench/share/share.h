// caduceus-lab bench share: docs/BENCHMARKS.md says what each row means.
#pragma once

#include <iosfwd>

#include "bench/run.h"
#include "core/base/result.h"

namespace caduceus::bench {

// One line a row: a JSON object, or a table's. Returns how many rows were measured. Failure: a hospital that does not start, or refuses; a
// record that is not verified.
[[nodiscard]] Result<std::size_t> run_share(const Options& options, std::ostream& out);

}  // namespace caduceus::bench
