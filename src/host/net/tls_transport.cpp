#include "host/net/tls_transport.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>

#include "core/base/check.h"
#include "host/net/bans.h"
#include "host/net/dialler.h"
#include "host/net/listener.h"

namespace caduceus {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Clock = std::chrono::steady_clock;
using ConnectionPtr = std::shared_ptr<TlsConnection>;

// By what a ban knows somebody.
std::string ban_name(const Caller& who, const std::string& address) { return who ? certificate_name(*who) : address; }

// Whoever frames go to: a configured peer, or a client's connection.
struct Party {
  FrameQueue queue;
  Caller who;
  ConnectionPtr connection;  // established, or none
  bool queued = false;       // stands in the list of those to be flushed
};

struct ConfiguredPeer : Party {
  std::string address;
  std::shared_ptr<Dialler> dialler;  // none: it dials us
  std::string trouble;               // told already
};

std::string ban_name(const Party& party) { return ban_name(party.who, party.connection ? party.connection->remote() : ""); }

class Implementation final : public TlsTransport, public TlsConnection::Owner {
 public:
  Implementation(asio::io_context& loop, TlsTransportOptions options, TlsContext context, const Subject& self, TransportEvents& events,
                 Rng& random)
      : loop_(loop), options_(std::move(options)), context_(std::move(context)), self_(self), events_(events), random_(random) {}
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  Implementation(Implementation&&) = delete;
  Implementation& operator=(Implementation&&) = delete;
  ~Implementation() override { stop(); }  // NOLINT(bugprone-exception-escape): only out of memory, which ends us anyhow

  Result<void> start();

  void send(PeerId peer, Frame frame) override;
  void pause(PeerId peer) override;
  void resume(PeerId peer) override;
  void disconnect(PeerId peer) override;
  void ban(PeerId peer, std::chrono::milliseconds duration) override;
  void stop() override;
  [[nodiscard]] std::uint16_t port() const override { return listener_ ? listener_->port() : std::uint16_t{0}; }

 private:
  void on_established(TlsConnection& connection) override;
  void on_frame(TlsConnection& connection, Bytes frame) override { events_.on_frame(connection.peer(), std::move(frame)); }
  void on_ended(TlsConnection& connection, const std::string& why, bool their_fault) override;

  Result<void> add_peers();
  void arrive(tcp::socket socket);
  void tick();
  void dial(ConfiguredPeer& peer);
  void dial_failed(ConfiguredPeer& peer, const std::string& why);

  // What to say to who has just connected: where he belongs, or why he has to go.
  Result<PeerId> place(TlsConnection& connection, const Caller& who);
  Result<PeerId> place_client(TlsConnection& connection, const Caller& who);
  Result<PeerId> place_peer(const TlsConnection& connection, const Caller& who);

  Party* find(PeerId peer);
  ConfiguredPeer* configured(PeerId peer);
  ConnectionPtr connection_of(PeerId peer);
  ConfiguredPeer* dialled_over(const TlsConnection& connection);
  // The connection of this party is over; it is told so.
  void down(PeerId id);
  // The same from within a call of ours: in the next turn.
  void down_later(PeerId id, const ConnectionPtr& connection);
  void flush_queued();
  void ban_until(const Party& party, Clock::time_point until);

  // Runs this when it is called, unless the transport is stopped by then.
  template <class Task>
  auto while_running(Task task) {
    return [alive = std::weak_ptr<bool>(alive_), task = std::move(task)](auto&&... arguments) mutable {
      if (alive.lock()) task(std::forward<decltype(arguments)>(arguments)...);
    };
  }

  asio::io_context& loop_;
  TlsTransportOptions options_;
  TlsContext context_;
  Subject self_;
  TransportEvents& events_;
  Rng& random_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  Bytes scratch_;
  Bans bans_;
  std::shared_ptr<Listener> listener_;
  asio::steady_timer ticker_{loop_};

  std::vector<std::unique_ptr<ConfiguredPeer>> peers_;  // PeerId − 1
  std::unordered_map<std::uint64_t, Party> clients_;
  std::uint64_t next_client_ = 0;
  std::vector<ConnectionPtr> arriving_;  // in their handshake, the oldest first
  std::vector<PeerId> queued_;
};

Result<void> Implementation::start() {
  TRY_VOID(add_peers());
  if (!options_.listen.empty()) {
    const auto trouble = [this](const std::string& what) { events_.on_trouble(what); };
    TRY(listener_, Listener::open(loop_, options_.listen, [this](tcp::socket socket) { arrive(std::move(socket)); }, trouble));
    listener_->accept();
  }
  for (const auto& peer : peers_) {
    if (peer->dialler) dial(*peer);
  }
  tick();
  return {};
}

Result<void> Implementation::add_peers() {
  for (const auto& [identity, text] : options_.peers) {
    const auto* const self = std::get_if<Identity>(&self_);
    if (self == nullptr) return failure("the PKG has no peers, only clients: leave them out of its configuration");
    const auto address = parse_address(text);
    if (!address) return failure("\"" + text + "\" is no address of " + to_string(identity) + ": write host:port");
    if (identity == *self) return failure(to_string(identity) + " is this node itself: leave it out of its peers");
    if (std::ranges::any_of(peers_, [&](const auto& peer) { return peer->who == Caller(identity); })) {
      return failure(to_string(identity) + " stands among the peers twice");
    }
    auto peer =
        std::make_unique<ConfiguredPeer>(ConfiguredPeer{{FrameQueue(options_.limits.peer_queue), identity, nullptr}, text, nullptr, {}});
    const Backoff backoff(options_.times.redial_first, options_.times.redial_last);
    const Purpose purpose = options_.is_client ? Purpose::client : Purpose::peer;
    if (options_.is_client || *self < identity)
      peer->dialler = std::make_shared<Dialler>(loop_, *address, context_, purpose, backoff, random_);
    peers_.push_back(std::move(peer));
  }
  next_client_ = peers_.size();
  return {};
}

void Implementation::arrive(tcp::socket socket) {
  Error gone;
  const auto remote = socket.remote_endpoint(gone);
  if (gone || !bans_.may_try(remote.address().to_string(), Clock::now())) return;
  if (arriving_.size() >= options_.limits.handshakes) {
    arriving_.front()->close();
    arriving_.erase(arriving_.begin());
  }
  const auto connection = std::make_shared<TlsConnection>(*this, std::move(socket), scratch_);
  arriving_.push_back(connection);
  connection->start(context_, TlsSession::Side::accepts);
}

void Implementation::dial(ConfiguredPeer& peer) {
  peer.dialler->dial(std::make_shared<TlsConnection>(*this, tcp::socket(loop_), scratch_));
}

void Implementation::dial_failed(ConfiguredPeer& peer, const std::string& why) {
  peer.dialler->drop();
  peer.dialler->wait([this, &peer] { dial(peer); });
  // A peer that is down for days is one line in the log.
  if (why == peer.trouble) return;
  peer.trouble = why;
  events_.on_trouble("cannot connect to " + ban_name(peer) + " at " + peer.address + ": " + why);
}

ConfiguredPeer* Implementation::dialled_over(const TlsConnection& connection) {
  const auto found =
      std::ranges::find_if(peers_, [&](const auto& peer) { return peer->dialler && peer->dialler->connection().get() == &connection; });
  return found == peers_.end() ? nullptr : found->get();
}

// The only timer but for those of redialling.
void Implementation::tick() {
  const auto now = Clock::now();
  std::vector<ConnectionPtr> all = arriving_;
  for (const auto& peer : peers_) {
    if (peer->dialler) all.push_back(peer->dialler->connection());
    all.push_back(peer->connection);
  }
  for (const auto& [id, client] : clients_) all.push_back(client.connection);
  for (const auto& connection : all) {
    if (connection) connection->check_progress(now, options_.times.handshake, options_.times.frame);
  }
  if (listener_) listener_->accept();
  ticker_.expires_after(
      std::min<std::chrono::milliseconds>({options_.times.handshake / 4, options_.times.frame / 4, std::chrono::seconds(1)}));
  ticker_.async_wait(while_running([this](const Error&) { tick(); }));
}

Result<PeerId> Implementation::place_client(TlsConnection& connection, const Caller& who) {
  const std::string name = ban_name(who, connection.remote());
  if (bans_.has(name, Clock::now())) return failure(name + " is banned");
  if (!options_.admits || !options_.admits(who)) return failure((who ? name : "a client without a certificate") + " is not served here");
  if (clients_.size() >= options_.limits.clients) return failure("too many clients");
  const auto same = std::ranges::count_if(clients_, [&](const auto& entry) { return ban_name(entry.second) == name; });
  if (std::cmp_greater_equal(same, options_.limits.client_connections)) return failure(name + " has too many connections");
  const PeerId id(++next_client_);
  const auto [entry, added] = clients_.try_emplace(id.value(), Party{FrameQueue(options_.limits.client_queue), who, nullptr, false});
  connection.open(id, options_.limits.client_frame, entry->second.queue);
  return id;
}

Result<PeerId> Implementation::place_peer(const TlsConnection& connection, const Caller& who) {
  const auto found = std::ranges::find_if(peers_, [&](const auto& peer) { return peer->who == who; });
  const std::string name = ban_name(who, connection.remote());
  if (found == peers_.end()) return failure(name + " is not among the configured peers");
  if (bans_.has(name, Clock::now())) return failure(name + " is banned");
  ConfiguredPeer& peer = **found;
  if (peer.dialler && peer.dialler->connection().get() != &connection) return failure(name + " dials, though its identity is the higher");
  return PeerId(static_cast<std::uint64_t>(found - peers_.begin()) + 1);
}

Result<PeerId> Implementation::place(TlsConnection& connection, const Caller& who) {
  const ConfiguredPeer* const dialled = dialled_over(connection);
  if (dialled != nullptr && who != dialled->who) {
    return failure("its certificate is of " + ban_name(who, "nobody") + ": is the address right?");
  }
  const auto purpose = connection.session().purpose();
  if (!purpose) return failure("it does not say what it connects for");
  if (dialled == nullptr && *purpose == Purpose::client) return place_client(connection, who);
  TRY(const PeerId id, place_peer(connection, who));
  // Only the other side dials, one connection at a time: the one we have is dead, and we have not noticed.
  ConfiguredPeer& peer = *configured(id);
  if (peer.connection) {
    peer.connection->close();
    down(id);
  }
  if (peer.dialler) peer.dialler->drop();
  peer.trouble.clear();
  connection.open(id, options_.limits.peer_frame, peer.queue);
  return id;
}

void Implementation::on_established(TlsConnection& connection) {
  const ConnectionPtr self = connection.shared_from_this();
  Caller who;
  Result<PeerId> placed = failure("its certificate names nobody");
  const Bytes certificate = connection.session().certificate();
  const auto subject = subject_of(certificate);
  if (subject) who = *subject;
  if (subject || certificate.empty()) placed = place(connection, who);
  if (!placed) {
    connection.close();
    return on_ended(connection, placed.error().message, false);
  }
  std::erase(arriving_, self);
  bans_.forgive(connection.remote());
  find(*placed)->connection = self;
  events_.on_up(*placed, who);
}

void Implementation::on_ended(TlsConnection& connection, const std::string& why, bool their_fault) {
  if (!alive_) return;
  const ConnectionPtr self = connection.shared_from_this();
  if (ConfiguredPeer* const dialled = dialled_over(connection)) return dial_failed(*dialled, why);
  if (std::erase(arriving_, self) > 0) {
    if (their_fault && !bans_.strike(connection.remote())) return;  // enough was said of it
    return events_.on_trouble("refused a connection from " + connection.remote() + ": " + why);
  }
  const Party* const party = find(connection.peer());
  if (party == nullptr || party->connection != self) return;
  if (their_fault) ban_until(*party, Clock::now() + options_.times.ban);
  if (!why.empty()) events_.on_trouble("lost " + ban_name(*party) + (their_fault ? ", which is banned now: " : ": ") + why);
  if (find(connection.peer()) != nullptr) down(connection.peer());
}

Party* Implementation::find(PeerId peer) {
  if (ConfiguredPeer* const known = configured(peer)) return known;
  const auto client = clients_.find(peer.value());
  return client == clients_.end() ? nullptr : &client->second;
}

ConfiguredPeer* Implementation::configured(PeerId peer) {
  const std::uint64_t index = peer.value() - 1;  // of 0, which nobody has, the largest there is
  return index < peers_.size() ? peers_[index].get() : nullptr;
}

void Implementation::down(PeerId id) {
  ConfiguredPeer* const peer = configured(id);
  if (peer == nullptr) {
    clients_.erase(id.value());
  } else {
    if (peer->dialler && peer->connection->has_lived(options_.times.redial_last)) peer->dialler->reset();
    peer->connection = nullptr;
    peer->queue.rewind();
    if (peer->dialler) peer->dialler->wait([this, peer] { dial(*peer); });
  }
  events_.on_down(id);
}

void Implementation::down_later(PeerId id, const ConnectionPtr& connection) {
  asio::post(loop_, while_running([this, id, connection] {
               const Party* const party = find(id);
               if (party != nullptr && party->connection == connection) down(id);
             }));
}

void Implementation::send(PeerId peer, Frame frame) {
  CHECK(frame && !frame->empty() && frame->size() <= options_.limits.peer_frame);
  Party* const party = find(peer);
  if (party == nullptr) return;
  party->queue.push(std::move(frame));
  if (party->queued || !party->connection) return;
  party->queued = true;
  if (queued_.empty()) asio::post(loop_, while_running([this] { flush_queued(); }));
  queued_.push_back(peer);
}

void Implementation::flush_queued() {
  std::vector<PeerId> now;
  now.swap(queued_);
  for (const PeerId peer : now) {
    if (Party* const party = find(peer)) party->queued = false;
    if (const ConnectionPtr connection = connection_of(peer)) connection->flush();
    if (!alive_) return;
  }
}

ConnectionPtr Implementation::connection_of(PeerId peer) {
  const Party* const party = find(peer);
  return party == nullptr ? nullptr : party->connection;
}

void Implementation::pause(PeerId peer) {
  if (const ConnectionPtr connection = connection_of(peer)) connection->pause();
}

void Implementation::resume(PeerId peer) {
  if (const ConnectionPtr connection = connection_of(peer)) connection->resume();
}

void Implementation::disconnect(PeerId peer) {
  const ConnectionPtr connection = connection_of(peer);
  if (!connection || connection->is_closed()) return;
  connection->close();
  down_later(peer, connection);
}

void Implementation::ban(PeerId peer, std::chrono::milliseconds duration) {
  const Party* const party = find(peer);
  if (party == nullptr) return;
  const std::string name = ban_name(*party);
  ban_until(*party, Clock::now() + duration);
  disconnect(peer);
  for (const auto& [id, client] : clients_) {
    if (ban_name(client) == name) disconnect(PeerId(id));
  }
}

void Implementation::ban_until(const Party& party, Clock::time_point until) {
  const std::string name = ban_name(party);
  bans_.add(name, until);
  for (const auto& peer : peers_) {
    if (peer->dialler && ban_name(*peer) == name) peer->dialler->not_before(until);
  }
}

void Implementation::stop() {
  if (!alive_) return;
  alive_.reset();
  for (const auto& peer : peers_) {
    if (peer->dialler) peer->dialler->stop();
    if (peer->connection) arriving_.push_back(peer->connection);
  }
  for (const auto& [id, client] : clients_) arriving_.push_back(client.connection);
  for (const auto& connection : arriving_) {
    connection->flush();
    connection->close();
  }
  if (listener_) listener_->close();
  ticker_.cancel();
}

}  // namespace

Result<std::unique_ptr<TlsTransport>> start_tls_transport(asio::io_context& loop, TlsTransportOptions options, TransportEvents& events,
                                                          Rng& random) {
  CHECK(options.limits.peer_queue >= options.limits.peer_frame + 64);
  TRY(TlsContext context, TlsContext::make(&options.credentials));
  const auto self = subject_of(options.credentials.certificate);
  if (!self) return failure("the TLS certificate names nobody (" + std::string(explain(self.error())) + "): enrol again");
  auto transport = std::make_unique<Implementation>(loop, std::move(options), std::move(context), *self, events, random);
  TRY_VOID(transport->start());
  return transport;
}

}  // namespace caduceus
