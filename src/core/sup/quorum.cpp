#include "core/sup/quorum.h"

#include <algorithm>
#include <functional>

#include "core/base/check.h"

namespace caduceus::sup {

Checked<QuorumCertificate> certificate_of(const Committee& committee, std::span<const Vote> votes) {
  CHECK(!votes.empty());
  QuorumCertificate qc{votes.front().view, votes.front().block, SignerSet(committee.size()), {}};
  std::vector<SignaturePart> parts;
  for (const Vote& vote : votes) {
    CHECK(vote.view == qc.view && vote.block == qc.block && !qc.signers.contains(vote.voter));
    qc.signers.insert(vote.voter);
    parts.push_back(vote.part);
  }
  TRY(qc.sum, committee.sum(parts));
  return qc;
}

std::optional<QuorumCertificate> Votes::add(const Vote& vote) {
  if (vote.view <= high_qc_) return std::nullopt;
  auto& own = of_[vote.voter];
  if (!own.try_emplace(vote.view, vote).second) return std::nullopt;
  if (own.size() > most_of_one) own.erase(own.begin());

  const std::vector<Vote> votes = of(vote);
  if (votes.size() < committee_.quorum()) return std::nullopt;
  const auto qc = certificate_of(committee_, votes);
  return qc ? std::optional(*qc) : std::nullopt;
}

std::vector<Vote> Votes::of(const Vote& vote) const {
  std::vector<Vote> votes;
  for (const auto& own : of_) {
    const auto found = own.find(vote.view);
    if (found != own.end() && found->second.block == vote.block) votes.push_back(found->second);
  }
  return votes;
}

void Votes::raise(View high_qc) {
  high_qc_ = std::max(high_qc_, high_qc);
  for (auto& own : of_) own.erase(own.begin(), own.upper_bound(high_qc_));
}

bool Timeouts::add(const Timeout& timeout) {
  auto& highest = highest_[timeout.sender];
  if (timeout.view == view_ && !current_[timeout.sender]) {
    current_[timeout.sender] = timeout;
    if (!highest || highest->view < timeout.view) highest = timeout;
    return true;
  }
  if (highest && highest->view >= timeout.view) return false;
  highest = timeout;
  return true;
}

void Timeouts::enter(View view) {
  view_ = view;
  for (std::size_t place = 0; place < current_.size(); ++place) {
    current_[place] = highest_[place] && highest_[place]->view == view ? highest_[place] : std::nullopt;
  }
}

std::optional<TimeoutCertificate> Timeouts::certificate() const {
  TimeoutCertificate tc{view_, SignerSet(committee_.size()), {}, {}, {}};
  std::vector<SignaturePart> parts;
  for (std::size_t place = 0; place < current_.size(); ++place) {
    if (!current_[place]) continue;
    const QuorumCertificate& high_qc = current_[place]->high_qc;
    tc.signers.insert(place);
    tc.high_views.items.push_back(current_[place]->high_view);
    parts.push_back(current_[place]->part);
    if (parts.size() == 1 || high_qc.view > tc.high_qc.view) tc.high_qc = high_qc;
  }
  if (parts.size() < committee_.quorum()) return std::nullopt;
  const auto sum = committee_.sum(parts);
  if (!sum) return std::nullopt;
  tc.sum = *sum;
  return tc;
}

std::optional<View> Timeouts::to_join() const {
  std::vector<View> views;
  for (const auto& timeout : highest_) {
    if (timeout && timeout->view >= view_) views.push_back(timeout->view);
  }
  const std::size_t rank = committee_.faults();
  if (views.size() <= rank) return std::nullopt;
  std::ranges::nth_element(views, views.begin() + static_cast<std::ptrdiff_t>(rank), std::greater<>());
  return views[rank];
}

}  // namespace caduceus::sup
