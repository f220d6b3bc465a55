// The replicas of SUP as signers (PROTOCOL.md §3, §8): each signs statements of its own, and the parts of several add up to one
// signature. The real one is BLS (bls_committee.h); the simulator brings a cheap stand-in for most of its seeds.
#pragma once

#include <span>

#include "core/base/result.h"
#include "core/crypto/multi_signature.h"

namespace caduceus {

// A point of G1, compressed; decoded only where it is verified or added.
using SignaturePart = ByteArray<48>;

// Who signed one statement.
struct SignedStatement {
  Bytes statement;
  SignerSet signers;
};

// Everybody's public keys.
class Committee {
 public:
  virtual ~Committee() = default;
  [[nodiscard]] virtual std::uint16_t size() const = 0;  // n, at least 1

  // Reject::multi_signature_invalid, point_….
  [[nodiscard]] virtual Checked<void> verify_part(std::size_t place, ByteView statement, const SignaturePart& part) const = 0;
  // The sum of all parts of all statements. Statements are distinct, signer sets of size n. Reject as verify_part.
  [[nodiscard]] virtual Checked<void> verify_sum(std::span<const SignedStatement> statements, const SignaturePart& sum) const = 0;
  // Parts that were verified. Reject::point_is_identity when they cancel.
  [[nodiscard]] virtual Checked<SignaturePart> sum(std::span<const SignaturePart> parts) const = 0;

  // f = ⌊(n−1)/3⌋ may lie; q = n − f is a quorum.
  [[nodiscard]] std::size_t faults() const { return (size() - 1U) / 3; }
  [[nodiscard]] std::size_t quorum() const { return size() - faults(); }
};

// One member's secret key.
class CommitteeKey {
 public:
  virtual ~CommitteeKey() = default;
  [[nodiscard]] virtual SignaturePart sign(ByteView statement) const = 0;
};

}  // namespace caduceus
