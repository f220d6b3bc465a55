// Nodes on a network, for tests: over the loopback twin, or over TLS on this machine.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <vector>

#include "core/base/rng.h"
#include "host/net/loopback.h"
#include "host/net/tls_transport.h"

namespace caduceus::test {

inline Identity hospital(int n) { return {Role::hospital, {"h" + std::to_string(n)}, 1}; }
inline Identity doctor(int n) { return {Role::doctor, {"d" + std::to_string(n)}, 1}; }

constexpr Validity always{Time(1'000'000'000'000), Time(4'000'000'000'000)};  // 2001 to 2096

inline TlsCredentials enrol(const TlsAuthority& authority, const Subject& subject, const Validity& validity = always) {
  SecretBytes key = make_tls_key();
  const Bytes request = *certificate_request(key);
  return {std::move(key), *issue_certificate(authority, request, subject, validity), authority.certificate};
}

// A node's eyes and ears.
struct Recorder : TransportEvents {
  std::vector<std::pair<PeerId, Caller>> ups;
  std::vector<std::pair<PeerId, Bytes>> frames;
  std::vector<PeerId> downs;
  std::vector<std::string> troubles;
  std::function<void(PeerId, const Bytes&)> answer;

  void on_up(PeerId peer, const Caller& who) override { ups.emplace_back(peer, who); }
  void on_frame(PeerId from, Bytes frame) override {
    frames.emplace_back(from, frame);
    if (answer) answer(from, frame);
  }
  void on_down(PeerId peer) override { downs.push_back(peer); }
  void on_trouble(const std::string& what) override { troubles.push_back(what); }

  [[nodiscard]] bool is_up(PeerId peer) const {
    return std::ranges::count(ups, peer, [](const auto& up) { return up.first; }) > std::ranges::count(downs, peer);
  }
  [[nodiscard]] bool heard_of(std::string_view trouble) const {
    return std::ranges::any_of(troubles, [&](const auto& one) { return one.find(trouble) != std::string::npos; });
  }
};

inline bool anybody(const Caller&) { return true; }
inline bool nobody_nameless(const Caller& who) { return who.has_value(); }

class LoopbackWorld {
 public:
  std::unique_ptr<Transport> join(const Identity& self, const std::vector<Identity>& peers, Recorder& events,
                                  const TransportLimits& limits = {}) {
    return network.join(self, peers, anybody, limits, events);
  }
  // False when it does not become true.
  bool run_until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (!network.step()) return false;
    }
    return true;
  }
  void ban_ends() { network.pass(std::chrono::hours(1)); }
  static constexpr std::chrono::milliseconds ban{60'000};

  LoopbackNetwork network;
};

class TlsWorld {
 public:
  TlsTransportOptions options(const Identity& self, const std::vector<Identity>& peers, const TransportLimits& limits = {}) {
    TlsTransportOptions made{enrol(authority, self), "127.0.0.1:" + std::to_string(ports[self]), {}, nobody_nameless, limits, times};
    for (const Identity& peer : peers) made.peers.push_back({peer, "127.0.0.1:" + std::to_string(ports[peer])});
    return made;
  }
  std::unique_ptr<TlsTransport> start(TlsTransportOptions made, Recorder& events) {
    auto transport = start_tls_transport(loop, std::move(made), events, rng);
    EXPECT_TRUE(transport) << transport.error().message;
    return transport ? std::move(*transport) : nullptr;
  }
  // Who has a higher identity joins before those who dial it: its port is known then, and stays.
  std::unique_ptr<TlsTransport> join(const Identity& self, const std::vector<Identity>& peers, Recorder& events,
                                     const TransportLimits& limits = {}) {
    auto transport = start(options(self, peers, limits), events);
    if (transport) ports[self] = transport->port();
    return transport;
  }
  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      loop.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  void ban_ends() {}
  static constexpr std::chrono::milliseconds ban{50};

  boost::asio::io_context loop{1};
  SeededRng rng{1};
  TlsAuthority authority = make_tls_authority(always);
  TlsTimes times{.redial_first = std::chrono::milliseconds(1), .redial_last = std::chrono::milliseconds(20)};
  std::map<Identity, std::uint16_t> ports;
};

}  // namespace caduceus::test
