// One replica of a simulated cluster, with its disk, its clock and its vices.
#pragma once

#include <deque>

#include "core/sup/unverified_votes.h"
#include "test/sim/sup_cluster.h"

namespace caduceus::sim {

// What survives a crash.
struct SupDisk final : sup::Archive {
  sup::SafetyState safety;
  std::map<BlockHash, SupBlock> held;  // above the newest committed one
  std::optional<CommitProof> newest;   // of the newest committed one
  std::optional<sup::Abstention> abstention;
  std::deque<SupBlock> committed;      // heights first, first + 1, …
  Height first_kept{1};
  std::size_t kept = ~std::size_t{0};  // so many committed blocks; older ones are pruned

  [[nodiscard]] std::optional<SupBlock> at(Height height) const override;
  [[nodiscard]] Height first() const override { return first_kept; }
  [[nodiscard]] std::size_t height() const { return newest ? newest->block.height.value() : 0; }
  void write(const sup::Output& output);
  [[nodiscard]] sup::Recovered recover() const;
};

class SupNode {
 public:
  enum class Kind { honest, twin, lying, down };

  SupNode(SupCluster& cluster, std::size_t number, sup::Place place, Kind kind);

  void start();
  void crash();
  [[nodiscard]] bool is_running() const { return replica_ != nullptr; }
  [[nodiscard]] bool is_honest() const { return kind_ == Kind::honest; }
  // It has lost its disk, and has to wait.
  [[nodiscard]] bool abstains() const { return disk_.abstention.has_value(); }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] sup::Place place() const { return place_; }
  [[nodiscard]] const sup::Replica& replica() const { return *replica_; }

  void receive(const sup::Verified<sup::Message>& message);
  void pool(std::uint64_t transaction);
  // A liar's own initiative.
  void lie();

 private:
  void tick();
  void lose_disk();
  void certify();
  void flush();  // persist, send, commit
  void schedule();
  void report(const sup::Output& output);
  void spoil();
  void time_out(View view, View high_view, const QuorumCertificate& high_qc);
  void say(const sup::Send& send);
  void say_lying(const sup::Send& send);
  [[nodiscard]] Time wall() const { return Time(1'000'000 + cluster_.kernel_.now().value() + skew_); }
  [[nodiscard]] bool has(Plant plant) const { return cluster_.setup_.plant == plant; }
  [[nodiscard]] const CommitteeKey& key() const { return *cluster_.keys_[place_]; }
  [[nodiscard]] std::unique_ptr<SimLedger> make_ledger();
  // A block on the liar's own high QC, of any view.
  sup::Proposal forge(View view, Bytes body);
  void forge_large(View view);

  SupCluster& cluster_;
  std::size_t number_;
  sup::Place place_;
  Kind kind_;
  std::uint64_t skew_;
  SupDisk disk_;
  SimStates states_;  // on disk
  std::unique_ptr<SimLedger> ledger_;
  std::unique_ptr<sup::Replica> replica_;
  sup::UnverifiedVotes votes_;
  std::uint64_t life_ = 0;  // counts starts: what was scheduled in an earlier one is void
  Tick next_tick_;
  std::optional<View> repeated_;  // of its newest time-out
  bool is_spoiler_;               // a liar that says nothing but time-outs, and these at once (R16)
  View spoilt_;
};

}  // namespace caduceus::sim
