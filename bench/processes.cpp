#include "bench/processes.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>  // clock_getcpuclockid
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/check.h"

namespace caduceus::bench {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  CHECK(::clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

std::vector<std::string> free_addresses(std::size_t count) {
  std::vector<std::string> addresses;
  auto port = static_cast<std::uint16_t>(20'000 + ::getpid() % 1000 * 10);
  for (; addresses.size() < count && port < 32'000; ++port) {
    const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::bind(one, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) addresses.push_back("127.0.0.1:" + std::to_string(port));
    ::close(one);
  }
  CHECK(addresses.size() == count);
  return addresses;
}

double cpu_seconds_of(pid_t process) {
  clockid_t clock{};
  CHECK(::clock_getcpuclockid(process, &clock) == 0);
  return seconds_of(clock);
}

double own_cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

Footprint footprint_of(pid_t process) {
  const std::filesystem::path place = "/proc/" + std::to_string(process);
  Footprint footprint;
  std::ifstream status(place / "status");
  for (std::string word; status >> word;) {
    if (word == "RssAnon:" && status >> footprint.mib) break;
  }
  footprint.mib /= 1024;  // of KiB
  CHECK(footprint.mib > 0);
  for (const auto& one : std::filesystem::directory_iterator(place / "fd")) {
    std::error_code is_closed_meanwhile;
    const bool is_table = std::filesystem::read_symlink(one, is_closed_meanwhile).string().find(".sst") != std::string::npos;
    ++(is_table ? footprint.tables : footprint.descriptors);
  }
  return footprint;
}

std::uint64_t loopback_bytes() {
  std::ifstream file("/sys/class/net/lo/statistics/tx_bytes");
  std::uint64_t bytes = 0;
  file >> bytes;
  return bytes;
}

}  // namespace caduceus::bench
