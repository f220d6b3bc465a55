// Hospitals as processes of their own on this machine, connected by TLS over its loopback.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "bench/sup/counted_committee.h"
#include "host/net/client.h"
#include "test/node/consortium.h"

namespace caduceus::bench {

class Cluster {
 public:
  enum class Mode { order, real };

  // Starts them all. The folder is for the stores of real ones. Call it before there are threads.
  Cluster(const Consortium& consortium, Mode mode, const std::filesystem::path& folder);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  [[nodiscard]] std::size_t size() const { return processes_.size(); }
  // As this member; waits until the hospital is there.
  [[nodiscard]] Client connect(std::size_t place, const Identity& as) const;
  void kill(std::size_t place);

  // Of all of them since they began.
  [[nodiscard]] double cpu_seconds() const;
  [[nodiscard]] CryptoCounts& counts() const { return *counts_; }

 private:
  [[noreturn]] void run(std::size_t place) const;

  const Consortium& consortium_;
  Mode mode_;
  std::filesystem::path folder_;
  CryptoCounts* counts_;  // shared
  std::vector<std::string> addresses_;
  std::vector<pid_t> processes_;
};

}  // namespace caduceus::bench
