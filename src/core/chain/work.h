// Proof of work as a number: what a target costs on average, 2^256 / (target + 1) hashes, and sums of it (PROTOCOL.md §9).
#pragma once

#include <array>
#include <compare>

#include "core/base/bytes.h"

namespace caduceus {

// 256 bits. A sum that does not fit is the largest number: no honest chain comes near it, and more than that outweighs nothing.
class Work {
 public:
  Work() = default;
  // Of a big-endian target; rounded down.
  static Work of_target(const Bytes32& target);

  Work& operator+=(const Work& other);
  friend Work operator+(Work a, const Work& b) { return a += b; }
  friend auto operator<=>(const Work&, const Work&) = default;

  [[nodiscard]] Bytes32 big_endian() const;

 private:
  std::array<std::uint64_t, 4> limbs_{};  // the highest first, so that they compare as the number does
};

}  // namespace caduceus
