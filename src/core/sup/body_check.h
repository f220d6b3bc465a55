// The stateless check of a body (PROTOCOL.md §8): all signatures of its transactions as one batch, and those of its evidence.
#pragma once

#include "core/chain/sup_body.h"
#include "core/chain/sup_signing.h"
#include "core/sup/rules.h"

namespace caduceus::sup {

// Whether it is evidence against the leader of its view. Reject::evidence_order, multi_signature_invalid.
[[nodiscard]] Checked<void> verify(const NetworkId& net, const Committee& committee, const Rules& rules, const Equivocation& evidence);

// One owner, its verifier's: each thread that verifies has its own.
class SupBodyCheck {
 public:
  // All outlive it.
  SupBodyCheck(const NetworkId& net, const Committee& committee, const Rules& rules, TransactionVerifier& transactions, Rng& rng)
      : net_(net), committee_(committee), rules_(rules), transactions_(transactions), rng_(rng) {}

  // Reject as decode_body(), TransactionVerifier::verify() and verify() of evidence.
  [[nodiscard]] Checked<void> operator()(ByteView body);

 private:
  NetworkId net_;
  const Committee& committee_;
  const Rules& rules_;
  TransactionVerifier& transactions_;
  Rng& rng_;
};

}  // namespace caduceus::sup
