#include "core/sup/body_check.h"

namespace caduceus::sup {

Checked<void> verify(const NetworkId& net, const Committee& committee, const Rules& rules, const Equivocation& evidence) {
  return caduceus::verify(net, committee, rules.leader(evidence.view), evidence);
}

Checked<void> SupBodyCheck::operator()(ByteView body) {
  TRY(const SupBody decoded, decode_body(body));
  for (const Equivocation& evidence : decoded.evidence.items) TRY_VOID(verify(net_, committee_, rules_, evidence));
  return transactions_.verify(decoded.transactions.items, rng_);
}

}  // namespace caduceus::sup
