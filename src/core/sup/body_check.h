// The stateless check of a body (PROTOCOL.md §8): all signatures of its transactions as one batch, and those of its evidence.
#pragma once

#include "core/chain/sup_body.h"
#include "core/chain/sup_signing.h"
#include "core/sup/rules.h"

namespace caduceus::sup {

// Whether it is evidence against the leader of its view. Reject::evidence_order, multi_signature_invalid.
[[nodiscard]] Checked<void> verify(const NetworkId& net, const Committee& committee, const Rules& rules, const Equivocation& evidence);

// One owner, as it keeps a cache of identities: each thread that verifies has its own.
class SupBodyCheck {
 public:
  // Committee, rules and rng outlive it.
  SupBodyCheck(const TransactionKeys& keys, const Committee& committee, const Rules& rules, Rng& rng,
               std::size_t cached_identities = 1U << 16U)
      : net_(keys.net), committee_(committee), rules_(rules), rng_(rng), transactions_(keys, cached_identities) {}

  // Reject as decode_body(), TransactionVerifier::verify() and verify() of evidence.
  [[nodiscard]] Checked<void> operator()(ByteView body);

 private:
  NetworkId net_;
  const Committee& committee_;
  const Rules& rules_;
  Rng& rng_;
  TransactionVerifier transactions_;
};

}  // namespace caduceus::sup
