// Both chains in one process: hospitals that run SUP and MED, and miners. Time and network are simulated, work is real, signatures of SUP are stand-ins.
//
// Checked: no two honest nodes hold different blocks final at one height, and none goes back on one; an honest node is banned by none; and once all
// is healed and nobody mines any more, the newest block of MED is anchored, at every honest node, and more is than was before.
#pragma once

#include "core/med/signing.h"
#include "test/med_world.h"
#include "test/sim/both_flood.h"
#include "test/sim/both_node.h"
#include "test/sim/both_setup.h"
#include "test/sim/med_links.h"
#include "test/sim/network.h"
#include "test/sim/stand_in_committee.h"

namespace caduceus::sim {

enum class BothEnd { ok = 0, no_progress = 2, broken = 3 };

struct BothReport {
  BothEnd end = BothEnd::ok;
  std::string why;
  std::uint64_t height = 0;
  std::uint64_t anchored = 0;
  std::uint64_t sup_height = 0;
  std::uint64_t silent_blocks = 0;  // mined while SUP was silent
  std::uint64_t orphaned = 0;  // that the selfish miner withheld for too long
  std::uint64_t bans = 0;  // of the selfish miner
  std::uint64_t crashes = 0;
  std::uint64_t flooded = 0;  // tx_ur of the flood
  std::uint64_t over_share = 0;  // of these, how often a hospital refused one because its signer has had its share
  std::uint64_t longest_emergency = 0;  // ms until an honest tx_ur was committed
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t milliseconds = 0;
  std::uint64_t trace = 0;  // a checksum of what was delivered, in order
};

BothReport simulate(const BothSetup& setup);

// Blocks of a contest that are on the chain at the end, by who mined them.
struct ContestReport {
  std::string why;  // nothing, if all went well
  std::uint64_t attackers = 0;
  std::uint64_t honest = 0;
  std::uint64_t mined = 0;
  std::uint64_t milliseconds = 0;
  std::uint64_t trace = 0;

  [[nodiscard]] double share() const { return static_cast<double>(attackers) / static_cast<double>(attackers + honest); }
};
// The setup has one.
ContestReport hold_contest(const BothSetup& setup);

class BothCluster {
 public:
  explicit BothCluster(const BothSetup& setup);
  BothReport run();
  ContestReport hold_contest();

 private:
  friend class BothNode;
  friend class BothLedger;

  [[nodiscard]] Time wall() const { return genesis_.time + kernel_.now().value(); }
  [[nodiscard]] med::Result verified(med::Job job);

  [[nodiscard]] bool has_sup() const { return anchoring_.branch != sup::BranchRule::none; }
  [[nodiscard]] std::unique_ptr<SelfishMiner> make_attacker();

  void disturb();
  void crash_one();
  void heal();
  void mine_next();
  void reconnect(med::Peer peer);
  void send(std::size_t from, med::Peer to, const med::Message& message);
  void send(sup::Place from, const sup::Send& send);
  // Of a node's workers, ms.
  [[nodiscard]] std::uint64_t work_time() { return setup_.contest ? 5 : kernel_.between(1, 20); }
  // Of a contest: how much longer than others this message takes, ms.
  [[nodiscard]] std::uint64_t detour(std::size_t from, std::size_t to, const med::Message& message) const;
  [[nodiscard]] bool is_eclipsed(std::size_t from, std::size_t to) const;
  void traced(std::size_t receiver, std::size_t kind);

  void submit_everywhere(const VerifiedTransaction& transaction);
  void begin_flood();
  void pour();
  void need_help();
  void ask_for_help(std::size_t which);
  [[nodiscard]] std::size_t next_miner();
  void listing_comes();
  void committed(const BothNode& hospital);
  void became_final(const BothNode& node, const MblockHeader& header);
  void banned(const med::Banned& banned);
  void fail(const std::string& why);
  // Of the honest nodes.
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] bool was_cut_off() const;

  BothSetup setup_;
  Kernel kernel_;
  Network sup_network_, med_network_;
  MedWorld world_;
  NetworkId net_{};
  MedParameters parameters_;
  MblockHeader genesis_;
  sup::AnchorRules anchoring_;
  sup::Timing timing_;
  sup::Rules rules_;
  std::unique_ptr<StandInCommittee> committee_;
  std::vector<std::unique_ptr<StandInKey>> keys_;
  std::unique_ptr<sup::Verifier> sup_verifier_;
  std::unique_ptr<med::SignatureVerifier> med_verifier_;
  std::vector<std::unique_ptr<BothNode>> nodes_;
  MedLinks<BothNode> links_{nodes_};
  std::map<Height, MblockHash> final_;  // at any honest node
  std::map<std::size_t, Height> reached_;  // by node: its newest final block
  bool is_sup_silent_ = false;
  bool is_eclipse_on_ = false;
  bool is_healed_ = false;
  Tick healed_;
  Height anchored_then_;  // at any honest node; from there on it has to grow
  std::unique_ptr<Flood> flood_;
  Tick flood_until_;
  std::vector<Emergency> emergencies_;
  bool is_mined_ = true;
  std::uint64_t mined_ = 0;
  BothReport report_;
};

}  // namespace caduceus::sim
