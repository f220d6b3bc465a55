#include "test/e2e/bad_network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>

#include "core/base/check.h"

namespace caduceus::e2e {
namespace {

using Mac = std::array<Byte, 6>;

constexpr std::size_t longest_frame = 2048;
constexpr std::size_t most_under_way = 16'384;  // frames; then the switch loses what comes

tl::unexpected<Failure> cannot(const std::string& what) {
  return failure("cannot " + what + ": " + std::generic_category().message(errno) + "; are namespaces and TAP devices allowed here?");
}

Mac mac_of(std::size_t host) { return {2, 0, 0, 0, 0, static_cast<Byte>(host)}; }

bool write_file(const char* path, const std::string& text) {
  const FileDescriptor file(::open(path, O_WRONLY | O_CLOEXEC));
  return file.is_open() && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Who may not make one does so as root of a user namespace of its own.
bool enter_new_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNET) == 0) return true;
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") &&
         write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

ifreq request_for(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

bool bring_up(int any_socket, const char* device) {
  ifreq request = request_for(device);
  request.ifr_flags = IFF_UP;
  return ::ioctl(any_socket, SIOCSIFFLAGS, &request) == 0;
}

bool set_address(int any_socket, const char* device, unsigned long what, const char* address) {
  ifreq request = request_for(device);
  sockaddr_in internet{};
  internet.sin_family = AF_INET;
  if (::inet_pton(AF_INET, address, &internet.sin_addr) != 1) return false;
  std::memcpy(&request.ifr_addr, &internet, sizeof internet);
  return ::ioctl(any_socket, what, &request) == 0;
}

// In the namespace that the calling thread is in.
Result<FileDescriptor> make_card(std::size_t host) {
  constexpr const char* name = "card";
  FileDescriptor card(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!card.is_open()) return cannot("open /dev/net/tun");
  ifreq request = request_for(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (::ioctl(card.get(), TUNSETIFF, &request) != 0) return cannot("make a TAP device");
  request = request_for(name);
  request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  std::ranges::copy(mac_of(host), request.ifr_hwaddr.sa_data);
  const FileDescriptor any_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const bool is_up = ::ioctl(any_socket.get(), SIOCSIFHWADDR, &request) == 0 &&
                     set_address(any_socket.get(), name, SIOCSIFADDR, BadNetwork::address(host).c_str()) &&
                     set_address(any_socket.get(), name, SIOCSIFNETMASK, "255.255.255.0") && bring_up(any_socket.get(), name) &&
                     bring_up(any_socket.get(), "lo");
  if (!is_up) return cannot("bring a TAP device up");
  return card;
}

}  // namespace

Result<std::unique_ptr<BadNetwork>> BadNetwork::make(std::size_t hosts, std::uint64_t seed) {
  CHECK(hosts <= 200);
  std::vector<Host> all;
  while (all.size() < hosts + 1) {
    if (!enter_new_namespace()) return cannot("make a network namespace");
    FileDescriptor space(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!space.is_open()) return cannot("open a network namespace");
    TRY(auto card, make_card(all.size()));
    all.push_back({std::move(space), std::move(card)});
  }
  return std::unique_ptr<BadNetwork>(new BadNetwork(std::move(all), seed));
}

void BadNetwork::enter(std::size_t host) const { CHECK(::setns(hosts_.at(host).space.get(), CLONE_NEWNET) == 0); }

void BadNetwork::run() {
  switch_ = std::jthread([this](const std::stop_token& stop) { forward(stop); });
}

void BadNetwork::set(Faults faults) {
  const std::scoped_lock lock(mutex_);
  faults_ = std::move(faults);
}

BadNetwork::Counts BadNetwork::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void BadNetwork::forward(const std::stop_token& stop) {
  std::vector<pollfd> cards;
  for (const Host& host : hosts_) cards.push_back({host.card.get(), POLLIN, 0});
  Bytes buffer(longest_frame);
  while (!stop.stop_requested()) {
    std::chrono::milliseconds wait{20};
    if (!under_way_.empty()) {
      wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(under_way_.front().due - Clock::now()), {}, wait);
    }
    if (::poll(cards.data(), cards.size(), static_cast<int>(wait.count())) < 0) CHECK(errno == EINTR);
    const std::scoped_lock lock(mutex_);
    for (std::size_t host = 0; host < hosts_.size(); ++host) take_from(host, buffer);
    deliver();
  }
}

void BadNetwork::take_from(std::size_t host, Bytes& buffer) {
  for (ssize_t size = 0; (size = ::read(hosts_[host].card.get(), buffer.data(), buffer.size())) > 0;) {
    const ByteView frame(buffer.data(), static_cast<std::size_t>(size));
    for (std::size_t to = 0; to < hosts_.size(); ++to) {
      constexpr Byte to_many = 1;  // in the first byte
      const bool is_for = (frame[0] & to_many) != 0 || std::ranges::equal(mac_of(to), frame.first(sizeof(Mac)));
      if (to != host && is_for) send(host, to, frame);
    }
  }
}

void BadNetwork::send(std::size_t from, std::size_t to, ByteView frame) {
  const std::size_t observer = hosts_.size() - 1;
  if (from != observer && to != observer && faults_.cut_off.contains(from) != faults_.cut_off.contains(to)) {
    ++counts_.cut;
  } else if (rng_.below(100) < faults_.lost_in_100) {
    ++counts_.lost;
  } else if (under_way_.size() == most_under_way) {
    ++counts_.too_many;
  } else {
    under_way_.push_back({Clock::now() + faults_.delay, to, Bytes(frame.begin(), frame.end())});
  }
}

// In the order in which they were sent, also when the delay became shorter in between.
void BadNetwork::deliver() {
  for (const auto now = Clock::now(); !under_way_.empty() && under_way_.front().due <= now; under_way_.pop_front()) {
    const auto& [due, to, frame] = under_way_.front();
    const bool has_arrived = ::write(hosts_[to].card.get(), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size());
    ++(has_arrived ? counts_.arrived : counts_.too_many);
  }
}

}  // namespace caduceus::e2e
