// What waits for a block, as it goes round: announced, asked for, verified, kept.
#include <algorithm>

#include "core/base/check.h"
#include "core/med/node.h"

namespace caduceus::med {

// A peer may have forgotten what it was told before, or been full: it is told again, a part at a time.
void Node::tell_of_pool(Peer peer) {
  PeerState& state = peers_.at(peer);
  if (state.announced >= pool_.size()) state.announced = 0;
  auto waiting = pool_.ids(state.announced + Have::most_items);
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(state.announced));
  state.announced += waiting.size();
  if (!waiting.empty()) send(peer, Have{{std::move(waiting)}});
}

void Node::on(Peer peer, const Have& message) {
  PeerState& state = peers_.at(peer);
  GetItems wanted;
  for (const ItemId& id : message.items.items) {
    if (pool_.contains(id)) continue;
    if (const auto asked = asked_items_.find(id); asked != asked_items_.end()) {
      AskedItem& item = asked->second;
      const bool is_known = item.peer == peer || std::ranges::find(item.others, peer) != item.others.end();
      if (!is_known && item.others.size() + 1 < most_announcers) item.others.push_back(peer);
    } else if (state.asked_items < most_asked_items) {
      ++state.asked_items;
      asked_items_.emplace(id, AskedItem{peer, now_ + items_patience, {}});
      wanted.items.items.push_back(id);
    }
  }
  if (!wanted.items.items.empty()) send(peer, std::move(wanted));
}

std::size_t Node::asked_of(Peer peer) const {
  return static_cast<std::size_t>(std::ranges::count_if(asked_items_, [&](const auto& one) { return one.second.peer == peer; }));
}

std::vector<ItemId> Node::asked_items(const std::function<bool(const AskedItem&)>& matches) const {
  std::vector<ItemId> ids;
  for (const auto& [id, item] : asked_items_) {
    if (!item.is_verifying && matches(item)) ids.push_back(id);
  }
  return ids;
}

void Node::ask_others(const std::vector<ItemId>& ids) {
  std::map<Peer, GetItems> wanted;
  for (const ItemId& id : ids) {
    const auto asked = asked_items_.find(id);
    CHECK(asked != asked_items_.end());
    AskedItem& item = asked->second;
    if (const auto silent = peers_.find(item.peer); silent != peers_.end()) --silent->second.asked_items;
    std::erase_if(item.others, [&](Peer other) {
      const auto found = peers_.find(other);
      return found == peers_.end() || found->second.asked_items >= most_asked_items;
    });
    if (item.others.empty()) {
      asked_items_.erase(asked);
      continue;
    }
    const Peer next = item.others.front();
    ++peers_.at(next).asked_items;
    item = {next, now_ + items_patience, {item.others.begin() + 1, item.others.end()}};
    wanted[next].items.items.push_back(id);
  }
  for (auto& [peer, message] : wanted) send(peer, std::move(message));
}

void Node::on(Peer peer, const GetItems& message) {
  // Nobody gets an item twice, so the answer is no larger than the pool.
  const auto& ids = message.items.items;
  if (std::set<ItemId>(ids.begin(), ids.end()).size() < ids.size()) return ban(peer, Reject::mblock_parts);
  for (const ItemId& id : ids) {
    if (const Item* item = pool_.find(id)) send(peer, ItemMessage{*item});
  }
}

void Node::on(Peer peer, ItemMessage message) {
  const auto asked = asked_items_.find(id_of(message.item));
  if (asked == asked_items_.end() || asked->second.peer != peer || asked->second.is_verifying) return;
  asked->second.is_verifying = true;
  std::visit([&](auto&& one) { output_.jobs.push_back({peer, std::forward<decltype(one)>(one)}); }, std::move(message.item));
}

void Node::done(Peer peer, VerifiedItem result) {
  if (!result.item) {
    ask_others({result.id});
    return ban(peer, result.item.error());
  }
  asked_items_.erase(result.id);
  if (const auto from = peers_.find(peer); from != peers_.end()) --from->second.asked_items;
  // Refused now: it may be on chain already. Nobody is at fault.
  if (pool(*std::move(result.item))) send_others(peer, Have{{{result.id}}});
}

Checked<ItemId> Node::pool(SignedItem item) {
  const State& state = chain_.state(settled().hash);
  if (auto* bundle = std::get_if<Signed<SignedBundle>>(&item))
    return pool_.add(std::move(*bundle), state, chain_.place_above(chain_.best()));
  if (auto* call = std::get_if<Signed<SignedCall>>(&item)) return pool_.add(std::move(*call), state);
  return pool_.add(std::move(std::get<Signed<ReuseEvidence>>(item)), state);
}

Checked<ItemId> Node::submit(SignedItem item) {
  TRY(const ItemId id, pool(std::move(item)));
  for (const auto& [peer, state] : peers_) send(peer, Have{{{id}}});
  return id;
}

}  // namespace caduceus::med
