// caduceus-lab bench store --records N: a hospital's record store that is full.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace caduceus::bench {

// Stores so many records of 4 KiB on this machine's disk, by eight threads; reads of them; opens the store anew. Fields of one row:
// put_per_s; of an opened store that was just opened: get_p50_us, get_p99_us, absent_p50_us; restart_ms; anonymous memory in MiB of this
// process, empty_mib, filled_mib, reopened_mib; disk_mib, of the store without the blobs.
nlohmann::ordered_json measure_many(std::size_t records);

}  // namespace caduceus::bench
