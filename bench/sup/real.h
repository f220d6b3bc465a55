// `bench sup --mode real`: signed tx_ur, verified, executed and synced by every hospital.
#pragma once

#include "bench/sup/load.h"

namespace caduceus::bench {

// Emergency requests from registered doctors, at one hospital after the other.
class RealClient {
 public:
  // Opens everybody's account.
  RealClient(Consortium& consortium, const Cluster& cluster);

  // One request under way.
  Latencies one_by_one(std::size_t count);
  // So many under way at all times.
  LoadFigures load(std::uint64_t outstanding, double seconds);
  // Kills the leader of the moment while requests come, and returns the longest time in the ten seconds after it in which no
  // hospital committed anything; milliseconds.
  double pause_after_the_leader_is_killed(Cluster& cluster);

 private:
  struct Connection;
  [[nodiscard]] EmergencyTransaction request();

  Consortium& consortium_;
  const Cluster& cluster_;
  std::vector<Client> clients_;  // one a hospital
  std::uint64_t next_ = 0;
};

}  // namespace caduceus::bench
