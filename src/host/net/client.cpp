#include "host/net/client.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/base/check.h"
#include "host/net/address.h"
#include "host/net/frame.h"
#include "host/net/tls_session.h"

namespace caduceus {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = TlsSession::Outcome;
using AddressList = openssl::Owner<addrinfo, freeaddrinfo>;

// Until the descriptor can be read or written; false when the time is up.
bool wait_for(int descriptor, short what, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd one{descriptor, what, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    CHECK(errno == EINTR);
  }
}

class Socket {
 public:
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket(Socket&&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }

  // Why not, or nothing.
  std::string connect(const addrinfo& to, Clock::time_point deadline) {
    close();
    descriptor_ = ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) return std::generic_category().message(errno);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, to.ai_addr, to.ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return std::generic_category().message(errno);
    if (!wait_for(descriptor_, POLLOUT, deadline)) return "no answer in time";
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 ? "" : std::generic_category().message(error);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  int descriptor_ = -1;
};

}  // namespace

struct Client::State {
  std::string address;
  TlsContext context;
  FrameReader reader;
  Socket socket;
  std::unique_ptr<TlsSession> session;
  Bytes server;

  State(std::string where, TlsContext with, std::size_t limit) : address(std::move(where)), context(std::move(with)), reader(limit) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() {
    if (session) session->close();
  }

  [[nodiscard]] tl::unexpected<Failure> cannot(const std::string& why) const { return failure(address + ": " + why); }

  // Goes on with this until it is done; false when the time is up.
  template <class Step>
  Result<bool> drive(Clock::time_point deadline, Step step) {
    Outcome outcome = Outcome::waits;
    while (true) {
      if (outcome != Outcome::done) outcome = step();
      const Outcome sent = session->flush();
      if (outcome == Outcome::broken) return cannot(session->why());
      if (outcome == Outcome::ended) return cannot("it closed the connection: does it serve you? Its log says why");
      if (sent == Outcome::broken) return cannot(session->why());
      if (outcome == Outcome::done && sent == Outcome::done) return true;
      const bool reads = outcome == Outcome::waits;
      const auto what = static_cast<short>((reads ? POLLIN : 0) | (sent == Outcome::waits ? POLLOUT : 0));
      if (!wait_for(socket.get(), what, deadline)) return false;
    }
  }

  Result<void> connect(std::chrono::milliseconds timeout);
  Result<void> check_server(const ExpectedServer& expected);
};

Result<void> Client::State::connect(std::chrono::milliseconds timeout) {
  const auto parsed = parse_address(address);
  if (!parsed) return failure("\"" + address + "\" is no address: write host:port");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(parsed->host.c_str(), parsed->port.c_str(), &hints, &found);
  if (error != 0) return cannot(::gai_strerror(error));
  const AddressList list(found);
  const auto deadline = Clock::now() + timeout;
  int untried = 0;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) ++untried;
  std::string why;
  // An endpoint that does not answer leaves their share of the time to those after it.
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next, --untried) {
    const auto now = Clock::now();
    why = socket.connect(*one, now + (deadline - now) / untried);
    if (why.empty()) break;
  }
  if (!why.empty()) return cannot(why + "; is it running, and is this its address?");
  session = std::make_unique<TlsSession>(context, socket.get(), TlsSession::Side::connects, Purpose::client);
  TRY(const bool done, drive(deadline, [this] { return session->handshake(); }));
  if (!done) return cannot("no answer in time");
  server = session->certificate();
  return {};
}

Result<void> Client::State::check_server(const ExpectedServer& expected) {
  if (const auto* const pinned = std::get_if<Bytes32>(&expected)) {
    if (fingerprint(server) == *pinned) return {};
    return cannot("another server than the one you were told about: its certificate's fingerprint is " + to_hex(fingerprint(server)));
  }
  const auto& subject = std::get<Subject>(expected);
  const auto shown = subject_of(server);
  if (shown && *shown == subject) return {};
  return cannot("the certificate is of " + (shown ? certificate_name(*shown) : "nobody") + ", not of " + certificate_name(subject) +
                ": is the address right?");
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(const ClientOptions& options, std::chrono::milliseconds timeout) {
  CHECK(options.self || std::holds_alternative<Bytes32>(options.server));
  TRY(TlsContext context, TlsContext::make(options.self ? &*options.self : nullptr));
  auto state = std::make_unique<State>(options.address, std::move(context), options.answer_limit);
  TRY_VOID(state->connect(timeout));
  TRY_VOID(state->check_server(options.server));
  return Client(std::move(state));
}

Result<void> Client::send(ByteView frame, std::chrono::milliseconds timeout) {
  CHECK(!frame.empty());
  const auto deadline = Clock::now() + timeout;
  auto sent = std::make_shared<const Bytes>(frame.begin(), frame.end());
  FrameQueue queue(FrameQueue::cost(*sent));
  queue.push(std::move(sent));
  while (!queue.empty()) {
    Bytes next;
    queue.take(next, 64 << 10);
    if (!state_->session->write(next)) return state_->cannot(state_->session->why());
    TRY(const bool done, state_->drive(deadline, [] { return Outcome::done; }));
    if (!done) return state_->cannot("it takes nothing");
  }
  return {};
}

Result<std::optional<Bytes>> Client::receive(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    auto frame = state_->reader.next();
    if (!frame) return state_->cannot("its answer: " + std::string(explain(frame.error())));
    if (std::optional<Bytes> whole = *std::move(frame)) return *std::move(whole);
    std::size_t count = 0;
    TRY(const bool done, state_->drive(deadline, [&] { return state_->session->read(state_->reader.room(), count); }));
    if (!done) return std::nullopt;
    state_->reader.filled(count);
  }
}

Result<Bytes> Client::call(ByteView request, std::chrono::milliseconds timeout) {
  const auto began = Clock::now();
  TRY_VOID(send(request, timeout));
  TRY(auto answer, receive(std::max(timeout - std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began), {})));
  if (!answer) return state_->cannot("no answer in time");
  return *std::move(answer);
}

Client::Traffic Client::traffic() const { return {state_->session->bytes_sent(), state_->session->bytes_received()}; }

ByteView Client::server_certificate() const { return state_->server; }

}  // namespace caduceus
