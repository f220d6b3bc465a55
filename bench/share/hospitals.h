// A consortium's hospitals as a user runs them: `caduceus hospital serve`, each a process, over this machine's loopback.
#pragma once

#include "bench/processes.h"
#include "bench/share/folders.h"
#include "test/process.h"

namespace caduceus::bench {

class Hospitals {
 public:
  struct How {
    bool mines = false;
    std::optional<std::size_t> core;  // all its threads on this one
  };

  // Nobody runs yet. Folders outlive it.
  Hospitals(const Consortium& consortium, const Folders& folders);

  // Again, when it runs. It serves when this returns. Failure: the program that stands beside this one does not, and why.
  [[nodiscard]] Result<void> start(std::size_t place, const How& how);
  [[nodiscard]] Result<void> start_all(const How& how);
  [[nodiscard]] std::size_t size() const { return processes_.size(); }

  // User and system time of one; of all of them.
  [[nodiscard]] double cpu_seconds(std::size_t place) const;
  [[nodiscard]] double cpu_seconds() const;
  // Of one that runs.
  [[nodiscard]] Footprint footprint(std::size_t place) const { return footprint_of(processes_.at(place)->id()); }

 private:
  const Consortium& consortium_;
  const Folders& folders_;
  std::vector<std::unique_ptr<Process>> processes_;
};

// From now on this thread, and those that it starts, run on this core only; on any.
void run_on(std::optional<std::size_t> core);

}  // namespace caduceus::bench
