// One hospital's replica of SUP (PROTOCOL.md §8, chained HotStuff), as a state machine: messages and time go in; what to persist, what
// to send and what is committed comes out, to be dealt with in this order. It reads no clock and touches no socket.
//
//   replica.tick(now, wall);  replica.step(verified);
//   Output output = replica.take_output();    // persist in one write, fsync; then send; then hand on what was committed
#pragma once

#include "core/base/check.h"
#include "core/sup/block_tree.h"
#include "core/sup/fetch.h"
#include "core/sup/pacemaker.h"
#include "core/sup/quorum.h"
#include "core/sup/rules.h"
#include "core/sup/state_sync.h"

namespace caduceus::sup {

// Of genesis (§10); milliseconds.
struct Timing {
  std::uint64_t base = 2000;  // ≥ 4 × the greatest expected one-way delay plus execution
  std::uint64_t idle = 2000;  // an empty block is proposed after so long
  std::uint64_t flush = 50;   // how long transactions wait for others to fill their block
  std::uint64_t ahead = 2000; // how far a block's time may lie before the voter's clock
  std::uint64_t observe = 2000;  // Δ: a block of MED is held so long before it is proposed to be observed (R17.2)

  static auto fields(auto& self) { return std::tie(self.base, self.idle, self.flush, self.ahead, self.observe); }
  friend bool operator==(const Timing&, const Timing&) = default;
};

// Who this replica is, among whom. What it refers to outlives it.
struct Membership {
  NetworkId net{};
  const Committee& committee;
  const CommitteeKey& key;
  Place self = 0;
  Rules rules;
  Timing timing;
  Time genesis_time;
};

// What a replica finds on its disk.
struct Recovered {
  SafetyState safety;
  std::optional<CommitProof> committed;  // of the newest committed block; none is genesis
  std::vector<SupBlock> uncommitted;   // held on top of it, by height
  std::optional<Abstention> abstention;
};

struct Send {
  std::optional<Place> to;  // none: to all others
  Message message;
};

struct Output {
  // A quorum certified a block that is invalid here: this replica's own state is wrong (§8: another revocation root). The host stops it with
  // an alarm; nothing else of this output may be used.
  std::optional<Reject> diverged;
  // To be persisted together, before anything else happens.
  std::optional<SafetyState> safety;  // when it changed
  std::vector<SupBlock> held;  // new blocks, parents first
  std::optional<SupHeader> joined;  // the newest committed block, which came with its state: the archive begins above it
  std::vector<SupBlock> committed;  // newly so, by height, after `joined`
  std::optional<CommitProof> proof;  // of the newest committed block, when there is a new one
  std::optional<Abstention> abstention;  // when it changed
  bool is_back = false;  // it abstains no more
  // Then to be sent.
  std::vector<Send> send;

  [[nodiscard]] bool is_empty() const {
    return !diverged && !safety && !abstention && held.empty() && !joined && committed.empty() && send.empty();
  }
};

// A replica's committed blocks, for those that lag behind.
class Archive {
 public:
  virtual ~Archive() = default;
  // Nothing above the newest committed one, and below first().
  [[nodiscard]] virtual std::optional<SupBlock> at(Height height) const = 0;
  // From here on blocks are kept: 1 unless old ones were pruned, or it began with a snapshot.
  [[nodiscard]] virtual Height first() const = 0;
};

class Replica {
 public:
  Replica(Membership membership, Ledger& ledger, const Archive& archive, Recovered recovered, Tick now, Time wall);

  void step(const Verified<Message>& message);
  // What others' votes make; this replica's host found that out.
  void step(const Verified<QuorumCertificate>& qc) {
    learn(qc.value());
    act();
  }
  // Time passes: `now` never goes back, the wall clock may.
  void tick(Tick now, Time wall);
  // The ledger's pool has got something.
  void pool_changed();
  [[nodiscard]] Output take_output();

  // When tick() has something to do next.
  [[nodiscard]] Tick next_tick() const;

  [[nodiscard]] View view() const { return pacemaker_.view(); }
  [[nodiscard]] const HeldBlock& committed() const { return tree_.root(); }
  [[nodiscard]] const SafetyState& safety() const { return safety_; }
  [[nodiscard]] const Votes& votes() const { return votes_; }
  // It knows of a certified block that it does not hold.
  [[nodiscard]] bool is_behind() const { return fetch_.wanted().has_value() || state_sync_.is_joining(); }
  // It was restored from a backup, and says nothing yet.
  [[nodiscard]] const std::optional<Abstention>& abstention() const { return abstention_; }
  // Of committed(); none of genesis.
  [[nodiscard]] const std::optional<CommitProof>& proof() const { return proof_; }

 private:
  void receive(const Proposal& proposal);
  void receive(const Vote& vote);
  void receive(const Timeout& timeout);
  void receive(Place sender, const FetchRequest& request);
  void receive(Place sender, const FetchResponse& response);
  void receive(Place sender, const SnapshotOffer& offer);
  void receive(Place sender, const SnapshotRequest& request);
  void receive(Place sender, const SnapshotPart& part);

  // A certificate, from whatever source.
  void learn(const QuorumCertificate& qc);
  void learn(const TimeoutCertificate& tc);
  // A QC whose block and that block's ancestors are held.
  void apply(const QuorumCertificate& qc, const HeldBlock& block);
  void commit(const HeldBlock& block, const HeldBlock& certified, const QuorumCertificate& qc);
  // A block above the newest committed one, with its ancestors.
  void commit(const HeldBlock& block, CommitProof proof);
  // Whether, after this, nothing that it has forgotten can be contradicted any more.
  void reconsider_abstention(const QuorumCertificate& qc, const HeldBlock& block);
  // Keeps a block whose parent is held, and the orphans that waited for it. The reason when it is invalid.
  Checked<void> keep(const SupBlock& block, const BlockHash& hash);

  void enter(View view);
  void act();  // what the state now allows: fetch, propose, vote
  void propose();
  void vote();
  void time_out();

  [[nodiscard]] bool is_my_turn() const;  // to propose, sooner or later, in this view
  // When who leads this view should propose, as far as this replica knows.
  [[nodiscard]] Tick proposal_due() const;
  [[nodiscard]] Tick gives_up() const { return pacemaker_.fires(proposal_due(), patience()); }
  [[nodiscard]] std::uint64_t patience() const;
  [[nodiscard]] Place leader(View view) const { return me_.rules.leader(view); }
  void send(std::optional<Place> to, Message message) { output_.send.push_back({to, std::move(message)}); }
  SafetyState& change_safety();

  struct Candidate {
    BlockHash hash{};
    bool has_vote = false;
  };
  // A proposal whose parent is being fetched.
  struct Orphan {
    SupBlock block;
    BlockHash hash{};
  };
  static constexpr std::size_t most_orphans = 8;

  Membership me_;
  Ledger& ledger_;
  const Archive& archive_;
  Tick now_;
  Time wall_;

  SafetyState safety_;
  std::optional<Abstention> abstention_;
  BlockTree tree_;
  Pacemaker pacemaker_;
  Votes votes_;
  Timeouts timeouts_;
  Fetch fetch_;
  StateSync state_sync_;
  std::optional<CommitProof> proof_;  // of the newest committed block
  std::vector<Candidate> proposed_;  // in the current view, at most two
  std::vector<Orphan> orphans_;
  std::optional<Proposed> first_proposal_;  // of the newest view that had one: another is evidence
  std::optional<Tick> pooled_since_;
  View news_;  // of the newest QC that committed a body: who does not lead the next view hears of it by the next proposal only
  bool is_safety_changed_ = false;
  Output output_;
};

}  // namespace caduceus::sup
