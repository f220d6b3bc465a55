// What a command line uses: requests and answers, over the frames of docs/FORMATS.md. It blocks.
#pragma once

#include <chrono>
#include <memory>

#include "host/net/certificate.h"

namespace caduceus {

// Whom we mean to speak to: a subject under the PKG's authority; or, before we have that, the server whose certificate has this fingerprint.
using ExpectedServer = std::variant<Subject, Bytes32>;

struct ClientOptions {
  std::string address;  // "host:port"
  std::optional<TlsCredentials> self;  // nothing: a newcomer, who expects a fingerprint
  ExpectedServer server;  // a Subject takes credentials (CHECK)
  std::size_t answer_limit = 5 << 20;  // bytes
};

// One connection, used for one call after the other by one thread.
class Client {
 public:
  // Failure: nobody there, not who was expected, a certificate that was refused: which address, and what to do. The time counts from when
  // the look-up of the address has ended.
  [[nodiscard]] static Result<Client> connect(const ClientOptions& options, std::chrono::milliseconds timeout);

  // One request, one answer. A request has 1 byte or more. Failure: no answer in time, a longer one than the limit, a connection that
  // broke. It is of no use after that.
  [[nodiscard]] Result<Bytes> call(ByteView request, std::chrono::milliseconds timeout);
  // The same for who has several requests under way. Nothing came in time: that is no failure of receive().
  [[nodiscard]] Result<void> send(ByteView frame, std::chrono::milliseconds timeout);
  [[nodiscard]] Result<std::optional<Bytes>> receive(std::chrono::milliseconds timeout);

  // What went over the network so far, TLS and its handshake included.
  struct Traffic {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  [[nodiscard]] Traffic traffic() const;

  // The certificate that the server showed, and proved to own.
  [[nodiscard]] ByteView server_certificate() const;

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace caduceus
