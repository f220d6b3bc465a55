// Nodes of MED in one process, driven by hand: on disk at once, verified at once. Two of them can be wired together; or a test is the peer.
#pragma once

#include <deque>
#include <functional>

#include "core/med/node.h"
#include "test/med_light.h"
#include "test/med_world.h"

namespace caduceus::med {

// In a block, where this record stands.
inline std::optional<Archive::RecordPlace> find_record(const MedBody& body, const TransactionHash& htxm) {
  for (std::size_t i = 0; i < body.bundles.items.size(); ++i) {
    const auto hashes = record_hashes(body.bundles.items[i]);
    const auto at = std::ranges::find(hashes, htxm);
    if (at != hashes.end()) return Archive::RecordPlace{i, static_cast<std::size_t>(at - hashes.begin())};
  }
  return std::nullopt;
}

class DrivenNode final : public Archive {
 public:
  DrivenNode(MedWorld& world, const MedMiner& miner)
      : world_(world),
        verifier_(world.keys().net, world.keys().parameters, 64),
        wall(miner.genesis.time),
        final{miner.genesis},
        node(world.keys().net, miner.parameters, miner.genesis, {{miner.genesis}, {}, {}, {}, {}}, *this, now, wall) {}

  // A peer that the test speaks for.
  Peer connect() {
    const Peer peer(++peers_);
    node.connected(peer);
    settle();
    return peer;
  }
  void hear(Peer peer, Message message) {
    node.receive(peer, std::move(message), wall);
    settle();
  }
  void wait(std::uint64_t ms) {
    now = now + ms;
    wall = wall + ms;
    node.tick(now);
    settle();
  }
  // A candidate with its work done, not handed in.
  [[nodiscard]] Candidate work() {
    Candidate made = node.candidate({Role::miner, {std::string("m").append(std::to_string(++mined_))}, 1}, wall);
    made.header = MedMiner::work_on(made.header);
    return made;
  }
  // A second later, a block on top of the best one.
  MblockHeader mine() {
    wall = wall + 1000;
    Candidate made = work();
    const MblockHeader header = made.header;
    CHECK(node.mined(std::move(made), wall).has_value());
    settle();
    return header;
  }
  template <class T>
  ItemId submit(T item) {
    auto good = verifier_.verify(std::move(item), world_.rng);
    CHECK(good.has_value());
    const auto id = node.submit(SignedItem(*std::move(good)));
    CHECK(id.has_value());
    settle();
    return *id;
  }
  void set_anchor(const MblockHeader& header) {
    node.set_anchor(mblock_hash(header), header.height);
    settle();
  }
  // What of this kind it said to the peer since that was asked last.
  template <class T>
  [[nodiscard]] std::vector<T> take(Peer to) {
    std::vector<T> out;
    std::erase_if(said, [&](const Send& send) {
      if (send.peer != to || !std::holds_alternative<T>(send.message)) return false;
      out.push_back(std::get<T>(send.message));
      return true;
    });
    return out;
  }
  [[nodiscard]] const HeldHeader& best() const { return node.chain().best(); }
  // Whose certificates anchors come with.
  static const TestCommittee& hospitals() {
    static const TestCommittee instance;
    return instance;
  }

  [[nodiscard]] std::optional<MedBody> body(const MblockHash& block) const override {
    const auto found = bodies_.find(block);
    return found == bodies_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::optional<MblockHeader> header_at(Height height) const override {
    return height.value() < final.size() ? std::optional(final[height.value()]) : std::nullopt;
  }
  [[nodiscard]] std::optional<Height> height_of(const MblockHash& block) const override {
    const auto found = std::ranges::find(final, block, mblock_hash);
    return found == final.end() ? std::nullopt : std::optional(found->height);
  }
  [[nodiscard]] std::optional<CommitProof> anchor(Height most) const override {
    for (auto proof = anchors.rbegin(); proof != anchors.rend(); ++proof) {
      if (proof->block.roots.anchor_height <= most) return *proof;
    }
    return anchors.empty() ? std::nullopt : std::optional(anchors.back());
  }
  [[nodiscard]] std::optional<RecordPlace> place_of(const MblockHash& block, const TransactionHash& htxm) const override {
    const auto found = bodies_.find(block);
    return found == bodies_.end() ? std::nullopt : find_record(found->second, htxm);
  }

  // Until nothing comes out any more.
  void settle() {
    for (Output out = node.take_output(); !out.is_empty(); out = node.take_output()) {
      for (auto& one : out.executed) bodies_.insert_or_assign(one.hash, std::move(one.block.body));
      std::ranges::move(out.final, std::back_inserter(final));
      if (out.anchor) anchors.push_back(*out.anchor);
      std::ranges::move(out.sends, std::back_inserter(said));
      for (const Banned& one : out.banned) banned[one.peer] = one.reason;
      std::ranges::move(out.given_up, std::back_inserter(given_up));
      is_diverged = is_diverged || out.is_diverged;
      for (Job& job : out.jobs) {
        ++jobs;
        node.verified(run(std::move(job), verifier_, {world_.keys().net, hospitals().committee()}, world_.rng));
      }
      if (is_diverged) return;
    }
  }

 private:
  MedWorld& world_;
  SignatureVerifier verifier_;
  std::map<MblockHash, MedBody> bodies_;
  std::uint64_t peers_ = 0;
  static inline unsigned mined_ = 0;  // of all: no two blocks are alike

 public:
  Tick now{1000};
  Time wall;
  std::vector<MblockHeader> final;
  std::vector<CommitProof> anchors;  // ascending
  std::vector<Send> said;
  std::map<Peer, Reject> banned;
  std::vector<Peer> given_up;
  std::size_t jobs = 0;  // verified
  bool is_diverged = false;
  Node node;
};

// Nodes that hear each other, in the order in which they speak.
class MedWire {
 public:
  // What is on its way: may be changed, or lost.
  using OnTheWay = std::function<bool(DrivenNode& from, DrivenNode& to, Message& message)>;

  void connect(DrivenNode& a, DrivenNode& b) {
    // Each may have something to say at once.
    const Peer at_a = a.connect(), at_b = b.connect();
    ends_[{&a, at_a}] = {&b, at_b};
    ends_[{&b, at_b}] = {&a, at_a};
  }
  // Until nobody has anything to say.
  void run(const OnTheWay& on_the_way = {}) {
    for (bool is_quiet = false; !is_quiet;) {
      is_quiet = true;
      for (const auto& [end, other] : std::map(ends_)) {
        for (Send& send : std::exchange(end.first->said, {})) {
          is_quiet = false;
          const auto to = ends_.find({end.first, send.peer});
          if (to == ends_.end()) continue;
          ++messages[send.message.index()];
          const auto [node, peer] = to->second;
          if (!on_the_way || on_the_way(*end.first, *node, send.message)) node->hear(peer, std::move(send.message));
        }
      }
    }
  }

  std::map<std::size_t, std::size_t> messages;  // by their kind's place in Message

 private:
  using End = std::pair<DrivenNode*, Peer>;
  std::map<End, End> ends_;
};

}  // namespace caduceus::med
