// Votes that nobody has verified yet (PROTOCOL.md §8, docs/decisions/0010). Below a quorum nothing depends on a vote, and the sum of a quorum's votes
// takes as long to verify as one of them: so they wait until, with those that are verified, they may make a certificate.
#pragma once

#include <map>
#include <vector>

#include "core/sup/quorum.h"

namespace caduceus::sup {

class UnverifiedVotes {
 public:
  explicit UnverifiedVotes(const Committee& committee) : committee_(&committee), of_(committee.size()) {}

  // From the voter itself, by its channel: so nobody displaces another's. The first of each voter in a view waits; voter < n (CHECK). A voter's
  // oldest are lost above Votes::most_of_one.
  void add(const Vote& vote);
  // A quorum's votes of one view above the high QC's, for one block, those of `verified` among them: to be certified (verifier.h), or else verified
  // one by one. They wait no more. Empty while there is none.
  [[nodiscard]] std::vector<Vote> take(const Votes& verified);

 private:
  [[nodiscard]] std::vector<Vote> alike(const Vote& vote, const Votes& verified) const;

  const Committee* committee_;
  std::vector<std::map<View, Vote>> of_;  // by place
};

}  // namespace caduceus::sup
