// One of MED's full nodes in the simulator: the product's state machine on a simulated disk, with workers that take their time.
#pragma once

#include <memory>

#include "core/med/node.h"

namespace caduceus::sim {

class MedCluster;

class MedNode final : public med::Archive {
 public:
  MedNode(MedCluster& cluster, std::size_t number, bool lies) : cluster_(cluster), number_(number), lies_(lies) {}

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_running() const { return node_ != nullptr; }
  [[nodiscard]] bool is_honest() const { return !lies_; }
  [[nodiscard]] const med::Node& node() const { return *node_; }
  // Anchored blocks, by height; genesis first.
  [[nodiscard]] const std::vector<MblockHeader>& final_chain() const { return final_; }

  void start();
  void crash();
  void connected(med::Peer peer) {
    run([&] { node_->connected(peer); });
  }
  void disconnected(med::Peer peer) {
    run([&] { node_->disconnected(peer); });
  }
  void receive(med::Peer peer, const med::Message& message);
  void set_anchor(const CommitProof& proof);
  void submit(const med::SignedBundle& bundle);
  void submit(const med::SignedCall& call);
  void mine();
  // To a light client; nothing while it does not run.
  [[nodiscard]] std::optional<med::Reply> answer(const med::Question& question);

  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override;
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const override;
  [[nodiscard]] std::optional<Height> height_of(const MblockHash& block) const override;
  [[nodiscard]] std::optional<CommitProof> anchor(Height most) const override;
  [[nodiscard]] std::optional<RecordPlace> place_of(const MblockHash& block, const TransactionHash& htxm) const override;

 private:
  struct Stored {
    MedBlock block;
    med::State state;
  };
  // Does it if the node runs, and sees to what comes out.
  void run(const std::function<void()>& what);
  void flush();
  void verify(med::Job job);
  void wake();
  [[nodiscard]] std::optional<med::Message> twisted(med::Message message);
  [[nodiscard]] std::optional<med::Reply> twisted(med::Reply reply);

  MedCluster& cluster_;
  std::size_t number_;
  bool lies_;
  std::unique_ptr<med::Node> node_;
  std::uint64_t life_ = 0;  // what was begun in an earlier one comes to nothing
  std::optional<Tick> wakes_;
  // On disk.
  std::map<MblockHash, Stored> blocks_;
  std::vector<MblockHash> order_;
  std::vector<MblockHeader> final_;
  std::map<MblockHash, Height> final_heights_;
  std::map<Height, CommitProof> anchors_;
};

}  // namespace caduceus::sim
