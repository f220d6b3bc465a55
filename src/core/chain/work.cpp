#include "core/chain/work.h"

#include <algorithm>

namespace caduceus {
namespace {

using Limbs = std::array<std::uint64_t, 4>;  // the highest first

// Both return what is carried out, or borrowed.
bool add(Limbs& a, const Limbs& b) {
  bool carry = false;
  for (std::size_t i = a.size(); i-- > 0;) {
    const std::uint64_t sum = a[i] + b[i];
    const std::uint64_t with_carry = sum + (carry ? 1 : 0);
    carry = sum < a[i] || with_carry < sum;
    a[i] = with_carry;
  }
  return carry;
}

void subtract(Limbs& a, const Limbs& b) {
  Limbs negated{};
  std::ranges::transform(b, negated.begin(), [](std::uint64_t limb) { return ~limb; });
  add(a, negated);
  add(a, {0, 0, 0, 1});
}

// a = 2a + bit
bool shift_in(Limbs& a, bool bit) {
  const bool out = a[0] >> 63 != 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool in = i + 1 < a.size() ? a[i + 1] >> 63 != 0 : bit;
    a[i] = a[i] << 1 | (in ? 1 : 0);
  }
  return out;
}

constexpr Limbs largest{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};

}  // namespace

// 2^256 / d = (2^256 − d) / d + 1 = (~target / d) + 1 for d = target + 1, bit by bit.
Work Work::of_target(const Bytes32& target) {
  Limbs divisor{};
  for (std::size_t i = 0; i < target.size(); ++i) divisor[i / 8] = divisor[i / 8] << 8 | target[i];
  Limbs dividend{};
  std::ranges::transform(divisor, dividend.begin(), [](std::uint64_t limb) { return ~limb; });
  Work work;
  if (dividend == largest || add(divisor, {0, 0, 0, 1})) {  // a target of 0, or of all ones
    work.limbs_ = dividend == largest ? largest : Limbs{0, 0, 0, 1};
    return work;
  }
  Limbs rest{};
  for (std::size_t bit = 0; bit < 256; ++bit) {
    const bool carried = shift_in(rest, dividend[bit / 64] >> (63 - bit % 64) & 1);
    const bool fits = carried || rest >= divisor;
    if (fits) subtract(rest, divisor);
    shift_in(work.limbs_, fits);
  }
  add(work.limbs_, {0, 0, 0, 1});
  return work;
}

Work& Work::operator+=(const Work& other) {
  if (add(limbs_, other.limbs_)) limbs_ = largest;
  return *this;
}

Bytes32 Work::big_endian() const {
  Bytes32 out{};
  for (std::size_t i = 0; i < limbs_.size(); ++i)
    std::ranges::copy(caduceus::big_endian(limbs_[i]), out.begin() + static_cast<std::ptrdiff_t>(8 * i));
  return out;
}

}  // namespace caduceus
