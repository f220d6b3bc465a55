#include "core/sup/rules.h"

namespace caduceus::sup {

bool may_vote(const SafetyState& safety, const VoteQuestion& question) {
  return question.view == question.current && question.view > safety.voted() && question.view > safety.timed_out() &&
         (question.extends_lock || question.justify > safety.lock.view);
}

Checked<void> check_high_qc(const Timeout& timeout) {
  if (timeout.high_qc.view != timeout.high_view || timeout.high_view >= timeout.view) return reject(Reject::timeout_high_views);
  return {};
}

}  // namespace caduceus::sup
