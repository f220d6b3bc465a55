#include "core/crypto/encryption_factors.h"

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
  std::vector<Secret<Bytes32>> beta;
  beta.reserve(n + 1);
  beta.push_back(bytes_of(first_factor("β", batch, initial.beta)));
  for (std::uint32_t i = 1; i <= n; ++i) {
    beta.push_back(bytes_of(Secret<Scalar>(hash_to_scalar(ScalarHash::h5, {beta.back().expose()}))));
  }
  std::vector<Secret<Scalar>> alpha;
  alpha.reserve(n);
  Secret<Bytes32> previous = bytes_of(first_factor("α", batch, initial.alpha));
  for (std::uint32_t i = 1; i <= n; ++i) {
    for (std::size_t k = 0; k < previous.expose().size(); ++k) previous.expose()[k] ^= beta[n - i + 1].expose()[k];
    alpha.emplace_back(hash_to_scalar(ScalarHash::h5, {previous.expose()}));
    previous = bytes_of(alpha.back());
  }
  return alpha;
}

SecretKey emergency_token(const Secret<Scalar>& factor) {
  const Secret<Bytes32> bytes = bytes_of(factor);
  return derive_key(KeyHash::hsk, "emergency", {bytes.expose()});
}

}  // namespace caduceus
