#include "core/crypto/encryption_factors.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Secret<Scalar> first_factor(std::string_view chain, std::uint32_t batch, const Secret<G1>& initial) {
  const SecretBytes point = encode_secret(initial);
  return Secret<Scalar>(hash_to_scalar(ScalarHash::h4, {as_bytes(chain), big_endian(batch), point.expose()}));
}

Secret<Bytes32> bytes_of(const Secret<Scalar>& scalar) { return Secret<Bytes32>(scalar.expose().encode()); }

}  // namespace

Checked<void> RecordPlace::check() const {
  if (index == 0 || index > most_records_in_batch) return reject(Reject::record_place);
  return {};
}

Checked<std::vector<Secret<Scalar>>> encryption_factors(const InitialFactors& initial, std::uint32_t batch, std::uint32_t n) {
  if (n == 0 || n > most_records_in_batch) return reject(Reject::record_place);
  constexpr std::size_t size = Scalar::encoded_size;
  SecretBytes beta(size * (n + 1));  // s_β^0 … s_β^n
  const auto beta_at = [&](std::size_t i) { return beta.expose().subspan(size * i, size); };
  std::ranges::copy(bytes_of(first_factor("β", batch, initial.beta)).expose(), beta_at(0).begin());
  for (std::size_t i = 1; i <= n; ++i) std::ranges::copy(hash_to_scalar(ScalarHash::h5, {beta_at(i - 1)}).encode(), beta_at(i).begin());
  std::vector<Secret<Scalar>> alpha;
  alpha.reserve(n);
  Secret<Bytes32> previous = bytes_of(first_factor("α", batch, initial.alpha));
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t k = 0; k < size; ++k) previous.expose()[k] ^= beta_at(n - i + 1)[k];
    alpha.emplace_back(hash_to_scalar(ScalarHash::h5, {previous.expose()}));
    previous.expose() = alpha.back().expose().encode();
  }
  return alpha;
}

SecretKey emergency_token(const Secret<Scalar>& factor) {
  const Secret<Bytes32> bytes = bytes_of(factor);
  return derive_key(KeyHash::hsk, "emergency", {bytes.expose()});
}

}  // namespace caduceus
