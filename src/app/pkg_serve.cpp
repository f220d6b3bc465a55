// caduceus pkg serve: enrols newcomers, and signs members' accounts, over TLS (PROTOCOL.md §2, R3).
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iostream>
#include <map>

#include "app/authority.h"
#include "app/pkg.h"
#include "host/net/address.h"
#include "host/net/tls_transport.h"

namespace caduceus {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::filesystem::path directory;
  std::string listen;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the authority's folder")->required();
    command.add_option("--listen", listen, "HOST:PORT; port 0 takes any that is free")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object when it listens");
  }
};

// An answer may hold a newcomer's keys.
Frame secret_frame(const SecretBytes& content) {
  const auto wipe_and_free = [](const Bytes* bytes) {
    const std::unique_ptr<Bytes> owner(const_cast<Bytes*>(bytes));  // NOLINT(cppcoreguidelines-pro-type-const-cast): its last owner
    wipe(owner->data(), owner->size());
  };
  return {new Bytes(content.expose().begin(), content.expose().end()), wipe_and_free};
}

class AuthorityServer final : public TransportEvents {
 public:
  AuthorityServer(boost::asio::io_context& loop, EnrolmentAuthority authority) : authority_(std::move(authority)), timer_(loop) {}

  [[nodiscard]] TlsCredentials credentials() const { return authority_.credentials(); }
  void serve(Transport& transport) {
    transport_ = &transport;
    end_idle();
  }

  void on_up(PeerId peer, const Caller& who) override { callers_[peer] = {who, Clock::now()}; }
  void on_down(PeerId peer) override { callers_.erase(peer); }
  void on_trouble(const std::string& what) override { std::cerr << what << '\n'; }

  void on_frame(PeerId from, Bytes frame) override {
    const AuthorityAnswer answer = answer_to(callers_.at(from).who, frame);
    wipe(frame.data(), frame.size());
    transport_->send(from, secret_frame(encode_secret(answer)));
  }

 private:
  struct Connection {
    Caller who;
    Clock::time_point since;
  };
  // A newcomer asks once, a member a few times.
  static constexpr std::chrono::seconds longest_visit{60};

  AuthorityAnswer answer_to(const Caller& who, ByteView frame) {
    const auto request = decode<AuthorityRequest>(frame);
    if (!request) return Refusal::of(request.error());
    return std::visit([&](const auto& one) { return answer_to(who, one); }, *request);
  }

  AuthorityAnswer answer_to(const Caller& /*who*/, const AskAuthority& /*request*/) { return authority_.known(); }

  AuthorityAnswer answer_to(const Caller& /*who*/, const EnrolmentRequest& request) {
    return said(request.registration.identity, "enrolled", authority_.enrol(request, wall_clock()));
  }

  template <class Request>
    requires std::same_as<Request, AccountRequest> || std::same_as<Request, PatientAccountRequest>
  AuthorityAnswer answer_to(const Caller& who, const Request& request) {
    const auto* const member = who ? std::get_if<Identity>(&*who) : nullptr;
    if (member == nullptr) return Refusal::of(Reject::sender_other);
    return said(*member, "signed the account of", authority_.account(*member, request));
  }

  // The answer, and a line in the log.
  template <class Answer>
  static AuthorityAnswer said(const Identity& identity, const std::string& what, Result<Checked<Answer>> done) {
    const std::string who = to_string(identity);
    if (!done) {
      std::cerr << "ERROR: " << who << ": " << done.error().message << '\n';
      return Refusal{{"authority-failed"}, {"the authority could not write to its disk: tell its operator, and try again later"}};
    }
    if (!*done) {
      std::cerr << "refused " << who << ": " << explain(done->error()) << " (" << name(done->error()) << ")" << '\n';
      return Refusal::of(done->error());
    }
    std::cerr << what << " " << who << '\n';
    return std::move(**done);
  }

  void end_idle() {
    for (const auto& [peer, connection] : callers_) {
      if (Clock::now() - connection.since > longest_visit) transport_->disconnect(peer);
    }
    timer_.expires_after(longest_visit / 4);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) end_idle();
    });
  }

  EnrolmentAuthority authority_;
  boost::asio::steady_timer timer_;
  Transport* transport_ = nullptr;
  std::map<PeerId, Connection> callers_;
};

Result<void> serve(const Options& options) {
  const auto address = parse_address(options.listen);
  if (!address) return failure("\"" + options.listen + "\" is no address: write host:port");
  const AuthorityFolder folder(options.directory);
  TRY_VOID(folder.check());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the master secrets: "));
  TRY(AuthoritySecrets secrets, folder.open(passphrase));
  const std::string server = to_hex(fingerprint(secrets.server_certificate.value));

  boost::asio::io_context loop(1);
  SystemRandom random;
  AuthorityServer authority(loop, {folder, std::move(secrets)});
  TlsTransportOptions transport_options;
  transport_options.credentials = authority.credentials();
  transport_options.listen = options.listen;
  transport_options.admits = [](const Caller&) { return true; };
  transport_options.limits.client_frame = 16 << 10;
  transport_options.limits.client_queue = 64 << 10;
  transport_options.limits.client_connections = 16;  // a hospital's newcomers may share an address
  TRY(const auto transport, start_tls_transport(loop, std::move(transport_options), authority, random));
  authority.serve(*transport);

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& /*error*/, int /*signal*/) {
    transport->stop();
    loop.stop();
  });
  const std::string where =
      (options.listen.front() == '[' ? "[" + address->host + "]" : address->host) + ":" + std::to_string(transport->port());
  if (options.json) {
    show(true, {{"listen", "", where}, {"port", "", transport->port()}, {"server", "", server}});
  } else {
    std::cout << "listening on " << where << ", with the certificate " << server << '\n' << std::flush;
  }
  loop.run();
  return {};
}

}  // namespace

void add_pkg_serve(CLI::App& pkg, int& status) {
  add_command<Options>(pkg, status, "serve", "enrol newcomers, and sign members' accounts, until SIGTERM",
                       "pkg serve --dir authority --listen 0.0.0.0:7000 --passphrase-file passphrase", serve);
}

}  // namespace caduceus
