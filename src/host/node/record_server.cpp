#include "host/node/record_server.h"

#include <iostream>

namespace caduceus {
namespace {

constexpr std::chrono::seconds ban_time{60};

// What a worker made of a frame. Opening what is sealed takes a multiplication, so that is done there, too.
struct Decoded {
  Checked<roles::NumberedRequest> request;
  std::optional<Checked<roles::AccessRequest>> access;
};

Checked<roles::AccessRequest> open_access(const SealingKey& sealing, const roles::AskRecords& asked) {
  TRY(const SecretBytes opened, open_sealed(sealing, roles::request_use, asked.request));
  return decode<roles::AccessRequest>(opened.expose());
}

Decoded decode_request(const SealingKey& sealing, ByteView content) {
  Decoded decoded{decode<roles::NumberedRequest>(content), {}};
  if (!decoded.request) return decoded;
  if (const auto* asked = std::get_if<roles::AskRecords>(&decoded.request->request)) decoded.access = open_access(sealing, *asked);
  return decoded;
}

}  // namespace

Result<std::unique_ptr<RecordServer>> RecordServer::open(boost::asio::io_context& loop, const sup::Genesis& genesis, HospitalKeys keys,
                                                         std::vector<Identity> hospitals, store::Store& store, store::BlobStore& blobs,
                                                         HospitalChains& chains, const Options& options) {
  TRY(auto room, RecordRoom::open(loop, genesis, std::move(keys), store, blobs, chains, options.threads));
  return std::unique_ptr<RecordServer>(new RecordServer(std::move(room), std::move(hospitals), options));
}

RecordServer::RecordServer(std::unique_ptr<RecordRoom> room, std::vector<Identity> hospitals, const Options& options)
    : hospitals_(hospitals.size()),
      room_(std::move(room)),
      letters_(*room_, std::move(hospitals)),
      streams_(*room_),
      visits_(*room_),
      deliveries_(*room_, letters_),
      answers_(*room_, streams_, letters_),
      backings_(*room_, letters_),
      desk_(*room_, letters_, options.checkpoint),
      publisher_(*room_, options.publish_every) {}

RecordServer::~RecordServer() { room_->stop(); }

TransportLimits RecordServer::limits() {
  TransportLimits limits;
  limits.peer_frame = roles::most_record_response;
  limits.client_frame = roles::most_record_request;
  limits.client_queue = 2 * roles::most_record_response;
  limits.clients = 1024;
  return limits;
}

void RecordServer::start(Transport& transport) {
  transport_ = &transport;
  room_->start(transport);
  letters_.start();
  deliveries_.start();
  publisher_.start();
}

void RecordServer::on_up(PeerId peer, const Caller& who) {
  if (!who) return;
  const auto* const identity = std::get_if<Identity>(&*who);
  if (identity == nullptr) return;
  callers_.insert_or_assign(peer, *identity);
  room_->connected(*identity, peer);
}

void RecordServer::on_down(PeerId peer) {
  const auto caller = callers_.find(peer);
  if (caller == callers_.end()) return;
  room_->disconnected(caller->second, peer);
  callers_.erase(caller);
}

void RecordServer::on_trouble(const std::string& what) { std::clog << "records: " << what << '\n'; }

void RecordServer::ban(PeerId peer, const std::string& why) {
  on_trouble(std::to_string(peer.value()) + ": " + why);
  transport_->ban(peer, ban_time);
}

void RecordServer::on_frame(PeerId from, Bytes frame) {
  const auto caller = callers_.find(from);
  if (caller == callers_.end() || frame.empty()) return;
  const auto channel = static_cast<Channel>(frame.front());
  if (channel == Channel::request) return ask(from, caller->second, std::move(frame));
  if (channel == Channel::answer && from.value() <= hospitals_) return hear(from, frame);
  ban(from, "a frame of no channel that is served here");
}

void RecordServer::ask(PeerId from, const Identity& caller, Bytes frame) {
  const std::size_t size = room_->received(caller, frame.size());
  room_->work([this, frame = std::move(frame)](
                  RecordRoom::Worker& /*own*/) { return decode_request(room_->keys().sealing, ByteView(frame).subspan(1)); },
              [this, from, caller, size](Decoded decoded) {
                if (!decoded.request) {
                  room_->drop(caller, size);
                  return ban(from, std::string(explain(decoded.request.error())));
                }
                Asked asked{from, caller, decoded.request->number, size, {}};
                if (decoded.access) {
                  if (!*decoded.access) return room_->refuse(asked, decoded.access->error());
                  return answers_.on(std::move(asked), **std::move(decoded.access));
                }
                std::visit([&](auto&& request) { serve(std::move(asked), std::forward<decltype(request)>(request)); },
                           std::move(decoded.request->request));
              });
}

// Whose it is.
template <class Request>
void RecordServer::serve(Asked asked, Request request) {
  const auto tried = [&](auto& server) {
    if constexpr (requires { server.on(std::move(asked), std::move(request)); }) server.on(std::move(asked), std::move(request));
  };
  const auto all = [&](auto&... servers) { static_assert((int{requires {servers.on(std::move(asked), std::move(request)); }
} + ...) == 1 ||
                  std::is_same_v<Request, roles::AskRecords>);
(tried(servers), ...);
};
all(letters_, streams_, visits_, deliveries_, backings_, desk_);
}

void RecordServer::hear(PeerId from, const Bytes& frame) {
  const auto response = decode<roles::NumberedResponse>(ByteView(frame).subspan(1));
  if (!response) return ban(from, std::string(explain(response.error())));
  letters_.on_response(from, *response);
}

}  // namespace caduceus
