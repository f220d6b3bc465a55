// What MED's blocks are measured by; in the consortium's genesis (PROTOCOL.md §9, §10).
#pragma once

#include <tuple>

#include "core/chain/mblock_header.h"

namespace caduceus {

struct MedParameters {
  std::uint64_t interval = 60'000;        // ms between blocks, on average
  std::uint64_t half_life = 17'280'000;   // ms: so far behind the schedule, and the target is twice as high (aserti3-2d)
  std::uint64_t epoch_length = 600'000;   // ms, of signature slots (R5)
  Bytes32 easiest_target{};               // big-endian; of the first block, and never above it

  static auto fields(auto& self) { return std::tie(self.interval, self.half_life, self.epoch_length, self.easiest_target); }
  // Reject::genesis_parameters: an interval, half-life or epoch length of 0 or above a year, a target of 0 or of 2^255 and above.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const MedParameters&, const MedParameters&) = default;
};

// MED's block 0, of which nothing is left open: its hash is the first anchor. The previous hash is the network's, so two networks share
// no block; the easiest target, the consortium's time, roots of nothing.
[[nodiscard]] MblockHeader med_genesis(const NetworkId& net, const MedParameters& parameters, Time time);

}  // namespace caduceus
