#include "core/sup/body_check.h"

namespace caduceus::sup {

Checked<void> verify(const NetworkId& net, const Committee& committee, const Rules& rules, const Equivocation& evidence) {
  return caduceus::verify(net, committee, rules.leader(evidence.view), evidence);
}

Checked<void> SupBodyCheck::operator()(ByteView bytes) {
  TRY(const SupBody body, decode_body(bytes));
  for (const Equivocation& evidence : body.evidence.items) TRY_VOID(verify(net_, committee_, rules_, evidence));
  return transactions_.verify(body.transactions.items, rng_);
}

}  // namespace caduceus::sup
