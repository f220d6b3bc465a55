// One of MED's full nodes in the simulator: the product's state machine on a simulated disk, with workers that take their time.
#pragma once

#include <memory>

#include "test/sim/med_disk.h"

namespace caduceus::sim {

class MedCluster;

class MedNode {
 public:
  MedNode(MedCluster& cluster, std::size_t number, bool lies);

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_running() const { return node_ != nullptr; }
  [[nodiscard]] bool is_honest() const { return !lies_; }
  [[nodiscard]] const med::Node& node() const { return *node_; }
  [[nodiscard]] const MedDisk& disk() const { return disk_; }

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

 private:
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
  MedDisk disk_;
};

}  // namespace caduceus::sim
