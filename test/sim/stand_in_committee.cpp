#include "test/sim/stand_in_committee.h"

#include <cstring>

namespace caduceus::sim {
namespace {

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93U;
  return h ^ h >> 32;
}

void add(SignaturePart& sum, const SignaturePart& part) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<Byte>(sum[i] ^ part[i]);
}

}  // namespace

SignaturePart StandInKey::sign(ByteView statement) const {
  std::uint64_t h = mix(place_ + 1);
  while (!statement.empty()) {
    std::uint64_t word = 0;
    const std::size_t taken = std::min(statement.size(), sizeof word);
    std::memcpy(&word, statement.data(), taken);
    h = mix(h ^ word);
    statement = statement.subspan(taken);
  }
  SignaturePart part{};
  std::memcpy(part.data(), &h, sizeof h);
  return part;
}

Checked<void> StandInCommittee::verify(std::span<const Claim> claims) const {
  for (const Claim& claim : claims) {
    SignaturePart expected{};
    for (const SignedStatement& one : claim.statements) {
      for (std::size_t place = 0; place < size_; ++place) {
        if (one.signers.contains(place)) add(expected, StandInKey(place).sign(one.statement));
      }
    }
    if (claim.sum != expected) return reject(Reject::multi_signature_invalid);
  }
  return {};
}

Checked<SignaturePart> StandInCommittee::sum(std::span<const SignaturePart> parts) const {
  SignaturePart result{};
  for (const SignaturePart& part : parts) add(result, part);
  return result;
}

}  // namespace caduceus::sim
