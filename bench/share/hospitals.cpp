#include "bench/share/hospitals.h"

#include <sched.h>
#include <sys/prctl.h>

#include <fstream>

namespace caduceus::bench {
namespace {

// The product beside this laboratory.
std::filesystem::path program() { return std::filesystem::canonical("/proc/self/exe").parent_path() / "caduceus"; }

}  // namespace

void run_on(std::optional<std::size_t> core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
    if (!core || i == *core) CPU_SET(i, &cores);
  }
  CHECK(::sched_setaffinity(0, sizeof cores, &cores) == 0);
}

Hospitals::Hospitals(const Consortium& consortium, const Folders& folders)
    : consortium_(consortium), folders_(folders), processes_(consortium.genesis.hospitals.items.size()) {}

Result<void> Hospitals::start(std::size_t place, const How& how) {
  if (auto& running = processes_[place]) {
    running->stop();
    running.reset();
  }
  TRY_VOID(folders_.add_hospital(place, how.mines));
  const std::string folder = folders_.of(consortium_.world.hospital(place)).string();
  const std::string log = folder + ".log";
  const std::string line = program().string() + " hospital serve --json --cpu-share 30 --dir " + folder + " --passphrase-file " +
                           folders_.passphrase().string() + " 2>>" + log;
  auto process = std::make_unique<Process>(line, [&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing is left when this ends
    run_on(how.core);
  });
  if (process->line().empty()) {
    std::string why, next;
    for (std::ifstream said(log); std::getline(said, next);) why = next;
    return failure(line + ": " + (why.empty() ? "it does not start" : why));
  }
  processes_[place] = std::move(process);
  return {};
}

Result<void> Hospitals::start_all(const How& how) {
  for (std::size_t place = 0; place < size(); ++place) TRY_VOID(start(place, how));
  return {};
}

double Hospitals::cpu_seconds(std::size_t place) const { return processes_[place] ? cpu_seconds_of(processes_[place]->id()) : 0; }

double Hospitals::cpu_seconds() const {
  double seconds = 0;
  for (std::size_t place = 0; place < size(); ++place) seconds += cpu_seconds(place);
  return seconds;
}

}  // namespace caduceus::bench
