// Identity-based aggregate signatures (PROTOCOL.md §3, Gentry–Ramzan): transactions of both chains. Everyone signs under a string
// w; signatures under one w add up, over all signers: 144 bytes a distinct w, however many signed.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "core/crypto/hashed_identities.h"
#include "core/crypto/one_time_string.h"
#include "core/crypto/registration.h"

namespace caduceus {

// S = ρ·P_w + K0 + c·K1, T = ρ·P2. 144 bytes.
struct IndividualSignature {
  G1 s;
  G2 t;

  static auto fields(auto& self) { return std::tie(self.s, self.t); }
  friend bool operator==(const IndividualSignature&, const IndividualSignature&) = default;
};

// What was signed, by whom, under which w. The message is a hash of the transaction.
struct SignedMessage {
  Identity signer;
  Bytes32 message{};
  OneTimeString w;
};

// Strictly ascending by w, S never summed across w (R4).
struct AggregateSignature {
  struct Sum {
    OneTimeString w;
    G1 s;  // S_w = ΣS_i
    G2 t;  // T_w = ΣT_i
    friend bool operator==(const Sum&, const Sum&) = default;
  };
  std::vector<Sum> sums;
  friend bool operator==(const AggregateSignature&, const AggregateSignature&) = default;
};

// The signature of `message` under w, which is used up by it. c = H0(m, ID, w).
IndividualSignature sign(const AggregateKey& key, const Bytes32& message, UnusedString w, Rng& rng);

// First layer: the sum of signatures[i] of messages[i], for each w. Verifies nothing: find_invalid() comes first (R6).
// Reject::aggregate_w_reused when a signer stands under one w twice; point_is_identity when a sum is (its signers cancelled).
[[nodiscard]] Checked<AggregateSignature> aggregate(std::span<const SignedMessage> messages,
                                                    std::span<const IndividualSignature> signatures);

// Second layer: one aggregate over those of several bundles, sums under one w again added up. Reject::point_is_identity.
[[nodiscard]] Checked<AggregateSignature> merge(std::span<const AggregateSignature> aggregates);

// The places of the aggregates with which a sum of those before, but for others that are named, would be the identity; ascending. Their
// signers cancelled each other (ρ and −ρ). Without them merge() refuses nothing, and the first one is not named unless it is the identity.
[[nodiscard]] std::vector<std::size_t> find_cancelling(std::span<const AggregateSignature> aggregates);

// Whether the aggregate is one of exactly these messages, all its w's at once:
// e(Σ z_w·S_w, P2) = Π_w e(z_w·P_w, T_w) · e(Σ_w z_w Σ_i (H1-SIG0(ID_i) + c_i·H1-SIG1(ID_i)), Ppub2), z_w fresh 128-bit weights.
// Reject::aggregate_w_order, aggregate_w_set, aggregate_w_reused (R4), aggregate_invalid.
[[nodiscard]] Checked<void> verify(const SystemParameters& parameters, std::span<const SignedMessage> messages,
                                   const AggregateSignature& aggregate, HashedIdentities& identities, Rng& rng);

// The places of the signatures that do not verify, ascending; empty when all do. In batches with a weight for each signature, halved
// where one fails (R6: invalid signatures whose errors cancel would pass in a plain sum).
[[nodiscard]] std::vector<std::size_t> find_invalid(const SystemParameters& parameters, std::span<const SignedMessage> messages,
                                                    std::span<const IndividualSignature> signatures, HashedIdentities& identities,
                                                    Rng& rng);

// On the wire the w's are left out, since they are those of the messages: a u32 count, then (S_w, T_w) ascending by w.
constexpr std::size_t aggregate_size_limit = 65'536;  // distinct w's
Bytes encode_aggregate(const AggregateSignature& aggregate);
// Reject::aggregate_w_set when there are not as many sums as distinct w's, and as decode().
[[nodiscard]] Checked<AggregateSignature> decode_aggregate(ByteView bytes, std::span<const SignedMessage> messages);

}  // namespace caduceus
