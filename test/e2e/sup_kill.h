// Hospitals that are killed with SIGKILL at random instants while clients submit, on a network that may be bad, and what must hold
// afterwards: everything that was acknowledged is committed, once, where the acknowledgement said; all hospitals have the same blocks.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "test/e2e/bad_network.h"

namespace caduceus::e2e {

constexpr std::size_t hospitals = 4;

struct KillOptions {
  std::uint64_t seed = 1;
  std::uint64_t kills = 20;
  std::optional<double> seconds;     // so long, in place of so many kills
  bool one_down = false;             // for good, beside the kills
  bool late_joiner = false;  // the last hospital begins when the others have pruned what it would need: it joins through a snapshot
  std::uint64_t pruned_blocks = 200;  // that there have to be before it does
  // That the hospitals are on, each a host of it; it outlives the run. 50 ms one way, 10 % loss, now and then a partition, once accounts
  // are open, until the load ends. None: they are on the loopback.
  BadNetwork* network = nullptr;
};

struct KillReport {
  std::string broken;  // empty: all holds
  std::uint64_t kills = 0;
  std::uint64_t leaders_killed = 0;  // every second one: by what a hospital said just before, the leader
  std::uint64_t partitions = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t repeats = 0;  // a client did not hear, and asked again
  std::uint64_t height = 0;
  std::string root;  // of the state after it, at all hospitals; hexadecimal
  std::uint64_t first_of_late_joiner = 0;  // the oldest block that it has
  double longest_pause = 0;  // seconds under load without an acknowledgement
  double seconds = 0;
};

// `progress` hears of each kill. Call it before there are threads.
KillReport kill_hospitals(const KillOptions& options, const std::function<void(const KillReport&)>& progress);

}  // namespace caduceus::e2e
