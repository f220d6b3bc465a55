// A full node of MED as a state machine (docs/MED.md): messages of peers, what the workers verified, anchors and time go in; what is to be stored,
// verified and sent comes out, in this order. Pure.
//
//   node.receive(peer, message, now, wall);
//   Output out = node.take_output();
//   store(out.executed, out.final); verify(out.jobs) on a pool, each result to node.verified(…); send(out.sends);
#pragma once

#include "core/med/chain.h"
#include "core/med/message.h"
#include "core/med/sync.h"

namespace caduceus::med {

// What lies on disk.
class Archive {
 public:
  virtual ~Archive() = default;
  // Of any block that was stored.
  [[nodiscard]] virtual std::optional<MedBody> body(const MblockHash& block) const = 0;
  // Of the final chain, up to the anchor.
  [[nodiscard]] virtual std::optional<MblockHeader> header_at(Height height) const = 0;
  [[nodiscard]] virtual std::optional<Height> height_of(const MblockHash& block) const = 0;
  // SUP's certificate over the newest anchor that is not above this height; over the newest of all if there is none so old.
  [[nodiscard]] virtual std::optional<CommitProof> anchor(Height most) const = 0;
  // Where in the block this record stands.
  struct RecordPlace {
    std::size_t bundle = 0;
    std::size_t record = 0;  // in the bundle, group by group
  };
  [[nodiscard]] virtual std::optional<RecordPlace> place_of(const MblockHash& block, const TransactionHash& htxm) const = 0;
};

// Something of a peer whose signatures are to be verified, on any thread.
struct BodyJob {
  MblockHash block{};
  Bytes32 transactions{};  // the header's root
  MedBody body;
};
struct Job {
  Peer peer;
  std::variant<BodyJob, SignedBundle, SignedCall, ReuseEvidence> what;
};
// What came out of it.
struct VerifiedBody {
  MblockHash block{};
  Checked<Signed<MedBody>> body;
};
using SignedItem = std::variant<Signed<SignedBundle>, Signed<SignedCall>, Signed<ReuseEvidence>>;
struct VerifiedItem {
  ItemId id;
  Checked<SignedItem> item;
};
struct Result {
  Peer peer;
  std::variant<VerifiedBody, VerifiedItem> what;
};
[[nodiscard]] Result run(Job job, SignatureVerifier& verifier, Rng& rng);

struct Send {
  Peer peer;
  Message message;
};
struct Banned {
  Peer peer;
  Reject reason{};
};
struct Output {
  std::vector<Chain::Executed> executed;  // to be stored, parents first, before anything is sent
  std::vector<MblockHeader> final;  // anchored, lowest first: to be stored with them
  bool is_best_changed = false;
  std::vector<Job> jobs;
  std::vector<Send> sends;
  std::vector<Banned> banned;  // for what no honest peer does
  std::vector<Peer> given_up;  // to be disconnected: they withheld what they announced
  bool is_diverged = false;  // SUP anchored what is invalid here: the node stops, with an alarm

  [[nodiscard]] bool is_empty() const;
};

// What a miner searches a nonce for.
struct Candidate {
  MblockHeader header;
  Signed<MedBody> body;
};

class Node {
 public:
  static constexpr std::uint64_t headers_period = 30'000;  // ms after which a peer is asked for headers again
  static constexpr std::size_t most_asked_items = 4096;
  static constexpr std::uint64_t items_patience = 20'000;  // ms
  // So many blocks below the best one what waited is forgotten, also without an anchor: until then a block may be left, and what it carried waits again.
  static constexpr std::size_t settled_depth = 100;

  // What a node begins with: docs at Chain.
  struct Recovered {
    std::vector<MblockHeader> recent;
    State after_root;
    std::vector<std::pair<MblockHeader, State>> above;  // parents first
  };
  // The archive outlives it.
  Node(const NetworkId& net, const MedParameters& parameters, const MblockHeader& genesis, Recovered recovered, const Archive& archive,
       Tick now, Time wall);

  void connected(Peer peer);
  void disconnected(Peer peer);
  void receive(Peer peer, Message message, Time wall);
  void verified(Result result);
  // An executed block's state is on disk: Chain::set_stored().
  void stored(const MblockHash& block, State state) { chain_.set_stored(block, std::move(state)); }
  // SUP anchored this Mblock.
  void set_anchor(const MblockHash& block, Height height);
  // Of this node's own users: verified, kept and announced. Reject as Mempool::add().
  [[nodiscard]] Checked<ItemId> submit(SignedItem item);
  void tick(Tick now);
  [[nodiscard]] std::optional<Tick> next_tick() const;
  [[nodiscard]] Output take_output();

  // To a light client, which need not be among the peers.
  [[nodiscard]] Reply answer(const Question& question) const;

  // On top of the best block; names this Sblock.
  [[nodiscard]] Candidate candidate(const Identity& miner, Time wall, const BlockHash& sblock, Height sblock_height) const;
  // With a nonce that was found. Reject as Chain::add(), if the chain went on meanwhile in a way that makes it invalid.
  [[nodiscard]] Checked<void> mined(Candidate candidate, Time wall);

  [[nodiscard]] const Chain& chain() const { return chain_; }
  [[nodiscard]] const Mempool& pool() const { return pool_; }

 private:
  struct PeerState {
    Tick headers_due;
    bool asked_headers = false;
  };
  // A sketch whose parts are on their way.
  struct Partial {
    Peer peer;
    MedBody body;  // what is missing is empty
    std::vector<std::uint32_t> bundles, calls;  // places of what is missing
  };
  struct AskedItem {
    Peer peer;
    Tick until;
  };

  void on(Peer peer, const AskHeaders& message);
  void on(Peer peer, const HeaderList& message);
  void on(Peer peer, const GetBody& message);
  void on(Peer peer, Body message);
  void on(Peer peer, const GetSketch& message);
  void on(Peer peer, Sketch message);
  void on(Peer peer, const GetParts& message);
  void on(Peer peer, Parts message);
  void on(Peer peer, const NotHere& message);
  void on(Peer peer, const Have& message);
  void on(Peer peer, const GetItems& message);
  void on(Peer peer, ItemMessage message);

  [[nodiscard]] Reply reply(const AskHeaders& asked) const;
  [[nodiscard]] Reply reply(const AskAnchor& asked) const;
  [[nodiscard]] Reply reply(const AskState& asked) const;
  [[nodiscard]] Reply reply(const AskRecord& asked) const;
  // Nothing when none of these blocks is known here.
  [[nodiscard]] std::optional<HeaderList> headers_after(std::span<const MblockHash> locator) const;

  void ask_headers(Peer peer);
  void send(Peer peer, Message message) { output_.sends.push_back({peer, std::move(message)}); }
  void send_others(Peer but, const Message& message);
  void ban(Peer peer, Reject reason);
  void verify(Peer peer, const MblockHash& block, MedBody body);
  void done(Peer peer, VerifiedBody result);
  void done(Peer peer, VerifiedItem result);
  [[nodiscard]] Checked<ItemId> pool(SignedItem item);
  // After the chain may have changed: what follows is stored, announced, asked for.
  void advance(std::vector<Chain::Executed> executed);
  void ask_bodies();
  // On whose state an item has to be valid, at the time of the best block: a hundred blocks ago epochs of now were far ahead.
  [[nodiscard]] const HeldHeader& settled() const;

  NetworkId net_;
  Chain chain_;
  const Archive& archive_;
  MblockHash best_;  // announced
  MblockHash settled_;  // the pool was swept on
  Tick now_;
  Time wall_;
  Mempool pool_;
  Sync sync_;
  std::map<Peer, PeerState> peers_;
  std::map<MblockHash, Partial> partial_;
  std::set<MblockHash> verifying_;
  std::map<ItemId, AskedItem> asked_items_;
  Output output_;
};

}  // namespace caduceus::med
