// A hospital's node on SUP: the replica (core/sup/replica.h) between its network, its disk and its clock. The event loop owns it; what
// takes long is verified by the pool, what has to be durable is written by the disk's thread.
//
//   frame → pool: decode, verify → loop: step → take_output → disk: one synced write → loop: send, and tell the service
#pragma once

#include "core/sup/genesis.h"
#include "core/sup/unverified_votes.h"
#include "core/sup/verifier.h"
#include "host/node/channel.h"
#include "host/node/disk_writer.h"
#include "host/node/node_clock.h"
#include "host/node/sup_store.h"
#include "host/node/unverified.h"
#include "host/node/worker_pool.h"

namespace caduceus {

// What a node does beside consensus. All on the loop.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  // Of another channel than consensus, without its first byte. A relay comes from a replica only.
  virtual void on_frame(PeerId from, Channel channel, Bytes content) = 0;
  virtual void on_down(PeerId /*peer*/) {}
  // These blocks are committed, in this order, and on disk.
  virtual void on_committed(const std::vector<SupBlock>& blocks) = 0;
  // What came in one turn of the loop is dealt with.
  virtual void on_turn() {}
};

// All that a node is made of, and that outlives it.
struct NodeParts {
  boost::asio::io_context& loop;
  const sup::Genesis& genesis;
  const Committee& committee;
  const sup::Rules& rules;
  sup::Place self = 0;
  const CommitteeKey& key;
  store::Store& store;
  SupStore& sup_store;
  sup::Ledger& ledger;
  WorkerPool& pool;
  // One for each of the pool's threads.
  std::vector<sup::BodyCheck> body_checks;
};

class SupNode final : public TransportEvents {
 public:
  // Nothing is heard or said before start().
  SupNode(NodeParts parts, Service& service);
  SupNode(const SupNode&) = delete;
  SupNode& operator=(const SupNode&) = delete;
  ~SupNode() override;

  // The transport's configured peers are the committee without this one, by their places.
  void start(Transport& transport);

  void send(PeerId peer, Frame frame) { transport_->send(peer, std::move(frame)); }
  void send_to_replicas(const Frame& frame);
  // It sent what no honest peer sends.
  void ban(PeerId peer, const std::string& why);
  // The ledger's pool has got something.
  void pool_changed();

  [[nodiscard]] Tick now() const { return clock_.now(); }
  [[nodiscard]] const sup::Replica& replica() const { return *replica_; }
  [[nodiscard]] sup::Place place() const { return parts_.self; }
  [[nodiscard]] bool is_replica(PeerId peer) const { return peer.value() < parts_.genesis.hospitals.items.size(); }
  [[nodiscard]] std::vector<sup::Place> connected() const;

  void on_up(PeerId peer, const Caller& who) override;
  void on_frame(PeerId from, Bytes frame) override;
  void on_down(PeerId peer) override;
  void on_trouble(const std::string& what) override;

 private:
  using Result = Checked<sup::Verified<sup::Message>>;
  [[nodiscard]] sup::Place place_of(PeerId replica) const;
  [[nodiscard]] PeerId peer_of(sup::Place replica) const;
  void verify(PeerId from, Bytes frame);
  // Verifies votes once they may make a certificate.
  void certify();
  void step(sup::Place sender, const Result& message);
  void flush();
  void deliver(const sup::Output& output);

  NodeParts parts_;
  NetworkId net_;
  Service& service_;
  std::vector<std::unique_ptr<sup::Verifier>> verifiers_;  // a thread's own
  std::unique_ptr<sup::Replica> replica_;
  DiskWriter disk_;
  Transport* transport_ = nullptr;

  NodeClock clock_;  // output is taken at the end of a turn: one write for many messages
  std::vector<bool> connected_;  // by PeerId, of replicas
  sup::UnverifiedVotes votes_;
  Unverified<PeerId> unverified_;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace caduceus
