// A whole MED in one process: full nodes that mine, hospitals that publish and try again until their bundles are anchored, patients who call,
// light clients, and a SUP that anchors whatever branch it hears of first. Time, network and disks are simulated; signatures and work are real.
//
// Checked: no two nodes hold different blocks final at one height, and none goes back on one; what is final at one is, once all is healed, final
// at all; every bundle gets there, once; and all end on one best block. No honest node is banned by another, nor by a light
// client. Light clients hold nothing final that is not, and at the end know the newest anchor, what stands in its state, and that the record they ask
// for is where it is.
#pragma once

#include <memory>

#include "test/med_light.h"
#include "test/med_world.h"
#include "test/sim/med_client.h"
#include "test/sim/med_links.h"
#include "test/sim/med_node.h"
#include "test/sim/med_setup.h"
#include "test/sim/network.h"

namespace caduceus::sim {

enum class MedEnd { ok = 0, no_progress = 2, broken = 3 };

struct MedReport {
  MedEnd end = MedEnd::ok;
  std::string why;
  std::uint64_t height = 0;
  std::uint64_t anchored = 0;
  std::uint64_t bundles = 0;  // published
  std::uint64_t calls = 0;
  std::uint64_t bans = 0;
  std::uint64_t answers = 0;  // that light clients were given, and verified
  std::uint64_t client_bans = 0;  // of liars, by light clients
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t milliseconds = 0;
  std::uint64_t trace = 0;  // a checksum of what was delivered, in order
};

MedReport simulate(const MedSetup& setup);

class MedCluster {
 public:
  explicit MedCluster(const MedSetup& setup);
  MedReport run();

 private:
  friend class MedNode;
  friend class MedClient;

  struct Published {
    std::size_t node = 0;
    med::SignedBundle bundle;
    bool is_final = false;
  };

  [[nodiscard]] Time wall() const { return start_ + kernel_.now().value(); }
  [[nodiscard]] med::LightClient::Trust trust() const { return {world_.keys().net, hospitals_.committee(), 3, parameters_, genesis_}; }
  [[nodiscard]] bool is_honest(std::size_t node) const { return nodes_[node]->is_honest(); }
  // Verified once, however many nodes ask.
  [[nodiscard]] med::Result verified(med::Job job);

  void ask_all();
  void every(std::uint64_t about, const std::function<void()>& what);
  void disturb();
  void heal();
  void mine_next();
  void publish();
  void call();
  void repeat();
  void anchor();
  void send(std::size_t from, med::Peer to, const med::Message& message);

  // A light client asks for a record and a part of the state, at random.
  void question(MedClient& client);

  void traced(std::size_t receiver, std::size_t kind);
  void is_final(const std::string& who, const MblockHeader& header);
  void became_final(const MedNode& node, const MblockHeader& header);
  // By an honest one.
  void banned(std::size_t by, const med::Banned& banned);
  void fail(const std::string& why);
  [[nodiscard]] bool is_done() const;

  MedSetup setup_;
  Kernel kernel_;
  Network network_;
  MedWorld world_;
  MedParameters parameters_;
  MblockHeader genesis_;
  Time start_;
  std::unique_ptr<med::SignatureVerifier> verifier_;
  std::map<Bytes32, med::Result> known_;
  med::TestCommittee hospitals_;
  std::vector<std::unique_ptr<MedNode>> nodes_;
  std::vector<std::unique_ptr<MedClient>> clients_;
  MedLinks<MedNode> links_{nodes_};
  std::map<Height, MblockHash> final_;  // at any honest node, or light client
  std::map<Bytes32, Published> published_;  // by the bundle's id
  std::map<std::pair<std::size_t, std::uint64_t>, med::SignedCall> calls_;  // by patient and number
  std::map<std::size_t, Height> reached_;  // by node: its newest final block
  std::map<Epoch, std::uint16_t> slots_;
  std::pair<MblockHash, Height> anchor_;
  std::optional<CommitProof> proof_;  // of that
  bool is_healed_ = false;
  bool is_sup_silent_ = false;
  MedReport report_;
};

}  // namespace caduceus::sim
