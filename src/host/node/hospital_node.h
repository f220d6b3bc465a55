// A hospital's two nodes in one process, on one loop (PROTOCOL.md §8, Pools; §9, R17): its replica of SUP and its node of MED, and how the one
// supervises the other.
//
//   MED: a block is valid, on disk → SUP: held; listed after Δ, voted for when another hospital lists it
//   SUP: a proposal lists what is not held here → MED: fetched
//   SUP: a block is committed → MED: its anchor binds, its certificate is kept, and told to the peers, miners too
//
// A client that comes to the wrong one of its two ports is served: what it submits is sorted by type, and answered as at the right one.
#pragma once

#include "host/node/med_server.h"
#include "host/node/sup_server.h"

namespace caduceus {

class HospitalNode {
 public:
  struct Stores {
    store::Store& sup;  // SupStore::columns
    store::Store& med;  // MedStore::columns
  };
  struct Options {
    SupServer::Options sup;
    MedServer::Options med;
  };

  // As SupServer::open() and MedServer::open(); MED's transport has these peers.
  [[nodiscard]] static Result<std::unique_ptr<HospitalNode>> open(boost::asio::io_context& loop, const sup::Genesis& genesis,
                                                                  sup::Place self, BlsKey key, Stores stores,
                                                                  std::vector<Identity> med_peers, Options options);

  [[nodiscard]] SupServer& sup() { return *sup_; }
  [[nodiscard]] MedServer& med() { return *med_; }
  // Transports of sup().events() and med().events().
  void start(Transport& sup, Transport& med);

 private:
  HospitalNode() = default;
  void executed(const std::vector<med::Chain::Executed>& blocks);

  std::unique_ptr<SupServer> sup_;
  std::unique_ptr<MedServer> med_;
};

}  // namespace caduceus
