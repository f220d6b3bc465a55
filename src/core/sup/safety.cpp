#include "core/sup/safety.h"

#include <algorithm>

namespace caduceus::sup {

SafetyState initial_safety(const QuorumCertificate& genesis) {
  SafetyState state;
  state.lock = state.high_qc = genesis;
  return state;
}

Abstention abstain_from(Time now, std::uint64_t margin) { return {now + 2 * margin, margin, false}; }

View SafetyState::first_view() const {
  const View after_tc = tc ? tc->view + 1 : View(0);
  return std::max({high_qc.view + 1, after_tc, voted(), timed_out()});
}

}  // namespace caduceus::sup
