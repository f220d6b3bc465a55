#include "core/sup/unverified_votes.h"

#include "core/base/check.h"

namespace caduceus::sup {

void UnverifiedVotes::add(const Vote& vote) {
  CHECK(vote.voter < of_.size());
  auto& own = of_[vote.voter];
  own.try_emplace(vote.view, vote);
  if (own.size() > Votes::most_of_one) own.erase(own.begin());
}

// All votes of its view for its block: the verified ones, then what waits of the other voters.
std::vector<Vote> UnverifiedVotes::alike(const Vote& vote, const Votes& verified) const {
  std::vector<Vote> votes = verified.of(vote);
  SignerSet voters(committee_->size());
  for (const Vote& one : votes) voters.insert(one.voter);
  for (const auto& own : of_) {
    const auto found = own.find(vote.view);
    if (found == own.end() || found->second.block != vote.block || voters.contains(found->second.voter)) continue;
    votes.push_back(found->second);
  }
  return votes;
}

std::vector<Vote> UnverifiedVotes::take(const Votes& verified) {
  for (auto& own : of_) own.erase(own.begin(), own.upper_bound(verified.high_qc()));
  for (const auto& voter : of_) {
    for (const auto& [view, vote] : voter) {
      std::vector<Vote> votes = alike(vote, verified);
      if (votes.size() < committee_->quorum()) continue;
      for (const Vote& one : votes) {
        const auto found = of_[one.voter].find(one.view);
        if (found != of_[one.voter].end() && found->second == one) of_[one.voter].erase(found);
      }
      return votes;
    }
  }
  return {};
}

}  // namespace caduceus::sup
