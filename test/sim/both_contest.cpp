// A selfish miner among real nodes, for as many blocks as a measurement takes.
#include "test/sim/both_cluster.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t end_patience = 3'600'000;  // ms, for the last block to be anchored everywhere

}  // namespace

ContestReport hold_contest(const BothSetup& setup) { return BothCluster(setup).hold_contest(); }

// Three messages go until another node holds a block (seven, if it was withheld: the Sblock that it names is asked for), and its workers take 5 ms. The
// attacker, who has spies, answers an honest block at once. Who hears its answer first has that within 100 ms, who does not, not before 400; the honest
// block most have after 210.
std::uint64_t BothCluster::detour(std::size_t from, std::size_t to, const med::Message& message) const {
  if (!setup_.contest) return 0;
  const std::size_t attacker = nodes_.size() - 1;
  if (to == attacker) return 0;
  if (from != attacker) return 60;
  const bool tells = std::holds_alternative<med::HeaderList>(message) || std::holds_alternative<med::Body>(message);
  if (!tells) return 0;
  const bool is_hospital = to < setup_.hospitals;
  const bool hears_first = is_hospital ? to < setup_.contest->hospitals_first : to - setup_.hospitals < setup_.contest->miners_first;
  return hears_first ? 0 : 200;
}

void BothCluster::listing_comes() {
  if (!is_mined_) return;
  nodes_.back()->scheme([](SelfishMiner& miner) { miner.before_listing(); });
  kernel_.after(timing_.idle, [this] { listing_comes(); });
}

ContestReport BothCluster::hold_contest() {
  sup_network_.set({.least_delay = 8, .most_delay = 9});
  med_network_.set({.least_delay = 8, .most_delay = 9});
  for (auto& node : nodes_) node->start();
  links_.connect();
  mine_next();
  listing_comes();
  while (report_.why.empty() && mined_ < setup_.contest->blocks && kernel_.step()) {
  }
  is_mined_ = false;
  heal();
  const Tick end = kernel_.now() + end_patience;
  while (report_.why.empty() && kernel_.now() < end && !(has_sup() && is_done()) && kernel_.step()) {
  }
  ContestReport report{.why = report_.why, .mined = mined_, .milliseconds = kernel_.now().value(), .trace = report_.trace};
  if (report.why.empty() && has_sup() && !is_done()) report.why = "the newest block is not anchored everywhere";

  const BothNode& node = *nodes_.front();
  const Identity attacker = nodes_.back()->identity();
  const auto count = [&](const MblockHeader& header) { ++(header.miner == attacker ? report.attackers : report.honest); };
  const med::HeldHeader* at = &node.chain().best();
  for (; at->parent != nullptr; at = at->parent) count(at->header);
  for (Height height = at->height(); height > Height(0); height = Height(height.value() - 1)) count(node.disk().header_at(height).value());
  return report;
}

}  // namespace caduceus::sim
