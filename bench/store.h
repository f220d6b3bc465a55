// caduceus-lab bench store: docs/BENCHMARKS.md says what each row means.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>

#include "bench/run.h"
#include "host/store/s3_service.h"

namespace caduceus::bench {

// One object or line a row, as it comes; returns how many. In the folder for temporary files, whose disk it measures; with a service, the
// records' bytes are in its bucket, which is empty before, and after. `records`: of the row store.many, which is not measured for 0.
std::size_t run_store(const Options& options, const std::optional<store::S3Service>& service, std::size_t records, std::ostream& out);

}  // namespace caduceus::bench
