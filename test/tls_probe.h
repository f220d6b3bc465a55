// A client that does what no honest one does: the other end of a TLS transport's socket, driven by the test.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "host/net/frame.h"
#include "host/net/tls_session.h"

namespace caduceus::test {

// A bare TCP connection to this machine.
class TcpProbe {
 public:
  explicit TcpProbe(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
  }
  TcpProbe(const TcpProbe&) = delete;
  TcpProbe& operator=(const TcpProbe&) = delete;
  ~TcpProbe() { ::close(descriptor_); }

  // How many the system took.
  std::size_t send(ByteView bytes) const {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  // Whether the other side is gone. Throws away what it says.
  [[nodiscard]] bool is_over() const {
    Bytes thrown_away(4096);
    const ssize_t count = ::recv(descriptor_, thrown_away.data(), thrown_away.size(), 0);
    return count == 0 || (count < 0 && errno != EAGAIN);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// TLS over it. pump() goes as far as it can.
class TlsProbe {
 public:
  using Outcome = TlsSession::Outcome;

  TlsProbe(std::uint16_t port, const TlsCredentials* credentials, Purpose purpose)
      : context_(unchecking(credentials)), tcp_(port), session_(context_, tcp_.get(), TlsSession::Side::connects, purpose) {}

  void pump() {
    while (!over_) {
      std::size_t count = 0;
      const Outcome outcome = ready_ ? session_.read(reader_.room(), count) : session_.handshake();
      if (session_.flush() == Outcome::broken || outcome == Outcome::ended || outcome == Outcome::broken) over_ = true;
      if (outcome != Outcome::done) return;
      if (!std::exchange(ready_, true)) continue;
      reader_.filled(count);
      while (auto frame = *reader_.next()) frames.push_back(std::move(*frame));
    }
  }
  [[nodiscard]] bool is_ready() const { return ready_ && !over_; }
  [[nodiscard]] bool is_over() const { return over_; }

  // These bytes inside TLS, whatever they are.
  void send(ByteView bytes) {
    session_.write(bytes);
    session_.flush();
  }
  void send_frame(ByteView bytes) {
    const auto header = big_endian(static_cast<std::uint32_t>(bytes.size()));
    Bytes all(header.begin(), header.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
    send(all);
  }
  // Below TLS, as somebody on the way could.
  void inject(ByteView bytes) const { tcp_.send(bytes); }
  // What waits on our side because the other one does not read.
  [[nodiscard]] std::size_t unsent() const { return session_.unsent(); }

  std::vector<Bytes> frames;

 private:
  // It trusts everybody, so that it is the other side that refuses.
  static TlsContext unchecking(const TlsCredentials* credentials) {
    TlsContext context = *TlsContext::make(credentials);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    return context;
  }

  TlsContext context_;
  TcpProbe tcp_;
  TlsSession session_;
  FrameReader reader_{5 << 20};
  bool ready_ = false;
  bool over_ = false;
};

}  // namespace caduceus::test
