// Clusters in which replicas lose their disks and come back as from a backup: docs/CONSENSUS.md, "Restored".
#include <gtest/gtest.h>

#include "test/sim/sup_cluster.h"

namespace caduceus::sup {
namespace {

sim::SupSetup setup_of(std::uint64_t seed) {
  sim::SupSetup setup = sim::draw_setup(seed);
  setup.faults.crash = setup.faults.restored = true;
  setup.real_signatures = setup.real_ledger = false;
  return setup;
}

TEST(restored, replicas_keep_agreement_and_go_on) {
  std::uint64_t heights = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const sim::SupReport report = sim::simulate(setup_of(seed));
    ASSERT_EQ(report.end, sim::SupEnd::ok) << "seed " << seed << ": " << report.why;
    heights += report.height;
  }
  EXPECT_GT(heights, 150U * 4U);
}

TEST(restored, without_the_wait_a_replica_contradicts_itself) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    sim::SupSetup setup = setup_of(seed);
    setup.plant = sim::Plant::restore_without_wait;
    if (sim::simulate(setup).end == sim::SupEnd::broken) return;
  }
  FAIL() << "not found in 1,000 seeds";
}

}  // namespace
}  // namespace caduceus::sup
