// A stand-in for BLS: a part is a keyed checksum, a sum their exclusive or. It says as reliably who signed what, to everybody but a
// forger, at a thousandth of the price. Most seeds run on it; a part of them on the real one.
#pragma once

#include "core/chain/committee.h"

namespace caduceus::sim {

class StandInKey final : public CommitteeKey {
 public:
  explicit StandInKey(std::size_t place) : place_(place) {}
  [[nodiscard]] SignaturePart sign(ByteView statement) const override;

 private:
  std::size_t place_;
};

class StandInCommittee final : public Committee {
 public:
  explicit StandInCommittee(std::uint16_t size) : size_(size) {}
  [[nodiscard]] std::uint16_t size() const override { return size_; }
  [[nodiscard]] Checked<void> verify(std::span<const Claim> claims) const override;
  [[nodiscard]] Checked<SignaturePart> sum(std::span<const SignaturePart> parts) const override;

 private:
  std::uint16_t size_;
};

}  // namespace caduceus::sim
