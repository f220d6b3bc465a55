// `caduceus-lab bench sup`: hospitals as real processes that order or execute what a client sends (docs/BENCHMARKS.md).
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace caduceus::bench {

struct SupBenchOptions {
  std::uint16_t replicas = 4;
  std::string mode = "order";  // or "real"
  double seconds = 10;         // of load, after a warm-up of two
  std::uint64_t outstanding = 6400;  // commands under way: order; transactions: 256 for real
  unsigned depth = 3;
  bool json = false;
};

// One object or line a measurement, as it comes.
void run_sup_bench(const SupBenchOptions& options, std::ostream& out);

// Size and verification of a quorum certificate for n = 4 … 64, beside a list of the quorum's ECDSA signatures.
void run_certificate_bench(bool json, std::ostream& out);

}  // namespace caduceus::bench
