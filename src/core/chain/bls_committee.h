// The committee of a real consortium: BLS multi-signatures with keys that the hospitals made themselves (PROTOCOL.md §3).
#pragma once

#include <vector>

#include "core/chain/committee.h"

namespace caduceus {

class BlsCommittee final : public Committee {
 public:
  // In the order of their places; each key's possession was proved (genesis). 1 to 1024 of them, none the identity (CHECK).
  explicit BlsCommittee(std::span<const G2> public_keys);

  [[nodiscard]] std::uint16_t size() const override { return static_cast<std::uint16_t>(public_keys_.size()); }
  [[nodiscard]] Checked<void> verify(std::span<const Claim> claims) const override;
  [[nodiscard]] Checked<SignaturePart> sum(std::span<const SignaturePart> parts) const override;

 private:
  [[nodiscard]] G2 key_of(const SignerSet& signers) const;  // Σ their public keys

  std::vector<AffineG2> public_keys_;
};

class BlsCommitteeKey final : public CommitteeKey {
 public:
  explicit BlsCommitteeKey(BlsKey key) : key_(std::move(key)) {}
  [[nodiscard]] SignaturePart sign(ByteView statement) const override { return sign_part(key_, statement).encode(); }

 private:
  BlsKey key_;
};

}  // namespace caduceus
