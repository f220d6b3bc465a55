#include "test/sim/sup_checker.h"

#include <algorithm>

namespace caduceus::sim {

void SupChecker::says(std::size_t node, const sup::Message& message) {
  const auto once = [&](auto& said, View view, const auto& what, const char* did) {
    const auto [at, is_new] = said.try_emplace({node, view}, what);
    if (!is_new && at->second != what) fail(std::string(did) + " in view " + std::to_string(view.value()));
    return is_new;
  };
  const auto votes = [&](const sup::Vote& vote) {
    if (once(votes_, vote.view, vote.block, "voted twice") && vote.view <= timed_out_[node]) {
      fail("voted at or below its last time-out, in view " + std::to_string(vote.view.value()));
    }
  };
  if (const auto* proposal = std::get_if<sup::Proposal>(&message)) {
    once(proposals_, proposal->block.header.view, block_hash(proposal->block.header), "proposed twice");
  } else if (const auto* vote = std::get_if<sup::Vote>(&message)) {
    votes(*vote);
  } else if (const auto* timeout = std::get_if<sup::Timeout>(&message)) {
    if (timeout->vote) votes(*timeout->vote);
    once(timeouts_, timeout->view, *timeout, "repeated a time-out with other bytes");
    timed_out_[node] = std::max(timed_out_[node], timeout->view);
  }
}

void SupChecker::joins(std::size_t node, const SupHeader& block) {
  ++joins_;
  committed_[node] = block.height.value();
  agrees(block.height.value(), block_hash(block));
}

void SupChecker::carries(Height height, const Bytes32& transaction) {
  if (carried_.try_emplace(transaction, height).first->second != height) fail("one transaction committed in two blocks");
}

void SupChecker::agrees(std::size_t height, const BlockHash& block) {
  if (chain_.try_emplace(height, block).first->second != block) fail("two blocks committed at height " + std::to_string(height));
}

void SupChecker::commits(std::size_t node, const SupBlock& block, sup::Place leader) {
  const BlockHash hash = block_hash(block.header);
  const std::size_t height = ++committed_[node];
  if (block.header.height != Height(height)) fail("committed out of order");
  agrees(height, hash);
  const auto proposers = proposers_.find(hash);
  if (proposers == proposers_.end() || !proposers->second.contains(leader))
    fail("committed a block that its view's leader did not propose");
}

}  // namespace caduceus::sim
