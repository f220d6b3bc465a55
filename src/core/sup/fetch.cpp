#include "core/sup/fetch.h"

#include <algorithm>

namespace caduceus::sup {

void Fetch::want(const QuorumCertificate& qc) {
  if (wanted_ && wanted_->view >= qc.view) return;
  if (!wanted_) next_ = Tick(0);
  wanted_ = qc;
}

void Fetch::advance(Height held) {
  held_ = held;
  next_ = Tick(0);
}

std::optional<Fetch::Ask> Fetch::due(Tick now, Height committed) {
  if (!wanted_ || now < next_) return std::nullopt;
  std::vector<Place> others;
  for (Place place = 0; place < wanted_->signers.size(); ++place) {
    if (place != self_ && wanted_->signers.contains(place)) others.push_back(place);
  }
  if (others.empty()) return std::nullopt;
  // An answer that did not come may have failed at what we claim to hold.
  const bool is_answered = next_ == Tick(0);
  if (!is_answered) held_ = committed;
  next_ = now + retry_;
  asked_ = others[turn_++ % others.size()];
  return Ask{*asked_, {wanted_->block, std::max(held_, committed)}};
}

}  // namespace caduceus::sup
