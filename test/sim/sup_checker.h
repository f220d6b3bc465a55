// What must hold in every run of SUP's consensus, looked at from above.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/sup/replica.h"

namespace caduceus::sim {

class SupChecker {
 public:
  explicit SupChecker(std::size_t nodes) : committed_(nodes), timed_out_(nodes) {}

  // What a node that follows the protocol says, before it is on its way.
  void says(std::size_t node, const sup::Message& message);
  // Whoever signed it, leader or not.
  void proposed(const BlockHash& block, sup::Place by) { proposers_[block].insert(by); }
  // Node commits its next block.
  void commits(std::size_t node, const SupBlock& block, sup::Place leader);
  // A committed block carries this transaction.
  void carries(Height height, const Bytes32& transaction);
  // Node takes over a committed block's state from another.
  void joins(std::size_t node, const SupHeader& block);
  // Node finds that what a quorum certified is invalid.
  void halts(Reject reason) { fail("a certified block is invalid: " + std::string(name(reason))); }
  // A node goes on from its disk.
  void restarts(std::size_t node, std::size_t heights) { committed_[node] = heights; }

  [[nodiscard]] const std::string& broken() const { return broken_; }  // empty while all holds
  // The highest that anybody committed.
  [[nodiscard]] std::size_t height() const { return chain_.empty() ? 0 : chain_.rbegin()->first; }
  [[nodiscard]] std::size_t height(std::size_t node) const { return committed_[node]; }
  [[nodiscard]] std::uint64_t joins() const { return joins_; }  // by a snapshot
  [[nodiscard]] std::size_t transactions() const { return carried_.size(); }

 private:
  void agrees(std::size_t height, const BlockHash& block);
  void fail(std::string what) {
    if (broken_.empty()) broken_ = std::move(what);
  }

  std::map<std::size_t, BlockHash> chain_;  // by height: who commits one first says which block it is
  std::vector<std::size_t> committed_;   // by node
  std::vector<View> timed_out_;          // by node: the highest TIMEOUT it sent
  std::map<std::pair<std::size_t, View>, BlockHash> votes_;
  std::map<std::pair<std::size_t, View>, BlockHash> proposals_;
  std::map<std::pair<std::size_t, View>, sup::Timeout> timeouts_;
  std::map<BlockHash, std::set<sup::Place>> proposers_;
  std::map<Bytes32, Height> carried_;
  std::uint64_t joins_ = 0;
  std::string broken_;
};

}  // namespace caduceus::sim
