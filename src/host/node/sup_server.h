// A hospital's SUP, put together: state and pool, replica, what clients ask. `caduceus sup serve` is this with a TLS transport.
#pragma once

#include "host/node/sup_service.h"

namespace caduceus {

class SupServer {
 public:
  struct Options {
    std::size_t threads = 1;                      // that verify
    std::uint64_t kept_blocks = ~std::uint64_t{0};  // committed blocks below the newest that stay; the state always does
  };

  // In this place on genesis's committee; the key is that place's (CHECK). The store has SupStore::columns. Loop and store outlive it.
  // Failure: as SupStore::open().
  [[nodiscard]] static Result<std::unique_ptr<SupServer>> open(boost::asio::io_context& loop, const sup::Genesis& genesis, sup::Place self,
                                                               BlsKey key, store::Store& store, const Options& options);

  // For the transport, whose configured peers are peers().
  [[nodiscard]] TransportEvents& events() { return *node_; }
  [[nodiscard]] std::vector<Identity> peers() const;
  void start(Transport& transport) { node_->start(transport); }

  // By this hospital itself: as SupService's.
  void submit(SupTransaction transaction, SupService::Then then) { service_->submit(std::move(transaction), std::move(then)); }
  // Of a hospital that has a node of MED, too (host/node/hospital_node.h): before start().
  void supervise(SupService::Med med) { service_->supervise(std::move(med)); }
  // That node holds these, parents first, and their bodies are valid. After start().
  void seen(std::span<const MblockHeader> mblocks);

  [[nodiscard]] const SupNode& node() const { return *node_; }
  // After the newest committed block.
  [[nodiscard]] const sup::SupState& state() const { return ledger_.state(); }

 private:
  SupServer(boost::asio::io_context& loop, const sup::Genesis& genesis, sup::Place self, BlsKey key, std::unique_ptr<SupStore> sup_store,
            store::Store& store, const Options& options);

  sup::Genesis genesis_;
  BlsCommittee committee_;
  sup::Rules rules_;
  sup::Place self_;
  BlsCommitteeKey key_;
  std::unique_ptr<SupStore> store_;
  sup::SupLedger ledger_;
  std::optional<SupService> service_;
  std::unique_ptr<SupNode> node_;
  std::optional<WorkerPool> pool_;  // ends first: its jobs use all of these
};

}  // namespace caduceus
