// The rows of run_share().
#pragma once

#include "bench/med_rows.h"
#include "bench/share/devnet.h"
#include "bench/sup/load.h"

namespace caduceus::bench {

using Fields = nlohmann::ordered_json;

// Microseconds of a row of `bench crypto` that is a party's work: taka.share, taka.hospital.
double taka_us(const std::string& row, double seconds);

// From a request of this doctor to a verified record, by a new grant of some patient's record; ms. Failure: a hospital that refuses, a record
// that is not verified.
[[nodiscard]] Result<double> share_ms(Devnet& net, std::size_t number);

// One share after the other, by one doctor who keeps its connections. Failure: a hospital that refuses, a record that is not verified.
[[nodiscard]] Result<Fields> consented_row(Devnet& net, double seconds);
// emergency.open and emergency.read.
[[nodiscard]] Result<std::vector<Fields>> emergency_rows(Devnet& net, double seconds);
// hospital.throughput, and wire.
[[nodiscard]] Result<std::vector<Fields>> throughput_rows(Devnet& net, double seconds);
// The same for so long, and what each hospital's process takes of memory and descriptors.
[[nodiscard]] Result<std::vector<Fields>> soak_rows(Devnet& net, double seconds);

}  // namespace caduceus::bench
