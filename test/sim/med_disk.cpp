#include "test/sim/med_disk.h"

#include "core/base/check.h"
#include "test/med_nodes.h"

namespace caduceus::sim {

MedDisk::MedDisk(const MblockHeader& genesis) : final_{genesis}, final_heights_{{mblock_hash(genesis), Height(0)}} {}

void MedDisk::write(const med::Output& output) {
  for (const auto& one : output.executed) {
    if (blocks_.insert_or_assign(one.hash, Stored{one.block, one.state}).second) order_.push_back(one.hash);
  }
  for (const CommitProof& named : output.named) sblocks_.insert_or_assign(named.block.height, named);
  for (const MblockHeader& header : output.final) {
    final_heights_.emplace(mblock_hash(header), header.height);
    final_.push_back(header);
  }
  if (output.anchor) put(*output.anchor);
}

void MedDisk::put(const CommitProof& anchor) { anchors_.insert_or_assign(anchor.block.roots.anchor_height, anchor); }

void MedDisk::lose_newest_final() {
  if (final_.size() == 1) return;
  final_heights_.erase(mblock_hash(final_.back()));
  final_.pop_back();
}

med::Node::Recovered MedDisk::recover() const {
  med::Node::Recovered recovered;
  const std::size_t first = final_.size() > med::HeaderTree::median_span ? final_.size() - med::HeaderTree::median_span : 0;
  recovered.recent.assign(final_.begin() + static_cast<std::ptrdiff_t>(first), final_.end());
  if (const auto root = blocks_.find(mblock_hash(final_.back())); root != blocks_.end()) recovered.after_root = root->second.state;
  for (const MblockHash& hash : order_) {
    const Stored& stored = blocks_.at(hash);
    if (stored.block.header.height > final_.back().height) recovered.above.emplace_back(stored.block.header, stored.state);
  }
  for (const auto& [height, proof] : sblocks_) recovered.named.push_back(proof);
  if (!anchors_.empty()) recovered.anchor = anchors_.rbegin()->second;
  return recovered;
}

std::optional<MedBody> MedDisk::body(const MblockHash& block) const {
  const auto found = blocks_.find(block);
  return found == blocks_.end() ? std::nullopt : std::optional(found->second.block.body);
}

std::optional<MblockHeader> MedDisk::header_at(Height height) const {
  return height.value() < final_.size() ? std::optional(final_[height.value()]) : std::nullopt;
}

std::optional<Height> MedDisk::height_of(const MblockHash& block) const {
  const auto found = final_heights_.find(block);
  return found == final_heights_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<CommitProof> MedDisk::anchor(Height most) const {
  if (anchors_.empty()) return std::nullopt;
  const auto above = anchors_.upper_bound(most);
  return above == anchors_.begin() ? anchors_.rbegin()->second : std::prev(above)->second;
}

std::optional<med::Archive::RecordPlace> MedDisk::place_of(const MblockHash& block, const TransactionHash& htxm) const {
  const auto found = blocks_.find(block);
  return found == blocks_.end() ? std::nullopt : med::find_record(found->second.block.body, htxm);
}

}  // namespace caduceus::sim
