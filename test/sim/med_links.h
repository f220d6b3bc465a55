// Who of MED's simulated nodes is connected to whom, and what they call each other. A Node has is_running(), connected() and disconnected().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/med/node.h"

namespace caduceus::sim {

template <class Node>
class MedLinks {
 public:
  // The nodes outlive it.
  explicit MedLinks(const std::vector<std::unique_ptr<Node>>& nodes) : nodes_(nodes) {}

  // All that run, each with each.
  void connect() {
    for (std::size_t a = 0; a < nodes_.size(); ++a) {
      for (std::size_t b = a + 1; b < nodes_.size(); ++b) {
        if (at_.contains({a, b}) || !nodes_[a]->is_running() || !nodes_[b]->is_running()) continue;
        const med::Peer at_a(next_++), at_b(next_++);
        at_[{a, b}] = at_a;
        far_[at_a] = {b, at_b};
        far_[at_b] = {a, at_a};
        nodes_[a]->connected(at_a);
        if (far_.contains(at_b)) nodes_[b]->connected(at_b);  // unless the first one crashed meanwhile
      }
    }
  }
  // Of what a node calls its peer: which one that is, and what it calls this one. Nothing once the connection is gone; no two were ever called alike.
  struct Far {
    std::size_t node = 0;
    med::Peer peer;
  };
  [[nodiscard]] std::optional<Far> far(med::Peer peer) const {
    const auto found = far_.find(peer);
    return found == far_.end() ? std::nullopt : std::optional(found->second);
  }
  void hang_up(med::Peer peer) {
    const auto other = far(peer);
    if (!other) return;
    const std::size_t node = far(other->peer)->node;
    far_.erase(peer);
    far_.erase(other->peer);
    at_.erase(std::minmax(node, other->node));
    nodes_[node]->disconnected(peer);
    nodes_[other->node]->disconnected(other->peer);
  }
  // It crashed.
  void cut_off(std::size_t node) {
    std::vector<med::Peer> peers;
    for (const auto& [peer, other] : far_) {
      if (other.node == node) peers.push_back(peer);
    }
    for (const med::Peer peer : peers) hang_up(peer);
  }

 private:
  const std::vector<std::unique_ptr<Node>>& nodes_;
  std::map<std::pair<std::size_t, std::size_t>, med::Peer> at_;  // who are connected, the lower number first; what that one calls the other
  std::map<med::Peer, Far> far_;
  std::uint64_t next_ = 1;
};

}  // namespace caduceus::sim
