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
  // A node goes on from its disk.
  void restarts(std::size_t node, std::size_t heights) { committed_[node] = heights; }

  [[nodiscard]] const std::string& broken() const { return broken_; }  // empty while all holds
  [[nodiscard]] const std::vector<BlockHash>& chain() const { return chain_; }
  [[nodiscard]] std::size_t height(std::size_t node) const { return committed_[node]; }

 private:
  void fail(std::string what) {
    if (broken_.empty()) broken_ = std::move(what);
  }

  std::vector<BlockHash> chain_;         // of heights 1, 2, …: who commits a height first says which block it is
  std::vector<std::size_t> committed_;   // by node
  std::vector<View> timed_out_;          // by node: the highest TIMEOUT it sent
  std::map<std::pair<std::size_t, View>, BlockHash> votes_;
  std::map<std::pair<std::size_t, View>, BlockHash> proposals_;
  std::map<BlockHash, std::set<sup::Place>> proposers_;
  std::string broken_;
};

}  // namespace caduceus::sim
