#include "core/med/sync.h"

#include <algorithm>

namespace caduceus::med {

void Sync::disconnected(Peer peer) {
  std::erase_if(asked_, [&](const auto& one) { return one.second.peer == peer; });
  peers_.erase(peer);
}

void Sync::heard_of(Peer peer, Height height) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || height <= found->second.height) return;
  found->second.height = height;
  found->second.lacks.clear();  // was it slow, or behind: it is asked again as the chain goes on
}

std::vector<Sync::Ask> Sync::plan(std::span<const HeldHeader* const> missing, Tick now) {
  std::vector<Ask> asks;
  for (const HeldHeader* block : missing) {
    if (asked_.size() >= window) break;
    if (asked_.contains(block->hash)) continue;
    auto best = peers_.end();
    for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) {
      const Known& known = peer->second;
      if (known.height < block->height() || known.asked >= most_asked || known.lacks.contains(block->hash)) continue;
      if (best == peers_.end() || std::pair(known.strikes, known.asked) < std::pair(best->second.strikes, best->second.asked)) best = peer;
    }
    if (best == peers_.end()) continue;
    ++best->second.asked;
    asked_.emplace(block->hash, Asked{best->first, now + patience});
    asks.push_back({best->first, block->hash});
  }
  return asks;
}

void Sync::forget(const MblockHash& block) {
  const auto asked = asked_.find(block);
  --peers_.at(asked->second.peer).asked;
  asked_.erase(asked);
}

bool Sync::is_asked(Peer peer, const MblockHash& block) const {
  const auto asked = asked_.find(block);
  return asked != asked_.end() && asked->second.peer == peer;
}

bool Sync::answered(Peer peer, const MblockHash& block) {
  if (!is_asked(peer, block)) return false;
  peers_.at(peer).strikes = 0;
  forget(block);
  return true;
}

void Sync::not_had(Peer peer, const MblockHash& block) {
  if (is_asked(peer, block)) forget(block);
  const auto known = peers_.find(peer);
  if (known == peers_.end()) return;
  if (known->second.lacks.size() >= window) known->second.lacks.clear();
  known->second.lacks.insert(block);
}

std::vector<Peer> Sync::expire(Tick now) {
  std::vector<std::pair<Peer, MblockHash>> late;
  for (const auto& [block, asked] : asked_) {
    if (asked.until <= now) late.emplace_back(asked.peer, block);
  }
  std::vector<Peer> given_up;
  for (const auto& [peer, block] : late) {
    const auto known = peers_.find(peer);
    if (known == peers_.end()) continue;
    not_had(peer, block);
    if (++known->second.strikes < most_strikes) continue;
    given_up.push_back(peer);
    disconnected(peer);
  }
  return given_up;
}

std::optional<Tick> Sync::next() const {
  std::optional<Tick> next;
  for (const auto& [block, asked] : asked_) next = next ? std::min(*next, asked.until) : asked.until;
  return next;
}

}  // namespace caduceus::med
