#include "core/base/rng.h"

#include <bit>
#include <cstring>

#include "core/base/check.h"

namespace caduceus {
namespace {

// SplitMix64 spreads a seed over the state (Blackman and Vigna's advice for xoshiro).
std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

SeededRng::SeededRng(std::uint64_t seed) {
  for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t SeededRng::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRng::fill(ByteSpan out) {
  while (!out.empty()) {
    const auto word = big_endian(next());
    const std::size_t n = std::min(out.size(), word.size());
    std::memcpy(out.data(), word.data(), n);
    out = out.subspan(n);
  }
}

std::uint64_t SeededRng::below(std::uint64_t bound) {
  CHECK(bound > 0);
  // Refuse the last, incomplete run of multiples of bound, so that every rest is as likely.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t word = next();
  while (word >= limit) word = next();
  return word % bound;
}

}  // namespace caduceus
