// A light client of MED (PROTOCOL.md §9): headers only, SUP's certificates over the newest anchor, and proofs of what a block says, from
// several nodes none of which is trusted. It joins, leaves and comes back as it likes. Pure: messages and time go in; what to keep, what to
// ask, and answers come out.
//
//   client.tick(now, wall);  client.step(peer, reply);
//   LightClient::Output out = client.take_output();    // keep out.final and out.anchor in one write; then send; then hand on
//
// Each node is asked one thing at a time. Who lies is banned: nothing that comes is believed, all of it is checked. Who does not answer in
// time is asked last from then on, and what it was asked for goes to another node. Who knows less than others shows in peers().
#pragma once

#include <set>

#include "core/med/header_tree.h"
#include "core/med/query.h"

namespace caduceus::med {

class LightClient {
 public:
  static constexpr std::uint64_t patience = 10'000;  // ms, for a reply
  static constexpr std::uint64_t longest_period = 30'000;  // ms
  static constexpr std::uint64_t anchor_step = 20'000;  // headers: see AskAnchor
  static constexpr std::size_t most_awaited = 16;  // anchors whose headers are still to come

  // Of the consortium's genesis. The committee outlives the client.
  struct Trust {
    NetworkId net{};
    const Committee& committee;
    unsigned commit_depth = 3;
    MedParameters parameters;
    MblockHeader genesis;
  };
  // What it kept: the last eleven headers up to the newest anchor, lowest first, and the certificate of that, if there was any. New: the genesis block.
  LightClient(const Trust& trust, std::span<const MblockHeader> recent, std::optional<CommitProof> anchor);

  // After so long every node is asked again for what is new: half the time that a block takes; ms.
  [[nodiscard]] static std::uint64_t period(const MedParameters& parameters) { return std::min(parameters.interval / 2, longest_period); }

  void connected(Peer peer);
  void disconnected(Peer peer);
  // A reply to the question of this number; to one that is not open any more it does nothing.
  void step(Peer peer, const Replied& replied);
  // Both clocks, from time to time: patience runs out, and the period.
  void tick(Tick now, Time wall);

  // What stands under a key after the newest anchored block; if another is anchored meanwhile, after that one. The number is the answer's.
  std::uint64_t look_up(const Bytes& state_key);
  // That a record is in the block with this header, which is the client's own: anchored, or of the tree. A node without such a record
  // and one that keeps it back look alike: then there is no answer.
  std::uint64_t look_up(const MblockHeader& header, const TransactionHash& htxm);
  // No answer is wanted any more.
  void drop(std::uint64_t look_up) { look_ups_.erase(look_up); }

  struct Answer {
    std::uint64_t look_up = 0;
    MblockHash block{};
    std::variant<std::optional<Bytes>, RecordProof> proven;  // the value under the key, if there is one
  };
  struct Send {
    Peer peer;
    Asked asked;
  };
  struct Banned {
    Peer peer;
    Reject reason{};
  };
  struct Output {
    std::vector<MblockHeader> final;  // anchored since, lowest first
    std::optional<CommitProof> anchor;  // of the last of these
    std::vector<Send> sends;
    std::vector<Answer> answers;
    std::vector<Banned> banned;  // and counted as disconnected
    bool is_split = false;  // SUP has certified two branches: more hospitals lie than may, and nothing is final
  };
  [[nodiscard]] Output take_output() { return std::exchange(output_, {}); }

  [[nodiscard]] const HeaderTree& headers() const { return tree_; }
  // The certificate of the root; its block's time says how new that is.
  [[nodiscard]] const std::optional<CommitProof>& anchor() const { return anchor_; }
  // Certified, but nobody has shown the headers up to it.
  [[nodiscard]] bool awaits_headers() const { return !awaited_.empty(); }

  // What a node's headers are worth.
  struct PeerView {
    Peer peer;
    Height height;  // of the tip that it named
    Work work;  // up to that, as HeldHeader::work; nothing, nor a height, if it is not held
    unsigned silences = 0;  // replies in a row that did not come in time
  };
  [[nodiscard]] std::vector<PeerView> peers() const;
  // Of every node that is connected it has the anchor and the headers, or waited in vain: until the period is over there is no more to learn.
  [[nodiscard]] bool is_settled() const;
  // There are nodes, and in this period none of them had the answer.
  [[nodiscard]] bool has_nobody(std::uint64_t look_up) const;

 private:
  struct Open {
    std::uint64_t number = 0;
    Question question;
    std::uint64_t look_up = 0;  // or none
    MblockHash root{};  // of the tree when it was asked
    Tick until;
  };
  struct PeerState {
    bool is_headers_due = true;
    bool is_anchor_due = true;
    std::optional<Open> open;
    MblockHash tip{};  // that it named
    MblockHash last{};  // the last header that it sent
    unsigned silences = 0;
  };
  struct LookUp {
    MblockHeader header;
    Question question;
    std::set<Peer> asked;  // had no answer
  };

  // What the peer is to be banned for.
  [[nodiscard]] Checked<void> on_reply(Peer peer, const Open& open, const Reply& reply);
  [[nodiscard]] Checked<void> on_headers(PeerState& peer, const Open& open, const HeaderList& list);
  [[nodiscard]] Checked<void> on_anchor(PeerState& peer, const CommitProof& proof);
  [[nodiscard]] Checked<void> on_proof(const Open& open, const Reply& reply);

  // The peer did not answer, or cannot.
  void has_nothing(Peer peer, const Open& open);
  void bind_anchors();
  void ask();
  [[nodiscard]] std::optional<Open> next_question(Peer id, const PeerState& peer);

  Trust trust_;
  HeaderTree tree_;
  std::optional<CommitProof> anchor_;
  std::map<Height, CommitProof> awaited_;  // verified anchors above the root, by their height on MED
  std::map<Peer, PeerState> peers_;
  std::map<std::uint64_t, LookUp> look_ups_;
  std::uint64_t numbers_ = 0;
  Tick now_;
  Time wall_;
  Tick next_period_;
  Output output_;
};

}  // namespace caduceus::med
