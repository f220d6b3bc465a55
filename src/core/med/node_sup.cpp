// What a node hears of SUP: its newest block and anchor, and the Sblocks that Mblocks name (PROTOCOL.md §9, R17).
#include "core/med/node.h"

namespace caduceus::med {

void Node::tell_of_sup(Peer peer) {
  if (sup_ && peers_.at(peer).sup < sup_->block.height) send(peer, *sup_);
}

void Node::follow(const CommitProof& newest) {
  if (sup_ && newest.block.height <= sup_->block.height) return;
  sup_ = newest;
  for (const auto& [peer, state] : peers_) tell_of_sup(peer);
  set_anchor(newest.block.roots.anchor, newest.block.roots.anchor_height);
}

void Node::on(Peer peer, CommitProof message) {
  PeerState& state = peers_.at(peer);
  state.sup = std::max(state.sup, message.block.height);
  const bool is_newer = !sup_ || message.block.height > sup_->block.height;
  // One at a time. What is passed over comes again, or a newer one does.
  if (state.has_proof_under_way || (!is_newer && message.block.height != state.asked_sblock)) return;
  state.has_proof_under_way = true;
  output_.jobs.push_back({peer, std::move(message)});
}

void Node::done(Peer peer, VerifiedCommit result) {
  if (const auto from = peers_.find(peer); from != peers_.end()) from->second.has_proof_under_way = false;
  if (!result.proof) return ban(peer, result.proof.error());
  const CommitProof& proof = *result.proof;
  follow(proof);
  const auto from = peers_.find(peer);
  if (from == peers_.end() || from->second.asked_sblock != proof.block.height) return;
  from->second.asked_sblock.reset();
  sblocks_.emplace(proof.block.height, proof);
  ask_headers(peer);
}

void Node::on(Peer peer, const GetSblock& message) {
  if (const CommitProof* proof = sblock_at(message.height)) send(peer, *proof);
}

const CommitProof* Node::sblock_at(Height height) const {
  if (sup_ && sup_->block.height == height) return &*sup_;
  const auto found = sblocks_.find(height);
  return found == sblocks_.end() ? nullptr : &found->second;
}

Checked<bool> Node::knows_named(const MblockHeader& header) {
  const HeaderTree& tree = chain_.headers();
  if (header.height <= chain_.anchored() || tree.find(mblock_hash(header)) != nullptr) return true;  // it was looked at
  const HeldHeader* parent = tree.find(header.previous);
  if (parent == nullptr || header.sblock_height <= parent->header.sblock_height) return true;  // a matter of HeaderTree's
  const CommitProof* named = sblock_at(header.sblock_height);
  if (named == nullptr) return false;
  if (block_hash(named->block) != header.sblock) return reject(Reject::observed_sblock);
  if (header.time < named->block.time) return reject(Reject::observed_time);
  sblocks_.emplace(header.sblock_height, *named);
  return true;
}

Checked<void> Node::seek(const MblockHeader& header, Time wall) {
  wall_ = wall;
  TRY(const bool is_known, knows_named(header));
  if (!is_known) {
    // A leader that lies lists a thousand, every turn.
    if (sought_ && distance(wall, *sought_) < seek_period) return {};
    sought_ = wall;
    for (auto& [peer, state] : peers_) send(peer, GetSblock{*(state.asked_sblock = header.sblock_height)});
    return {};
  }
  const auto added = chain_.add(header, wall);
  ask_bodies();
  if (!added && added.error() != Reject::mblock_known) return reject(added.error());
  return {};
}

void Node::set_anchor(const MblockHash& block, Height height) {
  if (height == chain_.anchor().height() && block != chain_.anchor().hash) output_.is_diverged = true;
  chain_.set_anchor(block, height);
  // The branch may not be known here at all.
  if (chain_.awaited_anchor() && chain_.headers().find(block) == nullptr) {
    for (const auto& [peer, state] : peers_) ask_headers(peer);
  }
  advance({});
}

}  // namespace caduceus::med
