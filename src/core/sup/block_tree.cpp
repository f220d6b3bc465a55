#include "core/sup/block_tree.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "core/base/check.h"

namespace caduceus::sup {

std::size_t BlockTree::HashOf::operator()(const BlockHash& hash) const noexcept {
  std::size_t first = 0;
  std::memcpy(&first, hash.data(), sizeof first);
  return first;
}

BlockTree::BlockTree(HeldBlock root) {
  const BlockHash hash = root.hash;
  root.parent = nullptr;
  root_ = blocks_.emplace(hash, std::make_unique<HeldBlock>(std::move(root))).first->second.get();
}

const HeldBlock* BlockTree::find(const BlockHash& hash) const {
  const auto found = blocks_.find(hash);
  return found == blocks_.end() ? nullptr : found->second.get();
}

bool BlockTree::extends(const HeldBlock& block, const BlockHash& ancestor) {
  for (const HeldBlock* at = &block; at != nullptr; at = at->parent) {
    if (at->hash == ancestor) return true;
  }
  return false;
}

bool BlockTree::has_uncommitted_body(const HeldBlock& block) const {
  for (const HeldBlock* at = &block; at != root_; at = at->parent) {
    if (!at->block.body.value.empty()) return true;
  }
  return false;
}

std::vector<const HeldBlock*> BlockTree::path(const HeldBlock& block, Height below) {
  std::vector<const HeldBlock*> path;
  for (const HeldBlock* at = &block; at != nullptr && at->height() > below; at = at->parent) path.push_back(at);
  std::ranges::reverse(path);
  return path;
}

const HeldBlock& BlockTree::add(const SupBlock& block, const BlockHash& hash, StateRef state) {
  const HeldBlock* parent = find(block.header.parent());
  CHECK(parent != nullptr);
  return *blocks_.emplace(hash, std::make_unique<HeldBlock>(HeldBlock{block, hash, parent, std::move(state)})).first->second;
}

Checked<const HeldBlock*> BlockTree::insert(Ledger& ledger, const SupBlock& block, const BlockHash& hash) {
  if (const HeldBlock* held = find(hash)) return held;
  const HeldBlock* parent = find(block.header.parent());
  CHECK(parent != nullptr);
  if (block.header.height != parent->height() + 1) return reject(Reject::block_height);
  if (block.header.time < parent->block.header.time) return reject(Reject::block_time);
  TRY(StateRef state, ledger.execute(parent->state, {parent->hash, block.header.height, block.header.time}, block.body.value));
  if (state->roots != block.header.roots) return reject(Reject::block_roots);
  return &add(block, hash, std::move(state));
}

void BlockTree::commit(const HeldBlock& block) {
  std::unordered_set<const HeldBlock*> stay{&block};
  std::unordered_set<const HeldBlock*> go;
  for (const auto& [hash, held] : blocks_) {
    std::vector<const HeldBlock*> walked;
    const HeldBlock* at = held.get();
    while (at != nullptr && !stay.contains(at) && !go.contains(at)) {
      walked.push_back(at);
      at = at->parent;
    }
    (at != nullptr && stay.contains(at) ? stay : go).insert(walked.begin(), walked.end());
  }
  std::erase_if(blocks_, [&](const auto& entry) { return go.contains(entry.second.get()); });
  root_ = &block;
  blocks_.at(block.hash)->parent = nullptr;
}

}  // namespace caduceus::sup
