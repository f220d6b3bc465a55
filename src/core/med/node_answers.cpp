// What a node answers its peers.
#include <algorithm>

#include "core/med/node.h"

namespace caduceus::med {

void Node::on(Peer peer, const GetHeaders& message) {
  const auto& locator = message.locator.items;
  if (auto above = chain_.headers().headers_after(locator, Headers::most_headers)) return send(peer, Headers{{*std::move(above)}});
  // It is behind the anchor, or on no branch of ours: from the genesis block on.
  Height from;
  for (const MblockHash& hash : locator) {
    if (const auto height = archive_.height_of(hash)) {
      from = *height;
      break;
    }
  }
  Headers answer;
  for (Height at = from + 1; at <= chain_.anchor().height() && answer.headers.items.size() < Headers::most_headers; ++at) {
    auto header = archive_.header_at(at);
    if (!header) break;
    answer.headers.items.push_back(*std::move(header));
  }
  send(peer, std::move(answer));
}

void Node::on(Peer peer, const GetBody& message) {
  if (auto body = archive_.body(message.block)) {
    send(peer, Body{message.block, *std::move(body)});
  } else {
    send(peer, NotHere{message.block});
  }
}

void Node::on(Peer peer, const GetSketch& message) {
  auto body = archive_.body(message.block);
  if (!body) return send(peer, NotHere{message.block});
  Sketch sketch{message.block, {}, {}, std::move(body->evidence), std::move(body->aggregate)};
  for (const Bundle& bundle : body->bundles.items) sketch.bundles.items.push_back(id_of(bundle).hash);
  for (const Call& call : body->calls.items) sketch.calls.items.push_back(id_of(call).hash);
  send(peer, std::move(sketch));
}

void Node::on(Peer peer, const GetParts& message) {
  const auto body = archive_.body(message.block);
  if (!body) return send(peer, NotHere{message.block});
  Parts parts{message.block, {}, {}};
  const auto take = [](const auto& from, const auto& places, auto& to) {
    return std::ranges::all_of(places, [&](std::uint32_t place) {
      if (place >= from.size()) return false;
      to.push_back(from[place]);
      return true;
    });
  };
  // Ascending: nobody gets a part twice, so the answer is no larger than the body.
  const auto ascend = [](const auto& places) { return std::ranges::adjacent_find(places, std::ranges::greater_equal()) == places.end(); };
  if (!ascend(message.bundles.items) || !ascend(message.calls.items) ||
      !take(body->bundles.items, message.bundles.items, parts.bundles.items) ||
      !take(body->calls.items, message.calls.items, parts.calls.items)) {
    return ban(peer, Reject::mblock_parts);
  }
  send(peer, std::move(parts));
}

void Node::on(Peer peer, const GetItems& message) {
  for (const ItemId& id : message.items.items) {
    if (const Item* item = pool_.find(id)) send(peer, ItemMessage{*item});
  }
}

}  // namespace caduceus::med
