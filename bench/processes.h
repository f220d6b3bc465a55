// What benchmarks of several processes on this machine need to know of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace caduceus::bench {

// Ports of the loopback that nobody has, below those that the system gives to outgoing connections: a process that is killed finds its own
// again. Somebody could take one before we do, and then the run fails and says so.
std::vector<std::string> free_addresses(std::size_t count);

// User and system time so far, of all threads: of a process that is there (CHECK), and of this one.
double cpu_seconds_of(pid_t process);
double own_cpu_seconds();

// What a process that is there holds.
struct Footprint {
  double mib = 0;  // of memory that is no file's
  std::size_t descriptors = 0;  // but for tables
  std::size_t tables = 0;       // RocksDB's, which come with what is stored, and go when they are merged
};
Footprint footprint_of(pid_t process);

// That went over the loopback interface, of whomever.
std::uint64_t loopback_bytes();

}  // namespace caduceus::bench
