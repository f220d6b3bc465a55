// caduceus-lab bench net: docs/BENCHMARKS.md says what each row means.
#pragma once

#include <vector>

#include "bench/measure.h"

namespace caduceus::bench {

std::vector<Row> net_rows();

}  // namespace caduceus::bench
