#include "app/lab/seed_workers.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

namespace caduceus::lab {
namespace {

// A worker writes "SEED\n" before and "STATUS LINE\n" after each of its seeds.
struct Worker {
  pid_t process = -1;
  int pipe = -1;
  std::uint64_t next = 0;   // its next seed, should it have to be started again
  std::string text;         // read so far, of the line that is not complete
  bool is_running = false;  // a seed
};

void write_all(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = write(file, text.data() + at, text.size() - at);
    if (wrote <= 0) _exit(1);
    at += static_cast<std::size_t>(wrote);
  }
}

class Pool {
 public:
  Pool(std::uint64_t end, unsigned jobs, const std::function<SeedResult(std::uint64_t)>& work,
       const std::function<bool(const SeedResult&)>& done)
      : end_(end), work_(work), done_(done), workers_(jobs) {}

  bool run(std::uint64_t first) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      workers_[i].next = first + i;
      if (!start(workers_[i])) return false;
    }
    while (goes_on_ && wait()) {
    }
    for (const Worker& worker : workers_) {
      if (worker.pipe < 0) continue;
      kill(worker.process, SIGKILL);
      waitpid(worker.process, nullptr, 0);
    }
    return !has_failed_;
  }

 private:
  bool start(Worker& worker) {
    if (worker.next >= end_) return true;
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return false;
    worker.process = fork();
    if (worker.process < 0) return false;
    if (worker.process == 0) {
      close(ends[0]);
      for (std::uint64_t seed = worker.next; seed < end_; seed += workers_.size()) {
        write_all(ends[1], std::to_string(seed) + "\n");
        const SeedResult result = work_(seed);
        write_all(ends[1], std::to_string(result.status) + " " + result.line + "\n");
      }
      _exit(0);
    }
    close(ends[1]);
    worker.pipe = ends[0];
    worker.text.clear();
    worker.is_running = false;
    return true;
  }

  // For something from any worker. False when none is left.
  bool wait() {
    std::vector<pollfd> files;
    std::vector<Worker*> whose;
    for (Worker& worker : workers_) {
      if (worker.pipe < 0) continue;
      files.push_back({worker.pipe, POLLIN, 0});
      whose.push_back(&worker);
    }
    if (files.empty()) return false;
    if (poll(files.data(), files.size(), -1) < 0) return true;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (files[i].revents != 0) hear(*whose[i]);
    }
    return true;
  }

  void hear(Worker& worker) {
    std::array<char, 65536> room{};
    const ssize_t got = read(worker.pipe, room.data(), room.size());
    if (got <= 0) {
      ended(worker);
      return;
    }
    worker.text.append(room.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = worker.text.find('\n')) != std::string::npos; worker.text.erase(0, end + 1)) {
      const std::string line = worker.text.substr(0, end);
      if (!worker.is_running) {
        worker.is_running = true;
        continue;
      }
      worker.is_running = false;
      const std::uint64_t seed = worker.next;
      worker.next += workers_.size();
      goes_on_ = goes_on_ && done_({seed, std::atoi(line.c_str()), line.substr(line.find(' ') + 1)});
    }
  }

  void ended(Worker& worker) {
    close(worker.pipe);
    worker.pipe = -1;
    int how = 0;
    waitpid(worker.process, &how, 0);
    if (worker.is_running) {
      const std::uint64_t seed = worker.next;
      worker.next += workers_.size();
      goes_on_ = goes_on_ && done_({seed, 4, "the process ended"});
    } else if (worker.next < end_) {
      has_failed_ = true;
      return;
    }
    if (!start(worker)) has_failed_ = true;
  }

  std::uint64_t end_;
  const std::function<SeedResult(std::uint64_t)>& work_;
  const std::function<bool(const SeedResult&)>& done_;
  std::vector<Worker> workers_;
  bool goes_on_ = true;
  bool has_failed_ = false;
};

}  // namespace

bool run_seeds(std::uint64_t first, std::uint64_t count, unsigned jobs, const std::function<SeedResult(std::uint64_t)>& work,
               const std::function<bool(const SeedResult&)>& done) {
  return Pool(first + count, jobs, work, done).run(first);
}

}  // namespace caduceus::lab
