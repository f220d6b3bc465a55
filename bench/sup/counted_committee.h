// The committee, and what it was asked: the cryptography that a run could not do without.
#pragma once

#include <atomic>

#include "core/chain/bls_committee.h"

namespace caduceus::bench {

// Calls so far, over all processes: it lies in memory that they share.
struct CryptoCounts {
  std::atomic<std::uint64_t> signs, products, claims, additions;

  void reset() { signs = products = claims = additions = 0; }
};

class CountedCommittee final : public Committee {
 public:
  CountedCommittee(const Committee& committee, CryptoCounts& counts) : committee_(committee), counts_(counts) {}

  [[nodiscard]] std::uint16_t size() const override { return committee_.size(); }
  [[nodiscard]] Checked<void> verify(std::span<const Claim> claims) const override {
    if (!claims.empty()) ++counts_.products;
    counts_.claims += claims.size();
    return committee_.verify(claims);
  }
  [[nodiscard]] Checked<SignaturePart> sum(std::span<const SignaturePart> parts) const override {
    ++counts_.additions;
    return committee_.sum(parts);
  }

 private:
  const Committee& committee_;
  CryptoCounts& counts_;
};

class CountedKey final : public CommitteeKey {
 public:
  CountedKey(const CommitteeKey& key, CryptoCounts& counts) : key_(key), counts_(counts) {}
  [[nodiscard]] SignaturePart sign(ByteView statement) const override {
    ++counts_.signs;
    return key_.sign(statement);
  }

 private:
  const CommitteeKey& key_;
  CryptoCounts& counts_;
};

}  // namespace caduceus::bench
