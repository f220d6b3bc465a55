// A node of MED, put together: store, chain, what clients ask, and mining. `caduceus med serve` and `mine` are this with a TLS transport.
#pragma once

#include "host/node/med_service.h"
#include "host/node/miner.h"

namespace caduceus {

class MedServer {
 public:
  struct Mining {
    Identity miner;
    std::size_t threads = 1;
    unsigned share = 100;  // of a core each, in hundredths
  };
  struct Options {
    std::size_t threads = 1;  // that verify
    std::optional<Mining> mining;
    std::function<void(const std::vector<med::Chain::Executed>&)> on_executed;  // as MedNode::Events
  };

  // The store has MedStore::columns. Loop and store outlive it. Failure: as MedStore::open().
  [[nodiscard]] static Result<std::unique_ptr<MedServer>> open(boost::asio::io_context& loop, const MedTerms& terms,
                                                               std::vector<Identity> peers, store::Store& store, const Options& options);

  // For the transport, whose configured peers are these, and whose limits are limits().
  [[nodiscard]] TransportEvents& events() { return *node_; }
  [[nodiscard]] static TransportLimits limits();
  void start(Transport& transport);

  [[nodiscard]] MedNode& node() { return *node_; }
  // As MedService's.
  void submit(med::Item item, MedService::Then then) { service_->submit(std::move(item), std::move(then)); }
  void pass_on_to(MedService::SubmitToSup sup) { service_->pass_on_to(std::move(sup)); }

 private:
  MedServer(boost::asio::io_context& loop, const MedTerms& terms, std::vector<Identity> peers, std::unique_ptr<MedStore> med_store,
            store::Store& store, const Options& options);
  void mine();
  // A candidate gets what came in the meantime, and the time.
  void renew();

  MedTerms terms_;
  std::unique_ptr<MedStore> store_;
  std::optional<Mining> mining_;
  std::unique_ptr<MedNode> node_;
  std::optional<MedService> service_;
  boost::asio::steady_timer renewal_;
  std::optional<WorkerPool> pool_;  // these end first: their jobs use all of the others
  std::optional<Miner> miner_;
};

}  // namespace caduceus
