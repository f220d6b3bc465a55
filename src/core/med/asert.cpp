#include "core/med/asert.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace caduceus::med {
namespace {

using boost::multiprecision::int256_t;
using boost::multiprecision::uint1024_t;

constexpr unsigned radix = 1U << 16U;

// Of targets, in powers of 2 and 2^-16 of them: 2^(whole + fraction / 2^16), fraction < 2^16.
struct Exponent {
  int whole = 0;
  std::uint64_t fraction = 0;
};

Exponent exponent(const MedParameters& parameters, const MblockHeader& genesis, Height height, Time time) {
  const int256_t behind = int256_t(time.value()) - genesis.time.value() - int256_t(parameters.interval) * height.value();
  const int256_t scaled = behind * radix / parameters.half_life;  // towards 0
  int256_t whole = scaled / radix;
  int256_t fraction = scaled % radix;  // of the sign of `scaled`
  if (fraction < 0) {
    --whole;
    fraction += radix;
  }
  // Beyond ±300, a target is 1 or the easiest, whatever it was: it has 256 bits, with the factor 273.
  return {static_cast<int>(std::clamp<int256_t>(whole, -300, 300)), static_cast<std::uint64_t>(fraction)};
}

// 2^16 · 2^(fraction / 2^16), by a cubic polynomial.
std::uint64_t factor(std::uint64_t fraction) {
  const std::uint64_t sum = 195'766'423'245'049U * fraction + 971'821'376U * fraction * fraction + 5127U * fraction * fraction * fraction;
  return ((sum + (std::uint64_t{1} << 47U)) >> 48U) + radix;
}

uint1024_t number(const Bytes32& bytes) {
  uint1024_t number;
  boost::multiprecision::import_bits(number, bytes.begin(), bytes.end());
  return number;
}

}  // namespace

Bytes32 next_target(const MedParameters& parameters, const MblockHeader& genesis, Height height, Time time) {
  const auto [whole, fraction] = exponent(parameters, genesis, height, time);
  uint1024_t target = number(genesis.target) * factor(fraction);
  if (whole < 0) {
    target >>= static_cast<unsigned>(-whole);
  } else {
    target <<= static_cast<unsigned>(whole);
  }
  target >>= 16;
  target = std::clamp(target, uint1024_t(1), number(parameters.easiest_target));

  Bytes bytes;
  boost::multiprecision::export_bits(target, std::back_inserter(bytes), 8);
  Bytes32 out{};
  std::ranges::copy_backward(bytes, out.end());
  return out;
}

}  // namespace caduceus::med
