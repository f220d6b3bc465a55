// A light client of MED in the simulator: the product's, with what it keeps on disk. It asks every node through the faulty network, goes away
// and comes back; one of the nodes may lie to it.
#pragma once

#include <memory>

#include "core/med/light_client.h"

namespace caduceus::sim {

class MedCluster;

class MedClient {
 public:
  // In the network it has a number, as the nodes have.
  MedClient(MedCluster& cluster, std::size_t number) : cluster_(cluster), number_(number) {}

  void start();
  void stop();
  [[nodiscard]] bool is_running() const { return client_ != nullptr; }
  void tick();

  // From now on it is to find out what stands under a key of the newest anchor's state, and to be shown a record.
  void look_up(const Bytes& state_key, const std::optional<Bytes>& expected);
  void look_up(const MblockHeader& header, const TransactionHash& htxm);
  // It knows this anchor, and has an answer to everything.
  [[nodiscard]] bool is_done(const MblockHash& anchor) const;

 private:
  // Does it while the client runs, and sees to what comes out.
  void run(const std::function<void()>& what);
  void flush();
  void ask(const med::LightClient::Send& send);

  MedCluster& cluster_;
  std::size_t number_;
  std::unique_ptr<med::LightClient> client_;
  std::uint64_t life_ = 0;  // replies to an earlier one come to nothing
  std::uint64_t next_peer_ = 0;
  std::map<med::Peer, std::size_t> nodes_;
  std::map<std::uint64_t, std::optional<Bytes>> expected_;  // by look-up
  std::map<std::uint64_t, TransactionHash> records_;  // the same, of those for a record
  std::size_t open_ = 0;
  // On disk.
  std::vector<MblockHeader> recent_;
  std::optional<CommitProof> anchor_;
};

}  // namespace caduceus::sim
