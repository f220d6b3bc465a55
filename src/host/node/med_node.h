// A node of MED (core/med/node.h) between its network, its disk, its workers and its clock. The event loop owns it.
//
//   frame → pool: decode → loop: receive → take_output → pool: verify → loop: verified → … → disk: one synced write → loop: send
#pragma once

#include <map>

#include "core/sup/genesis.h"
#include "host/node/channel.h"
#include "host/node/disk_writer.h"
#include "host/node/med_answers.h"
#include "host/node/med_store.h"
#include "host/node/node_clock.h"
#include "host/node/system_random.h"
#include "host/node/unverified.h"
#include "host/node/worker_pool.h"

namespace caduceus {

// What MED is, to all its nodes.
struct MedTerms {
  NetworkId net{};
  MedParameters parameters;
  MblockHeader genesis;
  SystemParameters keys;
  std::shared_ptr<const Committee> hospitals;  // whose certificates bind; none: of a chain that is only replayed
  unsigned commit_depth = 3;

  [[nodiscard]] static MedTerms of(const sup::Genesis& genesis);
  [[nodiscard]] med::SupTrust sup() const { return {net, *hospitals, commit_depth}; }
};

class MedNode final : public TransportEvents {
 public:
  // What a thread of the pool has of its own.
  struct Worker {
    explicit Worker(const MedTerms& terms) : verifier(terms.net, terms.keys, cached_identities) {}
    static constexpr std::size_t cached_identities = 1U << 14U;
    SystemRandom random;
    med::SignatureVerifier verifier;
  };
  // Of what happens beside the chain, on the loop.
  struct Events {
    std::function<void(PeerId from, Bytes content)> on_request;
    std::function<void()> on_best_changed;
    // These blocks became valid, parents first, and are on disk.
    std::function<void(const std::vector<med::Chain::Executed>&)> on_executed;
  };

  // All that is referred to outlives it; `threads` are the pool's. The transport's configured peers are `peers`, in this order.
  MedNode(boost::asio::io_context& loop, const MedTerms& terms, std::vector<Identity> peers, store::Store& store, MedStore& med_store,
          WorkerPool& pool, std::size_t threads, Events events);
  MedNode(const MedNode&) = delete;
  MedNode& operator=(const MedNode&) = delete;
  ~MedNode() override;

  void start(Transport& transport);

  // As med::Node's.
  void follow(const CommitProof& newest);
  void seek(const MblockHeader& header);
  // Reject as med::Node::submit().
  [[nodiscard]] Checked<med::ItemId> submit(med::SignedItem item);
  [[nodiscard]] med::Candidate candidate(const Identity& miner);
  // Reject as med::Node::mined().
  [[nodiscard]] Checked<void> mined(med::Candidate candidate);

  void send(PeerId peer, Frame frame) { transport_->send(peer, std::move(frame)); }
  // It sent what no honest peer sends.
  void ban(PeerId peer, const std::string& why);
  // On a worker, for so many bytes that this peer sent; then on the loop, if the node is still there.
  using Then = std::function<void()>;
  void work(PeerId from, std::size_t size, std::function<Then(Worker&)> job);

  [[nodiscard]] const med::Node& node() const { return *node_; }
  [[nodiscard]] const MedStore& store() const { return store_; }
  [[nodiscard]] std::vector<Identity> connected() const;

  void on_up(PeerId peer, const Caller& who) override;
  void on_frame(PeerId from, Bytes frame) override;
  void on_down(PeerId peer) override;
  void on_trouble(const std::string& what) override;

 private:
  [[nodiscard]] bool is_peer(PeerId peer) const { return peer.value() <= peers_.size(); }
  [[nodiscard]] std::string name_of(PeerId peer) const;
  void receive(PeerId from, Bytes frame);
  void verify(med::Job job);
  void flush();
  void deliver(const med::Output& output);

  const MedTerms& terms_;
  std::vector<Identity> peers_;
  MedStore& store_;
  WorkerPool& pool_;
  Events events_;
  std::vector<std::unique_ptr<Worker>> workers_;
  NodeClock clock_;
  std::optional<med::Node> node_;
  DiskWriter disk_;
  Transport* transport_ = nullptr;
  Unverified<PeerId> unverified_;
  MedAnswers answers_;
  Tick complains_;  // of seek(), from then on
  // A connection is a peer of its own to the state machine.
  std::map<PeerId, med::Peer> connected_;
  std::map<med::Peer, PeerId> connections_;
  med::Peer last_;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

}  // namespace caduceus
