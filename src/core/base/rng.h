// Randomness comes in as an argument: the host hands in the system's, tests and the simulator a seeded one.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"

namespace caduceus {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(ByteSpan out) = 0;

  template <std::size_t N>
  ByteArray<N> bytes() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
};

// xoshiro256**: the same seed gives the same bytes. For simulation and tests; never for keys.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed);
  void fill(ByteSpan out) override;

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace caduceus
