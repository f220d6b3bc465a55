// Hosts on a bad network, on one machine: each is a network namespace of its own with a card (a TAP device), and a thread of ours is the
// switch between the cards, which delays, loses and cuts off. TCP is that of the kernel, at both ends. Linux only.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "host/store/file_descriptor.h"

namespace caduceus::e2e {

class BadNetwork {
 public:
  using Clock = std::chrono::steady_clock;

  // None, to begin with. What is under way when they change still arrives as it was to.
  struct Faults {
    std::chrono::milliseconds delay{0};  // one way
    std::uint64_t lost_in_100 = 0;       // Ethernet frames, each by itself
    std::set<std::size_t> cut_off{};      // these hosts and the others do not hear each other; the observer hears all
  };

  struct Counts {
    std::uint64_t arrived = 0;  // Ethernet frames, a broadcast once for each who hears it
    std::uint64_t lost = 0;     // by bad luck
    std::uint64_t cut = 0;      // between those who do not hear each other
    std::uint64_t too_many = 0; // the switch had no room
  };

  // Hosts 0 to hosts − 1, and one more, the observer, which this process moves to, for ever: before it has threads. At most 200.
  // Failure: network namespaces or TAP devices are not allowed here; this process may be in a namespace without a card then.
  [[nodiscard]] static Result<std::unique_ptr<BadNetwork>> make(std::size_t hosts, std::uint64_t seed);
  BadNetwork(const BadNetwork&) = delete;
  BadNetwork& operator=(const BadNetwork&) = delete;

  [[nodiscard]] static std::string address(std::size_t host) { return "10.77.0." + std::to_string(host + 1); }
  // The calling thread moves to this host: what it opens from now on is there.
  void enter(std::size_t host) const;

  // Frames are forwarded from now on, by a thread: fork before it.
  void run();
  void set(Faults faults);
  [[nodiscard]] Counts counts() const;

 private:
  struct Host {
    FileDescriptor space;  // the namespace
    FileDescriptor card;
  };
  struct UnderWay {
    Clock::time_point due;
    std::size_t to = 0;
    Bytes frame;
  };

  BadNetwork(std::vector<Host> hosts, std::uint64_t seed) : hosts_(std::move(hosts)), rng_(seed) {}

  void forward(const std::stop_token& stop);
  void take_from(std::size_t host, Bytes& buffer);
  void send(std::size_t from, std::size_t to, ByteView frame);
  void deliver();

  std::vector<Host> hosts_;  // the observer is the last
  SeededRng rng_;
  std::deque<UnderWay> under_way_;
  mutable std::mutex mutex_;  // of faults and counts
  Faults faults_;
  Counts counts_;
  std::jthread switch_;  // ends first
};

}  // namespace caduceus::e2e
