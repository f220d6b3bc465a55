// The simulator's network: messages are lost, delayed, reordered and doubled; groups of nodes are cut off from each other.
#pragma once

#include "test/sim/kernel.h"

namespace caduceus::sim {

class Network {
 public:
  struct Faults {
    std::uint64_t lost_one_in = 0;     // 0: never
    std::uint64_t doubled_one_in = 0;
    std::uint64_t least_delay = 5;     // ms
    std::uint64_t most_delay = 20;
    std::uint64_t slow_one_in = 0;     // takes up to slow_delay
    std::uint64_t slow_delay = 3000;
  };

  explicit Network(Kernel& kernel) : kernel_(kernel) {}

  void set(const Faults& faults) { faults_ = faults; }
  // Nodes of different groups do not hear each other.
  void partition(std::vector<std::size_t> group_of_node) { group_ = std::move(group_of_node); }
  void heal() { group_.clear(); }

  // Delivers it later, perhaps, on a link that takes so many ms more than others. Messages on their way when a partition begins still arrive.
  void send(std::size_t from, std::size_t to, const std::function<void()>& deliver, std::uint64_t more = 0) {
    ++sent_;
    if ((!group_.empty() && group_[from] != group_[to]) || kernel_.happens(faults_.lost_one_in)) return;
    kernel_.after(more + delay(), deliver);
    if (kernel_.happens(faults_.doubled_one_in)) kernel_.after(more + delay(), deliver);
  }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  std::uint64_t delay() {
    if (kernel_.happens(faults_.slow_one_in)) return kernel_.between(faults_.least_delay, faults_.slow_delay);
    return kernel_.between(faults_.least_delay, faults_.most_delay);
  }

  Kernel& kernel_;
  Faults faults_;
  std::vector<std::size_t> group_;  // by node; empty: all hear each other
  std::uint64_t sent_ = 0;
};

}  // namespace caduceus::sim
