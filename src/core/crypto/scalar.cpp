#include <algorithm>
#include <bit>

#include "core/base/check.h"
#include "core/crypto/blst_access.h"

namespace caduceus {
namespace {

using Limbs = std::array<std::uint64_t, 4>;  // the least significant first
static_assert(std::endian::native == std::endian::little);

// A number of at most 32 bytes, big-endian, mod r. (blst_fr_from_uint64 reduces any number below 2^256.)
Scalar number(ByteView bytes) {
  Limbs limbs{};
  std::ranges::copy_backward(bytes, reinterpret_cast<Byte*>(limbs.data() + limbs.size()));
  std::ranges::reverse(limbs);
  for (std::uint64_t& limb : limbs) limb = __builtin_bswap64(limb);
  Scalar result;
  blst_fr_from_uint64(Blst::of(result), limbs.data());
  wipe(limbs.data(), sizeof limbs);
  return result;
}

}  // namespace

Scalar::Scalar(std::uint64_t value) {
  const Limbs limbs{value, 0, 0, 0};
  blst_fr_from_uint64(Blst::of(*this), limbs.data());
}

Scalar Scalar::reduce(ByteView big_endian) {
  CHECK(big_endian.size() <= 64);
  if (big_endian.size() <= 32) return number(big_endian);
  // high·2^256 + low: twice as fast as blst_scalar_from_be_bytes and blst_fr_from_scalar.
  static const Scalar two_to_256 = [] {
    const Scalar half = number(ByteArray<32>{0x80});
    return half + half;
  }();
  const std::size_t high = big_endian.size() - 32;
  Scalar result = number(big_endian.first(high));
  result *= two_to_256;
  return result += number(big_endian.subspan(high));
}

Scalar Scalar::random(Rng& rng) {
  auto bytes = rng.bytes<48>();
  const Scalar result = reduce(bytes);
  wipe(bytes.data(), bytes.size());
  return result;
}

Scalar Scalar::random_weight(Rng& rng) {
  Scalar weight = reduce(rng.bytes<16>());
  while (weight.is_zero()) weight = reduce(rng.bytes<16>());
  return weight;
}

Scalar& Scalar::operator+=(const Scalar& other) {
  blst_fr_add(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

Scalar& Scalar::operator-=(const Scalar& other) {
  blst_fr_sub(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

Scalar& Scalar::operator*=(const Scalar& other) {
  blst_fr_mul(Blst::of(*this), Blst::of(*this), Blst::of(other));
  return *this;
}

Scalar Scalar::inverse() const {
  Scalar result;
  blst_fr_inverse(Blst::of(result), Blst::of(*this));
  return result;
}

bool Scalar::is_zero() const { return (limbs_[0] | limbs_[1] | limbs_[2] | limbs_[3]) == 0; }

ByteArray<32> Scalar::encode() const {
  Limbs limbs;
  blst_uint64_from_fr(limbs.data(), Blst::of(*this));
  ByteArray<32> bytes;
  for (std::size_t i = 0; i < limbs.size(); ++i) std::ranges::copy(big_endian(limbs[limbs.size() - 1 - i]), bytes.begin() + 8 * i);
  wipe(limbs.data(), sizeof limbs);
  return bytes;
}

Checked<Scalar> Scalar::decode(ByteView bytes) {
  if (bytes.size() < encoded_size) return reject(Reject::truncated);
  if (bytes.size() > encoded_size) return reject(Reject::trailing_bytes);
  blst_scalar number;
  blst_scalar_from_bendian(&number, bytes.data());
  if (!declassify(blst_scalar_fr_check(&number))) return reject(Reject::scalar_out_of_range);
  Scalar result;
  blst_fr_from_scalar(Blst::of(result), &number);
  wipe(&number, sizeof number);
  return result;
}

}  // namespace caduceus
