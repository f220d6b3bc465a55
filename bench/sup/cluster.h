// Hospitals as processes of their own on this machine, connected by TLS, over its loopback unless it is said otherwise.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>

#include "bench/sup/counted_committee.h"
#include "host/net/client.h"
#include "test/node/consortium.h"

namespace caduceus::bench {

class Cluster {
 public:
  enum class Mode { order, real };

  struct Options {
    Mode mode = Mode::order;
    std::filesystem::path folder;  // for the stores of real ones
    std::uint64_t kept_blocks = ~std::uint64_t{0};
    // Where each hospital listens; none: on the loopback.
    std::vector<std::string> addresses{};
    // In a hospital's process, before anything else: moves it to where its address is.
    std::function<void(std::size_t place)> before_it_runs{};
  };

  // Nobody runs yet. Call it before there are threads: what starts the hospitals is a process of its own, without any.
  Cluster(const Consortium& consortium, const Options& options);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();  // kills all

  void start_all();
  void start(std::size_t place);
  void kill(std::size_t place);  // -9; gone when it returns
  [[nodiscard]] bool is_running(std::size_t place) const { return processes_[place] != 0; }
  [[nodiscard]] std::size_t size() const { return processes_.size(); }

  // As this member. Failure: as Client::connect().
  [[nodiscard]] Result<Client> try_connect(std::size_t place, const Identity& as) const;
  // Waits until the hospital is there.
  [[nodiscard]] Client connect(std::size_t place, const Identity& as) const;

  // Of all of them since they began.
  [[nodiscard]] double cpu_seconds() const;
  [[nodiscard]] CryptoCounts& counts() const { return *counts_; }

 private:
  [[noreturn]] void spawn(int control) const;
  [[noreturn]] void run(std::size_t place) const;

  const Consortium& consortium_;
  Options options_;
  CryptoCounts* counts_;  // shared
  std::vector<std::string> addresses_;
  pid_t spawner_;
  int control_;  // to it: a place to start; from it: the process
  std::vector<pid_t> processes_;
};

}  // namespace caduceus::bench
