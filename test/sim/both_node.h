// A hospital with both chains, or a miner, in the simulator: the product's state machines, wired as host/node/hospital_node.h wires them.
#pragma once

#include <memory>

#include "test/sim/med_disk.h"
#include "test/sim/selfish_miner.h"
#include "test/sim/sup_node.h"

namespace caduceus::sim {

class BothCluster;

// A hospital's, as the setup has it.
class BothLedger final : public sup::SupLedger {
 public:
  BothLedger(BothCluster& cluster, sup::SupTerms terms, SimStates& states, const sup::PoolLimits& limits, bool lies)
      : SupLedger(std::move(terms), states, limits), cluster_(cluster), lies_(lies) {}

  [[nodiscard]] Bytes assemble(const sup::StateRef& parent, const sup::BlockPlace& place) override;
  [[nodiscard]] bool may_vote(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) override;

 private:
  BothCluster& cluster_;
  bool lies_;
};

// A miner's; a selfish one shows nothing of what it withholds.
class BothDisk final : public MedDisk {
 public:
  BothDisk(const MblockHeader& genesis, const SelfishMiner* attacker) : MedDisk(genesis), attacker_(attacker) {}
  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override {
    return attacker_ != nullptr && attacker_->is_withheld(block) ? std::nullopt : MedDisk::body(block);
  }

 private:
  const SelfishMiner* attacker_;
};

class BothNode {
 public:
  // The first nodes are the hospitals, by their places; the others mine.
  BothNode(BothCluster& cluster, std::size_t number, bool lies, std::unique_ptr<SelfishMiner> attacker);

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_running() const { return med_ != nullptr; }
  [[nodiscard]] Identity identity() const { return {Role::miner, {std::string("m").append(std::to_string(number_))}, 1}; }
  [[nodiscard]] bool is_honest() const { return !lies_ && !attacker_; }
  [[nodiscard]] const med::Chain& chain() const { return med_->chain(); }
  [[nodiscard]] const MedDisk& disk() const { return disk_; }
  // A hospital's, and the state after what it committed.
  [[nodiscard]] const sup::Replica& replica() const { return *sup_->replica; }
  [[nodiscard]] std::shared_ptr<const sup::SupState> sup_state() const;
  // What a selfish miner keeps to itself; none of others.
  [[nodiscard]] std::vector<MblockHeader> withheld() const { return attacker_ ? attacker_->withheld() : std::vector<MblockHeader>(); }
  [[nodiscard]] std::uint64_t orphaned() const { return attacker_ ? attacker_->lost() : 0; }

  void start();
  void crash();
  void connected(med::Peer peer);
  void disconnected(med::Peer peer);
  void receive(med::Peer peer, const med::Message& message);
  void receive(const sup::Verified<sup::Message>& message);
  MblockHeader mine();
  // Of a client. Reject as SupLedger::submit().
  [[nodiscard]] Checked<void> submit(const VerifiedTransaction& transaction);
  // Of a selfish miner: what it does when hospitals commit, before they list, and when it has no more to gain.
  void scheme(const std::function<void(SelfishMiner&)>& what);

 private:
  struct Sup {
    SupDisk disk;
    SimStates states;
    std::unique_ptr<BothLedger> ledger;
    std::unique_ptr<sup::Replica> replica;
  };
  void start_sup();
  // SUP hears of blocks that MED holds.
  void seen(std::span<const MblockHeader> mblocks);
  // Until nothing comes out of either.
  void settle();
  [[nodiscard]] bool flush_med();
  [[nodiscard]] bool flush_sup();
  void verify(med::Job job);
  void schedule();
  void tick();
  [[nodiscard]] bool is_secret(const med::Message& message) const;
  void tell_shown();

  BothCluster& cluster_;
  std::size_t number_;
  bool lies_;
  std::unique_ptr<SelfishMiner> attacker_;  // a selfish miner's
  std::unique_ptr<med::Node> med_;
  std::unique_ptr<Sup> sup_;  // a hospital's
  std::uint64_t life_ = 0;  // what was begun in an earlier one comes to nothing
  std::optional<Tick> wakes_;
  std::vector<med::Peer> peers_;
  BothDisk disk_;
};

}  // namespace caduceus::sim
