#include "test/sim/med_client.h"

#include "test/sim/med_cluster.h"

namespace caduceus::sim {

void MedClient::start() {
  if (is_running()) return;
  if (recent_.empty()) recent_.push_back(cluster_.genesis_);
  client_ = std::make_unique<med::LightClient>(cluster_.trust(), recent_, anchor_);
  run([&] {
    client_->tick(cluster_.kernel_.now(), cluster_.wall());
    for (std::size_t node = 0; node < cluster_.nodes_.size(); ++node) {
      const med::Peer peer(next_peer_++);
      nodes_.emplace(peer, node);
      client_->connected(peer);
    }
  });
}

void MedClient::stop() {
  client_.reset();
  ++life_;
  nodes_.clear();
}

void MedClient::run(const std::function<void()>& what) {
  if (!is_running()) return;
  what();
  flush();
}

void MedClient::tick() {
  run([&] { client_->tick(cluster_.kernel_.now(), cluster_.wall()); });
}

void MedClient::look_up(const Bytes& state_key, const std::optional<Bytes>& expected) {
  run([&] { expected_.emplace(client_->look_up(state_key), expected); });
  ++open_;
}

void MedClient::look_up(const MblockHeader& header, const TransactionHash& htxm) {
  run([&] { records_.emplace(client_->look_up(header, htxm), htxm); });
  ++open_;
}

bool MedClient::is_done(const MblockHash& anchor) const { return is_running() && client_->headers().root().hash == anchor && open_ == 0; }

void MedClient::flush() {
  med::LightClient::Output out = client_->take_output();
  const std::string who = "light client " + std::to_string(number_);
  if (out.is_split) return cluster_.fail(who + " was shown two anchors of one height");
  for (const MblockHeader& header : out.final) {
    if (header.height != recent_.back().height + 1) return cluster_.fail(who + " goes back on a block that was final");
    recent_.push_back(header);
    cluster_.is_final(who, header);
  }
  if (recent_.size() > med::HeaderTree::median_span) recent_.erase(recent_.begin(), recent_.end() - med::HeaderTree::median_span);
  if (out.anchor) anchor_ = std::move(out.anchor);
  for (const auto& send : out.sends) ask(send);
  for (const auto& answer : out.answers) {
    const auto expected = expected_.find(answer.look_up);
    if (expected != expected_.end() && std::get<0>(answer.proven) != expected->second) cluster_.fail(who + " was shown another state");
    const auto record = records_.find(answer.look_up);
    const bool is_shown = record == records_.end() || hash_of(std::get<RecordProof>(answer.proven).terms) == record->second;
    if (!is_shown) cluster_.fail(who + " was shown another record");
    --open_;
    ++cluster_.report_.answers;
  }
  for (const auto& [peer, reason] : out.banned) {
    const std::size_t node = nodes_.at(peer);
    nodes_.erase(peer);
    ++cluster_.report_.client_bans;
    if (cluster_.is_honest(node)) cluster_.fail(who + " bans an honest node: " + std::string(name(reason)));
  }
}

void MedClient::ask(const med::LightClient::Send& send) {
  const std::size_t node = nodes_.at(send.peer);
  cluster_.network_.send(number_, node, [this, node, life = life_, peer = send.peer, asked = send.asked] {
    auto reply = cluster_.nodes_[node]->answer(asked.question);
    if (!reply) return;
    cluster_.network_.send(node, number_, [this, life, peer, replied = med::Replied{asked.number, *std::move(reply)}] {
      if (life != life_) return;
      cluster_.traced(number_, replied.reply.index());
      run([&] { client_->step(peer, replied); });
    });
  });
}

}  // namespace caduceus::sim
