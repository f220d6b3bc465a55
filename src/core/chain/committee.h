// The replicas of SUP as signers (PROTOCOL.md §3, §8): each signs statements of its own, and the parts of several add up to one
// signature. The real one is BLS (bls_committee.h); the simulator brings a cheap stand-in for most of its seeds.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/crypto/multi_signature.h"

namespace caduceus {

// A point of G1, compressed; decoded only where it is verified or added.
using SignaturePart = ByteArray<48>;

// Who signed one statement.
struct SignedStatement {
  Bytes statement;
  SignerSet signers;

  friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

// What is said of a sum: it is that of the parts of all these statements. Of one statement and one signer it is a part.
struct Claim {
  std::vector<SignedStatement> statements;  // distinct; sets of size n
  SignaturePart sum{};

  friend bool operator==(const Claim&, const Claim&) = default;
};

// Everybody's public keys.
class Committee {
 public:
  virtual ~Committee() = default;
  [[nodiscard]] virtual std::uint16_t size() const = 0;  // n, at least 1

  // Whether all are true, for hardly more than one costs. Claims whose errors cancel are found out as each by itself would be (R6,
  // docs/decisions/0010). Reject::multi_signature_invalid, point_…; of which claim is not said.
  [[nodiscard]] virtual Checked<void> verify(std::span<const Claim> claims) const = 0;
  // Not empty. Reject::point_is_identity when they cancel, point_….
  [[nodiscard]] virtual Checked<SignaturePart> sum(std::span<const SignaturePart> parts) const = 0;

  // That this member signed this statement, and that is its part.
  [[nodiscard]] Claim part_of(std::size_t place, Bytes statement, const SignaturePart& part) const {
    SignerSet signer(size());
    signer.insert(place);
    return {{{std::move(statement), std::move(signer)}}, part};
  }

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
