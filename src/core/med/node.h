// A full node of MED as a state machine (docs/MED.md): messages of peers, what the workers verified, anchors and time go in; what is to be stored,
// verified and sent comes out, in this order. Pure.
//
//   node.receive(peer, message, now, wall);
//   Output out = node.take_output();
//   store(out.executed, out.named, out.final, out.anchor); verify(out.jobs) on a pool, each result to node.verified(…); send(out.sends);
#pragma once

#include <functional>

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

// Whose certificates anchors come with. The committee outlives it.
struct SupTrust {
  NetworkId net{};
  const Committee& committee;
  unsigned commit_depth = 3;
};

// Something of a peer whose signatures are to be verified, on any thread.
struct BodyJob {
  MblockHash block{};
  Bytes32 transactions{};  // the header's root
  MedBody body;
};
struct Job {
  Peer peer;
  std::variant<BodyJob, SignedBundle, SignedCall, ReuseEvidence, CommitProof> what;
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
struct VerifiedCommit {
  Checked<CommitProof> proof;
};
struct Result {
  Peer peer;
  std::variant<VerifiedBody, VerifiedItem, VerifiedCommit> what;
};
[[nodiscard]] Result run(Job job, SignatureVerifier& verifier, const SupTrust& sup, Rng& rng);

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
  std::vector<CommitProof> named;  // Sblocks that these name: to be stored with them, until what names them is final
  std::vector<MblockHeader> final;  // anchored, lowest first: to be stored with them
  std::optional<CommitProof> anchor;  // SUP's certificate over the newest final block: to be stored, too
  bool is_best_changed = false;
  std::vector<Job> jobs;
  std::vector<Send> sends;
  std::vector<Banned> banned;  // for what no honest peer does
  std::vector<Peer> given_up;  // to be disconnected: they withheld what they announced
  bool is_diverged = false;  // SUP anchored what is invalid here, or two branches: the node stops, with an alarm

  [[nodiscard]] bool is_empty() const;
};

// What a miner searches a nonce for.
struct Candidate {
  MblockHeader header;
  Signed<MedBody> body;
};

class Node {
 public:
  static constexpr std::uint64_t headers_period = 30'000;  // ms after which a peer is asked for headers again, and told what waits here
  static constexpr std::size_t most_asked_items = Have::most_items;  // of one peer
  static constexpr std::size_t most_announcers = 4;  // of an item that are remembered, the one that was asked among them
  static constexpr std::uint64_t items_patience = 20'000;  // ms
  static constexpr std::uint64_t seek_period = 1000;  // ms between two questions of seek()
  // So many blocks below the best one what waited is forgotten, also without an anchor: until then a block may be left, and what it carried waits again.
  static constexpr std::size_t settled_depth = 100;

  // What a node begins with: docs at Chain.
  struct Recovered {
    std::vector<MblockHeader> recent;
    State after_root;
    std::vector<std::pair<MblockHeader, State>> above;  // parents first
    std::vector<CommitProof> named;  // Sblocks that those name, as they came out
    std::optional<CommitProof> anchor;  // the certificate that came last
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
  // SUP's newest committed block, as a certificate shows that was verified (or the node's own hospital made). Its anchor binds; blocks
  // that are mined here name it, and peers are told. One that is not newer does nothing.
  void follow(const CommitProof& newest);
  // SUP anchored this Mblock; without its certificate.
  void set_anchor(const MblockHash& block, Height height);
  // A header that SUP's hospitals are about to observe: its body is fetched, if it is not here. Reject::observed_sblock, observed_time, and as
  // HeaderTree::add().
  [[nodiscard]] Checked<void> seek(const MblockHeader& header, Time wall);
  // Of this node's own users: verified, kept and announced. Reject as Mempool::add().
  [[nodiscard]] Checked<ItemId> submit(SignedItem item);
  void tick(Tick now);
  [[nodiscard]] std::optional<Tick> next_tick() const;
  [[nodiscard]] Output take_output();

  // To a light client, which need not be among the peers.
  [[nodiscard]] Reply answer(const Question& question) const;

  // On top of the best block; names the newest Sblock that is known.
  [[nodiscard]] Candidate candidate(const Identity& miner, Time wall);
  // With a nonce that was found. Reject as Chain::add(), if the chain went on meanwhile in a way that makes it invalid.
  [[nodiscard]] Checked<void> mined(Candidate candidate, Time wall);

  [[nodiscard]] const Chain& chain() const { return chain_; }
  [[nodiscard]] const Mempool& pool() const { return pool_; }
  // SUP's newest block that it knows.
  [[nodiscard]] const std::optional<CommitProof>& sup() const { return sup_; }

 private:
  struct PeerState {
    Tick headers_due;
    bool asked_headers = false;
    bool has_proof_under_way = false;  // that is being verified
    std::optional<Height> asked_sblock;
    Height sup;  // of the newest Sblock that it told of
    std::optional<MblockHash> last;  // where its answer ended, if that was not its tip
    std::size_t asked_items = 0;
    std::size_t announced = 0;  // of the pool, in this round
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
    std::vector<Peer> others;  // who announced it, too
    bool is_verifying = false;
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
  void on(Peer peer, CommitProof message);
  void on(Peer peer, const GetSblock& message);

  [[nodiscard]] Reply reply(const AskHeaders& asked) const;
  [[nodiscard]] Reply reply(const AskAnchor& asked) const;
  [[nodiscard]] Reply reply(const AskState& asked) const;
  [[nodiscard]] Reply reply(const AskRecord& asked) const;
  // Nothing when none of these blocks is known here.
  [[nodiscard]] std::optional<HeaderList> headers_after(std::span<const MblockHash> locator) const;

  void ask_headers(Peer peer);
  void tell_of_sup(Peer peer);
  void tell_of_pool(Peer peer);
  // Of these, which were asked for in vain, another announcer is asked, or they are forgotten until somebody announces them again.
  void ask_others(const std::vector<ItemId>& ids);
  // Those for which this holds, and which are not being verified.
  [[nodiscard]] std::vector<ItemId> asked_items(const std::function<bool(const AskedItem&)>& matches) const;
  [[nodiscard]] std::size_t asked_of(Peer peer) const;
  // R17.1: whether the Sblock that it names is known here. R17.6: Reject::observed_sblock, another one is committed at that height;
  // observed_time, it is newer than the block.
  [[nodiscard]] Checked<bool> knows_named(const MblockHeader& header);
  [[nodiscard]] const CommitProof* sblock_at(Height height) const;
  void send(Peer peer, Message message) { output_.sends.push_back({peer, std::move(message)}); }
  void send_others(Peer but, const Message& message);
  void ban(Peer peer, Reject reason);
  void verify(Peer peer, const MblockHash& block, MedBody body);
  void done(Peer peer, VerifiedBody result);
  void done(Peer peer, VerifiedItem result);
  void done(Peer peer, VerifiedCommit result);
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
  std::optional<CommitProof> sup_;  // SUP's newest block that is known
  std::map<Height, CommitProof> sblocks_;  // which blocks above the anchor name: whoever is told of those is shown these
  MblockHash certified_;  // of the newest final block there is a certificate on disk
  Tick now_;
  Time wall_;
  Mempool pool_;
  Sync sync_;
  std::map<Peer, PeerState> peers_;
  std::map<MblockHash, Partial> partial_;
  std::set<MblockHash> verifying_;
  std::map<ItemId, AskedItem> asked_items_;
  std::optional<Time> sought_;  // when seek() asked last
  Output output_;
};

}  // namespace caduceus::med
