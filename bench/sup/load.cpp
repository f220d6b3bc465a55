#include "bench/sup/load.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>

#include "bench/processes.h"
#include "bench/sup/order.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What the threads of the client share: one for each hospital.
class Window {
 public:
  Window(std::size_t hospitals, std::size_t needed, std::uint64_t outstanding)
      : said_(hospitals), needed_(needed), outstanding_(outstanding) {
    issue(outstanding);
  }

  // Commands up to this number may be on their way.
  std::uint64_t limit() {
    const std::scoped_lock lock(mutex_);
    return done_ + outstanding_;
  }
  // A hospital says that they are committed up to here.
  void says(std::size_t hospital, std::uint64_t last) {
    const std::scoped_lock lock(mutex_);
    said_[hospital] = std::max(said_[hospital], last);
    auto sorted = said_;
    std::ranges::sort(sorted, std::greater());
    const std::uint64_t done = sorted[needed_ - 1];
    if (done <= done_) return;
    const auto now = Clock::now();
    for (std::uint64_t left = done - done_; left > 0;) {
      Issued& oldest = issued_.front();
      const std::uint64_t count = std::min(left, oldest.count);
      if (measures_) latencies_.add(std::chrono::duration<double, std::milli>(now - oldest.when).count(), count);
      left -= count;
      oldest.count -= count;
      if (oldest.count == 0) issued_.pop_front();
    }
    const std::uint64_t more = done - done_;
    done_ = done;
    issue(more);
  }
  std::uint64_t begin_measuring() {
    const std::scoped_lock lock(mutex_);
    measures_ = true;
    return done_;
  }
  std::pair<std::uint64_t, Latencies> end_measuring() {
    const std::scoped_lock lock(mutex_);
    measures_ = false;
    return {done_, std::move(latencies_)};
  }

 private:
  struct Issued {
    Clock::time_point when;
    std::uint64_t count;
  };
  void issue(std::uint64_t count) { issued_.push_back({Clock::now(), count}); }

  std::mutex mutex_;
  std::vector<std::uint64_t> said_;
  std::size_t needed_;
  std::uint64_t outstanding_;
  std::uint64_t done_ = 0;
  std::deque<Issued> issued_;
  bool measures_ = false;
  Latencies latencies_;
};

// Command i, anywhere: its number and then nothing much.
Commands commands_from(std::uint64_t first, std::uint64_t last) {
  Commands commands{first, {Bytes((last - first + 1) * command_size)}};
  for (std::uint64_t number = first; number <= last; ++number) {
    const auto bytes = big_endian(number);
    std::ranges::copy(bytes, commands.bytes.value.begin() + static_cast<std::ptrdiff_t>((number - first) * command_size));
  }
  return commands;
}

void send_and_hear(Client client, std::size_t hospital, Window& window, const std::stop_token& stop) {
  std::uint64_t sent = 0;
  while (!stop.stop_requested()) {
    for (std::uint64_t limit = window.limit(); sent < limit;) {
      const std::uint64_t last = std::min(limit, sent + 16'384);
      const Frame frame = frame_of(Channel::request, commands_from(sent + 1, last));
      CHECK(client.send(*frame, std::chrono::seconds(10)));
      sent = last;
    }
    const auto answer = client.receive(milliseconds(2));
    CHECK(answer);
    if (!*answer) continue;
    const auto ordered = decode<Ordered>(ByteView(**answer).subspan(1));
    CHECK(ordered);
    window.says(hospital, ordered->last);
  }
}

}  // namespace

double Latencies::quantile(double share) {
  std::ranges::sort(samples_);
  const double wanted = share * static_cast<double>(count());
  std::uint64_t seen = 0;
  for (const auto& [latency, times] : samples_) {
    seen += times;
    if (static_cast<double>(seen) >= wanted) return latency;
  }
  return 0;
}

std::uint64_t Latencies::count() const {
  std::uint64_t all = 0;
  for (const auto& [latency, times] : samples_) all += times;
  return all;
}

Meter::Meter(const Cluster& cluster)
    : cluster_(cluster), began_(Clock::now()), own_(own_cpu_seconds()), theirs_(cluster.cpu_seconds()), bytes_(loopback_bytes()) {}

LoadFigures Meter::finish() const {
  LoadFigures figures;
  figures.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  figures.cpu_replicas = cluster_.cpu_seconds() - theirs_;
  figures.cpu_all = figures.cpu_replicas + own_cpu_seconds() - own_;
  figures.bytes = loopback_bytes() - bytes_;
  return figures;
}

LoadFigures order_load(const Consortium& consortium, const Cluster& cluster, std::uint64_t outstanding, double seconds) {
  Window window(cluster.size(), (cluster.size() - 1) / 3 + 1, outstanding);
  std::vector<std::jthread> threads;
  for (std::size_t place = 0; place < cluster.size(); ++place) {
    threads.emplace_back([&window, place, client = cluster.connect(place, consortium.world.doctor(0).identity())](
                             const std::stop_token& stop) mutable { send_and_hear(std::move(client), place, window, stop); });
  }
  std::this_thread::sleep_for(std::chrono::seconds(2));

  cluster.counts().reset();
  const std::uint64_t first = window.begin_measuring();
  const Meter meter(cluster);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  auto [last, latencies] = window.end_measuring();
  LoadFigures figures = meter.finish();
  figures.commands = last - first;
  figures.latencies = std::move(latencies);
  return figures;
}

}  // namespace caduceus::bench
