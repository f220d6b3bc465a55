#include "host/node/med_server.h"

#include <iostream>

namespace caduceus {
namespace {

constexpr std::chrono::seconds renewal{1};

}  // namespace

Result<std::unique_ptr<MedServer>> MedServer::open(boost::asio::io_context& loop, const MedTerms& terms, std::vector<Identity> peers,
                                                   store::Store& store, const Options& options) {
  TRY(auto med_store, MedStore::open(store, terms.net, terms.genesis));
  return std::unique_ptr<MedServer>(new MedServer(loop, terms, std::move(peers), std::move(med_store), store, options));
}

MedServer::MedServer(boost::asio::io_context& loop, const MedTerms& terms, std::vector<Identity> peers, std::unique_ptr<MedStore> med_store,
                     store::Store& store, const Options& options)
    : terms_(terms), store_(std::move(med_store)), mining_(options.mining), renewal_(loop) {
  pool_.emplace(loop, options.threads);
  MedNode::Events events{[this](PeerId from, Bytes content) { service_->on_request(from, std::move(content)); }, [this] { mine(); },
                         options.on_executed};
  node_ = std::make_unique<MedNode>(loop, terms_, std::move(peers), store, *store_, *pool_, options.threads, std::move(events));
  service_.emplace(terms_, *node_);
  if (!mining_) return;
  miner_.emplace(loop, mining_->threads, mining_->share, [this](med::Candidate found) {
    const auto taken = node_->mined(std::move(found));
    if (taken) return;
    std::clog << "a block of ours is refused: " << explain(taken.error()) << '\n';
    mine();
  });
}

TransportLimits MedServer::limits() {
  TransportLimits limits;
  limits.peer_frame = most_med_frame;
  limits.client_frame = most_med_request;
  limits.client_queue = 2 * most_med_frame;
  limits.clients = 64;
  return limits;
}

void MedServer::start(Transport& transport) {
  node_->start(transport);
  mine();
  if (miner_) renew();
}

void MedServer::mine() {
  if (miner_) miner_->work_on(node_->candidate(mining_->miner));
}

void MedServer::renew() {
  renewal_.expires_after(renewal);
  renewal_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    mine();
    renew();
  });
}

}  // namespace caduceus
