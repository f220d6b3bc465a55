#include "test/sim/med_node.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/med/pow.h"
#include "test/sim/med_cluster.h"

namespace caduceus::sim {

MedNode::MedNode(MedCluster& cluster, std::size_t number, bool lies)
    : cluster_(cluster), number_(number), lies_(lies), disk_(cluster.genesis_) {}

void MedNode::start() {
  if (is_running()) return;
  ++life_;
  wakes_.reset();
  node_ = std::make_unique<med::Node>(cluster_.world_.keys().net, cluster_.parameters_, cluster_.genesis_, disk_.recover(), disk_,
                                      cluster_.kernel_.now(), cluster_.wall());
  if (cluster_.proof_) set_anchor(*cluster_.proof_);
}

void MedNode::crash() {
  if (!is_running()) return;
  node_.reset();
  ++life_;
  if (cluster_.setup_.plant == MedPlant::forget_block_on_crash) disk_.lose_newest_final();
  cluster_.links_.cut_off(number_);
}

void MedNode::run(const std::function<void()>& what) {
  if (!is_running()) return;
  what();
  flush();
}

void MedNode::receive(med::Peer peer, const med::Message& message) {
  run([&] { node_->receive(peer, message, cluster_.wall()); });
}

void MedNode::set_anchor(const CommitProof& proof) {
  if (!is_running() || (cluster_.setup_.plant == MedPlant::keep_losing_branch && number_ == 1)) return;
  const SupRoots& roots = proof.block.roots;
  disk_.put(proof);
  run([&] { node_->set_anchor(roots.anchor, roots.anchor_height); });
}

void MedNode::flush() {
  Kernel& kernel = cluster_.kernel_;
  med::Output output = node_->take_output();
  if (output.is_diverged) return cluster_.fail("an anchored block is invalid at node " + std::to_string(number_));
  const bool is_torn = !cluster_.is_healed_ && cluster_.setup_.faults.torn && !output.executed.empty();
  if (is_torn && kernel.happens(40)) return crash();
  disk_.write(output);
  for (const MblockHeader& header : output.final) cluster_.became_final(*this, header);
  if (is_torn && kernel.happens(40)) return crash();
  for (med::Job& job : output.jobs) verify(std::move(job));
  for (med::Send& send : output.sends) {
    if (auto message = twisted(std::move(send.message))) cluster_.send(number_, send.peer, *message);
  }
  for (const med::Banned& banned : output.banned) {
    if (is_honest()) cluster_.banned(number_, banned);
    cluster_.links_.hang_up(banned.peer);
  }
  for (const med::Peer peer : output.given_up) cluster_.links_.hang_up(peer);
  wake();
}

void MedNode::verify(med::Job job) {
  // Workers finish in any order.
  cluster_.kernel_.after(cluster_.kernel_.between(1, 50), [this, life = life_, job = std::move(job)]() mutable {
    if (life != life_) return;
    run([&] { node_->verified(cluster_.verified(std::move(job))); });
  });
}

void MedNode::wake() {
  if (!is_running()) return;
  const auto next = node_->next_tick();
  if (!next || (wakes_ && *wakes_ <= *next)) return;
  wakes_ = *next;
  cluster_.kernel_.at(*next, [this, life = life_, due = *next] {
    if (life != life_ || wakes_ != due) return;
    wakes_.reset();
    run([&] { node_->tick(cluster_.kernel_.now()); });
  });
}

void MedNode::submit(const med::SignedBundle& bundle) {
  run([&] {
    auto result = cluster_.verified({med::Peer(0), bundle});
    (void)node_->submit(*std::get<med::VerifiedItem>(result.what).item);
  });
}

void MedNode::submit(const med::SignedCall& call) {
  run([&] {
    auto result = cluster_.verified({med::Peer(0), call});
    (void)node_->submit(*std::get<med::VerifiedItem>(result.what).item);
  });
}

void MedNode::mine() {
  run([&] {
    const Identity miner{Role::miner, {std::string("m").append(std::to_string(number_))}, 1};
    med::Candidate candidate = node_->candidate(miner, cluster_.wall());
    const auto nonce = med::search(candidate.header, cluster_.kernel_.rng().next(), 1U << 24U);
    CHECK(nonce.has_value());
    candidate.header.nonce = *nonce;
    CHECK(node_->mined(std::move(candidate), cluster_.wall()).has_value());
  });
}

// What a liar sends in place of it; nothing when it keeps it back.
std::optional<med::Message> MedNode::twisted(med::Message message) {
  Kernel& kernel = cluster_.kernel_;
  if (!lies_ || cluster_.is_healed_) return message;
  if (auto* body = std::get_if<med::Body>(&message)) {
    if (kernel.happens(3)) return std::nullopt;
    if (kernel.happens(3) && !body->body.bundles.items.empty()) body->body.bundles.items.pop_back();
    if (kernel.happens(5)) body->body.aggregate.value.back() ^= 1;
  } else if (auto* headers = std::get_if<med::HeaderList>(&message)) {
    if (kernel.happens(20) && !headers->headers.items.empty()) ++headers->headers.items.back().nonce;  // work for another one
  } else if (auto* item = std::get_if<med::ItemMessage>(&message)) {
    auto* bundle = std::get_if<med::SignedBundle>(&item->item);
    if (bundle != nullptr && kernel.happens(4)) bundle->aggregate.value.back() ^= 1;
  }
  return message;
}

std::optional<med::Reply> MedNode::answer(const med::Question& question) {
  if (!is_running()) return std::nullopt;
  return twisted(node_->answer(question));
}

// To light clients it lies as long as they listen.
std::optional<med::Reply> MedNode::twisted(med::Reply reply) {
  Kernel& kernel = cluster_.kernel_;
  if (!lies_ || !kernel.happens(3)) return reply;
  if (kernel.happens(4)) return std::nullopt;
  if (auto* list = std::get_if<med::HeaderList>(&reply)) {
    if (kernel.happens(2) || list->headers.items.empty()) {
      list->tip[0] ^= 1;
    } else {
      ++list->headers.items.back().nonce;
    }
  } else if (auto* proof = std::get_if<CommitProof>(&reply)) {
    proof->block.roots.anchor_height = proof->block.roots.anchor_height + 1;
  } else if (auto* state = std::get_if<TrieProof>(&reply)) {
    if (!state->nodes.items.empty()) state->nodes.items.pop_back();
  } else if (auto* record = std::get_if<RecordProof>(&reply)) {
    record->terms.record[0] ^= 1;
  }
  return reply;
}

}  // namespace caduceus::sim
