// One end of a TLS 1.3 connection over a socket that somebody else waits for. Only sources of this folder include it.
//
// OpenSSL reads from the socket 64 KiB at a time. What it writes is gathered here and leaves by one system call, whatever the number of
// records.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "host/net/certificate.h"
#include "host/net/openssl.h"

namespace caduceus {

// What a connection is for: both ends must mean the same. It is agreed on in the handshake (ALPN).
enum class Purpose : std::uint8_t { peer, client };

// Key, certificate and trust, ready for many sessions.
class TlsContext {
 public:
  // A server asks for a client's certificate, and refuses one that is not good; having none is for the caller to judge.
  // Without credentials: a newcomer, who trusts nobody yet and checks the fingerprint himself.
  // Failure: key, certificate and authority that do not fit each other.
  static Result<TlsContext> make(const TlsCredentials* credentials);
  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

 private:
  explicit TlsContext(openssl::Context context) : context_(std::move(context)) {}
  openssl::Context context_;
};

class TlsSession {
 public:
  enum class Side : std::uint8_t { accepts, connects };
  enum class Outcome : std::uint8_t { done, waits, ended, broken };

  // `descriptor`: a socket that does not block, open as long as this. `purpose` is what a side that connects asks for.
  TlsSession(const TlsContext& context, int descriptor, Side side, Purpose purpose);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  TlsSession(TlsSession&&) = delete;
  TlsSession& operator=(TlsSession&&) = delete;
  ~TlsSession() = default;

  // Each of these goes on where it stopped, once the socket can be read (waits). ended: the other side closed. broken: why() says it.
  Outcome handshake();
  Outcome read(ByteSpan into, std::size_t& count);
  // Whether read() may have more without the socket.
  [[nodiscard]] bool has_more() const { return SSL_has_pending(session_.get()) == 1; }

  // Encrypts all of it. It leaves with flush(), after what is there before it.
  bool write(ByteView bytes);
  // waits: until the socket can be written.
  Outcome flush();
  [[nodiscard]] std::size_t unsent() const { return out_.size() - sent_; }
  // Tells the other side that nothing more comes.
  void close();

  // After the handshake.
  [[nodiscard]] Bytes certificate() const;  // the other side's; empty when it has none
  [[nodiscard]] std::optional<Purpose> purpose() const;

  // Of TLS, with its handshake, since it began.
  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
  [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }

  [[nodiscard]] const std::string& why() const { return why_; }
  // Whether what broke it are bytes or certificates of the other side, and not the network.
  [[nodiscard]] bool is_their_fault() const { return their_fault_; }

  // What OpenSSL calls for the socket.
  int receive(char* into, std::size_t size);
  void append(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

 private:
  Outcome outcome(int result);

  openssl::Session session_;
  int descriptor_;
  Bytes out_;  // encrypted, from sent_ on not sent yet
  std::size_t sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t bytes_received_ = 0;
  int socket_error_ = 0;
  std::string why_;
  bool their_fault_ = false;
};

}  // namespace caduceus
