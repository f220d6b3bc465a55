// The pairing equation of aggregate signatures (PROTOCOL.md §3), prepared for a list of messages: who signed, under which w, with
// which c. It can then be asked of an aggregate, or, with a weight for each, of any run of individual signatures.
#pragma once

#include <span>
#include <vector>

#include "core/crypto/aggregate_signature.h"

namespace caduceus {

// P_w = H1-W(w)
G1 hash_one_time_string(const OneTimeString& w);

// c = H0(m, ID, w), full width.
Scalar aggregate_challenge(const Bytes32& message, ByteView encoded_identity, const OneTimeString& w);

// Signatures in the form that sums of many take.
struct PreparedSignatures {
  explicit PreparedSignatures(std::span<const IndividualSignature> signatures);
  std::vector<AffineG1> s;
  std::vector<AffineG2> t;
};

class AggregateEquation {
 public:
  // The messages must outlive it.
  AggregateEquation(const SystemParameters& parameters, std::span<const SignedMessage> messages, HashedIdentities& identities);

  // Whether a signer stands under one w twice.
  [[nodiscard]] bool has_reused_w() const { return reused_w_; }
  // The distinct w's, ascending.
  [[nodiscard]] std::span<const OneTimeString* const> strings() const { return strings_; }

  // e(Σ z_w·S_w, P2) = Π_w e(z_w·P_w, T_w) · e(Σ_w z_w Σ_i (Q0_i + c_i·Q1_i), Ppub2), for sums under exactly strings().
  [[nodiscard]] bool holds(const AggregateSignature& aggregate, Rng& rng) const;

  // The same of messages [begin, end) with a weight z_i for each: e(Σ z_i·S_i, P2) = Π_w e(P_w, Σ z_i·T_i) · e(Σ z_i(Q0_i + c_i·Q1_i), Ppub2).
  [[nodiscard]] bool holds(const PreparedSignatures& signatures, std::size_t begin, std::size_t end, Rng& rng) const;

 private:
  // Of one message.
  struct Entry {
    std::size_t signer = 0;  // place in identities_
    std::size_t string = 0;  // place in strings_
    Scalar challenge;  // c_i
  };

  [[nodiscard]] bool balances(std::vector<PairingFactor> factors, const G1& s, const G1& identities) const;

  const SystemParameters& parameters_;
  std::vector<Entry> entries_;
  std::vector<HashedIdentity> identities_;
  std::vector<const OneTimeString*> strings_;
  std::vector<G1> string_points_;  // P_w
  bool reused_w_ = false;
};

}  // namespace caduceus
