#include "test/sim/sup_measure.h"

#include <algorithm>

#include "test/sim/sup_node.h"

namespace caduceus::sim {
namespace {

constexpr std::uint64_t patience = 30 * 60 * 1000;  // simulated, without a new block

// Keeps every pool filled and goes on until `is_there`. False when nothing new was committed for long, or safety broke.
bool run_until(SupCluster& cluster, const auto& is_there) {
  std::uint64_t pooled = 0;
  std::size_t height = cluster.checker().height();
  Tick last = cluster.now();
  while (!is_there()) {
    if (pooled < 16 * (cluster.checker().height() + 64)) {
      for (int i = 0; i < 512; ++i) {
        ++pooled;
        for (std::size_t n = 0; n < cluster.nodes(); ++n) cluster.node(n).pool(pooled);
      }
    }
    if (!cluster.step() || !cluster.checker().broken().empty()) return false;
    if (cluster.checker().height() > height) {
      height = cluster.checker().height();
      last = cluster.now();
    }
    if (cluster.now() > last + patience) return false;
  }
  return true;
}

}  // namespace

DecisionCost decision_cost(const SupSetup& setup, std::uint64_t heights) {
  SupCluster cluster(setup);
  for (std::size_t n = 0; n < cluster.nodes(); ++n) cluster.node(n).start();
  if (!run_until(cluster, [&] { return cluster.checker().height() >= heights; })) return {};
  View view;
  for (std::size_t n = 0; n < cluster.nodes(); ++n) {
    if (cluster.node(n).is_running()) view = std::max(view, cluster.node(n).replica().view());
  }
  const auto count = static_cast<double>(cluster.checker().height());
  return {cluster.checker().height(), static_cast<double>(cluster.messages()) / count, static_cast<double>(view.value()) / count,
          static_cast<double>(cluster.now().value()) / count};
}

CatchUp catch_up(const SupSetup& setup, std::uint64_t blocks) {
  SupCluster cluster(setup);
  const std::size_t away = cluster.nodes() - 1;
  for (std::size_t n = 0; n < away; ++n) cluster.node(n).start();
  CatchUp result;
  if (!run_until(cluster, [&] { return cluster.checker().height() >= blocks; })) return result;
  result.blocks = cluster.checker().height();
  const Tick back = cluster.now();
  cluster.node(away).start();
  result.is_done = run_until(cluster, [&] { return cluster.checker().height(away) >= result.blocks; });
  result.milliseconds = cluster.now().value() - back.value();
  result.snapshots = cluster.checker().joins();
  return result;
}

}  // namespace caduceus::sim
