#include "host/node/sup_server.h"

namespace caduceus {

Result<std::unique_ptr<SupServer>> SupServer::open(boost::asio::io_context& loop, const sup::Genesis& genesis, sup::Place self, BlsKey key,
                                                   store::Store& store, const Options& options) {
  CHECK(self < genesis.hospitals.items.size() && genesis.hospitals.items[self].consensus == key.public_key);
  TRY(auto sup_store, SupStore::open(store, genesis.network(), options.kept_blocks));
  return std::unique_ptr<SupServer>(new SupServer(loop, genesis, self, std::move(key), std::move(sup_store), store, options));
}

SupServer::SupServer(boost::asio::io_context& loop, const sup::Genesis& genesis, sup::Place self, BlsKey key,
                     std::unique_ptr<SupStore> sup_store, store::Store& store, const Options& options)
    : genesis_(genesis),
      committee_(genesis_.committee()),
      rules_(genesis_.rules()),
      self_(self),
      key_(std::move(key)),
      store_(std::move(sup_store)),
      ledger_({genesis_.network(), committee_, rules_, mblock_hash(genesis_.first_mblock()), genesis_.anchoring, genesis_.timing.observe},
              *store_) {
  pool_.emplace(loop, options.threads);
  service_.emplace(genesis_, committee_, rules_, ledger_, *store_, *pool_, options.threads);
  node_ = std::make_unique<SupNode>(
      NodeParts{loop, genesis_, committee_, rules_, self_, key_, store, *store_, ledger_, *pool_, service_->body_checks()}, *service_);
  service_->serve(*node_);
}

void SupServer::seen(std::span<const MblockHeader> mblocks) {
  for (const MblockHeader& header : mblocks) ledger_.step({header, node_->now()});
  node_->pool_changed();
}

std::vector<Identity> SupServer::peers() const {
  std::vector<Identity> peers;
  for (const sup::Hospital& hospital : genesis_.hospitals.items) {
    if (hospital.identity != genesis_.hospitals.items[self_].identity) peers.push_back(hospital.identity);
  }
  return peers;
}

}  // namespace caduceus
