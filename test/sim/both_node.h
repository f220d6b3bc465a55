// A hospital with both chains, or a miner, in the simulator: the product's state machines, wired as host/node/hospital_node.h wires them.
#pragma once

#include <memory>

#include "core/med/node.h"
#include "test/sim/sup_node.h"

namespace caduceus::sim {

class BothCluster;

// A hospital's, as the setup has it.
class BothLedger final : public sup::SupLedger {
 public:
  BothLedger(BothCluster& cluster, sup::SupTerms terms, SimStates& states, bool lies)
      : SupLedger(std::move(terms), states), cluster_(cluster), lies_(lies) {}

  [[nodiscard]] Bytes assemble(const sup::StateRef& parent, const sup::BlockPlace& place) override;
  [[nodiscard]] bool may_vote(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) override;

 private:
  BothCluster& cluster_;
  bool lies_;
};

class BothNode final : public med::Archive {
 public:
  // The first nodes are the hospitals, by their places; the others mine.
  BothNode(BothCluster& cluster, std::size_t number, bool lies, bool is_selfish);

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_honest() const { return !lies_ && !is_selfish_; }
  [[nodiscard]] const med::Chain& chain() const { return med_->chain(); }
  [[nodiscard]] const sup::Replica& replica() const { return *sup_->replica; }
  [[nodiscard]] const std::vector<MblockHeader>& withheld() const { return withheld_; }
  [[nodiscard]] std::uint64_t orphaned() const { return orphaned_; }

  void start();
  void connected(med::Peer peer);
  void receive(med::Peer peer, const med::Message& message);
  void receive(const sup::Verified<sup::Message>& message);
  void mine();
  // A selfish miner has no more to gain.
  void release();

  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override;
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const override;
  [[nodiscard]] std::optional<Height> height_of(const MblockHash& block) const override;
  [[nodiscard]] std::optional<CommitProof> anchor(Height most) const override;
  [[nodiscard]] std::optional<RecordPlace> place_of(const MblockHash& /*block*/, const TransactionHash& /*htxm*/) const override {
    return std::nullopt;
  }

 private:
  struct Sup {
    SupDisk disk;
    SimStates states;
    std::unique_ptr<BothLedger> ledger;
    std::unique_ptr<sup::Replica> replica;
  };
  // Until nothing comes out of either.
  void settle();
  [[nodiscard]] bool flush_med();
  [[nodiscard]] bool flush_sup();
  void verify(med::Job job);
  void schedule();
  void tick();
  // What a selfish miner keeps to itself.
  [[nodiscard]] bool is_secret(const med::Message& message) const;
  void consider();

  BothCluster& cluster_;
  std::size_t number_;
  bool lies_;
  bool is_selfish_;
  std::unique_ptr<med::Node> med_;
  std::unique_ptr<Sup> sup_;  // a hospital's
  std::optional<Tick> wakes_;
  std::vector<med::Peer> peers_;
  std::vector<MblockHeader> withheld_;
  std::uint64_t orphaned_ = 0;  // withheld blocks that an anchor left
  // On disk.
  std::map<MblockHash, MedBody> bodies_;
  std::vector<MblockHeader> final_;
  std::map<MblockHash, Height> final_heights_;
  std::map<Height, CommitProof> anchors_;
};

}  // namespace caduceus::sim
