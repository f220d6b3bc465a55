#include "bench/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <memory>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "host/net/tls_transport.h"

namespace caduceus::bench {
namespace {

constexpr Validity always{Time(1'000'000'000'000), Time(4'000'000'000'000)};

struct Counter final : TransportEvents {
  bool up = false;
  std::size_t frames = 0;
  std::size_t bytes = 0;

  void on_up(PeerId /*peer*/, const Caller& /*who*/) override { up = true; }
  void on_frame(PeerId /*from*/, Bytes frame) override {
    ++frames;
    bytes += frame.size();
  }
  void on_down(PeerId /*peer*/) override { CHECK(false); }
  void on_trouble(const std::string& /*what*/) override {}
};

// Two nodes in one thread, so that its processor time is that of both ends and of the system between them.
struct Pair {
  boost::asio::io_context loop{1};
  SeededRng rng{1};
  Counter from_events, to_events;
  std::unique_ptr<TlsTransport> to, from;

  Pair() {
    const TlsAuthority authority = make_tls_authority(always);
    const Identity low{Role::hospital, {"a"}, 1};
    const Identity high{Role::hospital, {"b"}, 1};
    const auto start = [&](const Identity& self, const Identity& peer, const std::string& address, Counter& events) {
      SecretBytes key = make_tls_key();
      const Bytes request = *certificate_request(key);
      TlsCredentials credentials{std::move(key), *issue_certificate(authority, request, self, always), authority.certificate};
      auto started = start_tls_transport(loop, {std::move(credentials), "127.0.0.1:0", {{peer, address}}, {}, {}, {}}, events, rng);
      CHECK(started);
      return std::move(*started);
    };
    to = start(high, low, "127.0.0.1:1", to_events);
    from = start(low, high, "127.0.0.1:" + std::to_string(to->port()), from_events);
    while (!from_events.up || !to_events.up) loop.run_one();
  }
};

// A connection over this machine's loopback: the same bytes by bare system calls.
class BareTcp {
 public:
  BareTcp() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(listener, generic, size) == 0 && ::listen(listener, 1) == 0 && ::getsockname(listener, generic, &size) == 0);
    from_ = ::socket(AF_INET, SOCK_STREAM, 0);
    CHECK(::connect(from_, generic, size) == 0);
    to_ = ::accept(listener, nullptr, nullptr);
    ::close(listener);
    const int on = 1;
    CHECK(to_ >= 0 && ::setsockopt(from_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  }
  BareTcp(const BareTcp&) = delete;
  BareTcp& operator=(const BareTcp&) = delete;
  ~BareTcp() {
    ::close(from_);
    ::close(to_);
  }

  // In pieces of 64 KiB, as the transport sends and reads.
  bool pass(ByteView bytes) {
    while (!bytes.empty()) {
      const ByteView piece = bytes.first(std::min(bytes.size(), buffer_.size()));
      if (::send(from_, piece.data(), piece.size(), 0) != static_cast<ssize_t>(piece.size())) return false;
      std::size_t came = 0;
      while (came < piece.size()) {
        const ssize_t count = ::recv(to_, buffer_.data(), buffer_.size(), 0);
        if (count <= 0) return false;
        came += static_cast<std::size_t>(count);
      }
      bytes = bytes.subspan(piece.size());
    }
    return true;
  }

 private:
  int from_ = -1;
  int to_ = -1;
  Bytes buffer_ = Bytes(64 << 10);
};

// So many frames of so many bytes, queued in one turn.
Case frames_case(std::size_t count, std::size_t size) {
  const auto pair = std::make_shared<Pair>();
  const auto tcp = std::make_shared<BareTcp>();
  Bytes payload(size);
  SeededRng(2).fill(payload);
  return {[=] {
            const std::size_t frames = pair->to_events.frames + count;
            const std::size_t bytes = pair->to_events.bytes + count * size;
            for (std::size_t i = 0; i < count; ++i) pair->from->send(PeerId(1), std::make_shared<const Bytes>(payload));
            while (pair->to_events.frames < frames) pair->loop.run_one();
            return pair->to_events.bytes == bytes;
          },
          [tcp, stream = Bytes(count * (4 + size))] { return tcp->pass(stream); }, count * (4 + size)};
}

}  // namespace

std::vector<Row> net_rows() {
  std::vector<Row> rows;
  for (const std::size_t size : {64UL, 4096UL}) {
    for (const std::size_t count : {1UL, 10UL, 100UL, 1000UL}) {
      rows.push_back({"net." + std::to_string(size) + ".x" + std::to_string(count), [=] { return frames_case(count, size); }, {}});
    }
  }
  return rows;
}

}  // namespace caduceus::bench
