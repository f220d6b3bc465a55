// For tests of light clients: SUP's certificates over anchors, and a node of MED that answers from a chain.
#pragma once

#include <functional>

#include "core/base/rng.h"
#include "core/chain/bls_committee.h"
#include "core/chain/patricia_trie.h"
#include "core/med/light_client.h"
#include "test/med_miner.h"

namespace caduceus::med {

// Four hospitals that sign whatever they are told.
class TestCommittee {
 public:
  explicit TestCommittee(std::uint64_t seed = 1) : keys_(keys(seed)), committee_(public_keys(keys_)) {}
  [[nodiscard]] const Committee& committee() const { return committee_; }

  // That the Sblock of this height, after which this Mblock is the newest anchor, is committed; at depth 3.
  [[nodiscard]] CommitProof anchor(const NetworkId& net, const MblockHeader& mblock, Height sup_height) const {
    SupHeader block;
    block.height = sup_height;
    block.view = View(sup_height.value());
    block.justify = genesis_certificate(net, 4);
    block.roots.anchor = mblock_hash(mblock);
    block.roots.anchor_height = mblock.height;
    const SupHeader second = above(net, block), third = above(net, second);
    return {block, {{second, third}}, certificate(net, third)};
  }

 private:
  static std::vector<BlsKey> keys(std::uint64_t seed) {
    SeededRng rng(seed);
    std::vector<BlsKey> keys;
    while (keys.size() < 4) keys.push_back(BlsKey::random(rng));
    return keys;
  }
  static std::vector<G2> public_keys(const std::vector<BlsKey>& keys) {
    std::vector<G2> out;
    for (const BlsKey& key : keys) out.push_back(key.public_key);
    return out;
  }
  [[nodiscard]] SupHeader above(const NetworkId& net, const SupHeader& below) const {
    SupHeader header = below;
    header.height = below.height + 1;
    header.view = below.view + 1;
    header.justify = certificate(net, below);
    return header;
  }
  [[nodiscard]] QuorumCertificate certificate(const NetworkId& net, const SupHeader& header) const {
    QuorumCertificate qc{header.view, block_hash(header), SignerSet(4), {}};
    std::vector<SignaturePart> parts;
    for (std::size_t place = 0; place < 3; ++place) {
      qc.signers.insert(place);
      parts.push_back(sign_part(keys_[place], vote_statement(net, header.view, qc.block)).encode());
    }
    qc.sum = *committee_.sum(parts);
    return qc;
  }

  std::vector<BlsKey> keys_;
  BlsCommittee committee_;
};

// A node that has one branch, and answers as it should.
struct TestNode {
  std::vector<MblockHeader> chain;      // from the genesis block on
  std::vector<CommitProof> anchors;     // ascending
  PatriciaTrie state;              // after every block from `state_from` on; before, it keeps none
  std::size_t state_from = 0;
  std::map<TransactionHash, RecordProof> records;

  [[nodiscard]] Reply reply(const Question& question) const {
    return std::visit([&](const auto& asked) { return on(asked); }, question);
  }
  [[nodiscard]] Reply on(const AskHeaders& asked) const {
    for (const MblockHash& hash : asked.locator.items) {
      const auto found = std::ranges::find(chain, hash, mblock_hash);
      if (found == chain.end()) continue;
      const auto count = std::min<std::ptrdiff_t>(HeaderList::most, chain.end() - found - 1);
      return HeaderList{mblock_hash(chain.back()), {{found + 1, found + 1 + count}}};
    }
    return NotHeld{};
  }
  [[nodiscard]] Reply on(const AskAnchor& asked) const {
    if (anchors.empty()) return NotHeld{};
    const auto above =
        std::ranges::upper_bound(anchors, asked.most, {}, [](const CommitProof& proof) { return proof.block.roots.anchor_height; });
    return above == anchors.begin() ? anchors.back() : *std::prev(above);
  }
  [[nodiscard]] Reply on(const AskState& asked) const {
    const auto found = std::ranges::find(chain, asked.block, mblock_hash);
    if (found == chain.end() || static_cast<std::size_t>(found - chain.begin()) < state_from) return NotHeld{};
    return state.prove(asked.key.value);
  }
  [[nodiscard]] Reply on(const AskRecord& asked) const {
    const auto found = records.find(asked.htxm);
    return found == records.end() ? Reply(NotHeld{}) : Reply(found->second);
  }
};

// A client and the nodes that it is connected to; each question is answered at once, or never.
class LightNet {
 public:
  using Answering = std::function<std::optional<Reply>(const Question& question)>;

  LightNet(const LightClient::Trust& trust, std::span<const MblockHeader> recent, std::optional<CommitProof> kept = {})
      : period(LightClient::period(trust.parameters)), client(trust, recent, std::move(kept)) {
    client.tick(now, wall);
  }
  Peer connect(Answering answering) {
    const Peer peer(nodes_.size());
    nodes_.push_back(std::move(answering));
    client.connected(peer);
    return peer;
  }
  Peer connect(const TestNode& node) {
    return connect([&node](const Question& question) { return node.reply(question); });
  }
  // Until nobody has anything to say.
  void run() {
    for (;;) {
      LightClient::Output out = client.take_output();
      std::ranges::move(out.final, std::back_inserter(final));
      std::ranges::move(out.answers, std::back_inserter(answers));
      for (const auto& [peer, reason] : out.banned) banned[peer] = reason;
      if (out.anchor) anchor = out.anchor;
      is_split = is_split || out.is_split;
      if (out.sends.empty()) return;
      for (const auto& [peer, asked] : out.sends) {
        ++questions[peer];
        most_held = std::max(most_held, client.headers().size());
        if (auto reply = nodes_.at(peer.value())(asked.question)) client.step(peer, {asked.number, *std::move(reply)});
      }
    }
  }
  void wait(std::uint64_t ms) {
    now = now + ms;
    client.tick(now, wall);
    run();
  }

  Tick now{1000};
  Time wall{1'700'100'000'000};
  const std::uint64_t period;  // ms
  LightClient client;
  std::vector<MblockHeader> final;
  std::vector<LightClient::Answer> answers;
  std::map<Peer, Reject> banned;
  std::map<Peer, std::size_t> questions;
  std::optional<CommitProof> anchor;
  bool is_split = false;
  std::size_t most_held = 0;

 private:
  std::vector<Answering> nodes_;
};

}  // namespace caduceus::med
