// What a node answers its peers, and light clients.
#include <algorithm>

#include "core/med/node.h"

namespace caduceus::med {

std::optional<HeaderList> Node::headers_after(std::span<const MblockHash> locator) const {
  const HeaderTree& tree = chain_.headers();
  HeaderList list{chain_.best().hash, {}};
  auto& headers = list.headers.items;
  if (auto above = tree.headers_after(locator, HeaderList::most)) {
    headers = *std::move(above);
    return list;
  }
  // It is behind the anchor: from the archive up to that, and on from there.
  std::optional<Height> from;
  for (std::size_t i = 0; i < locator.size() && !from; ++i) from = archive_.height_of(locator[i]);
  if (!from) return std::nullopt;
  const HeldHeader& anchor = chain_.anchor();
  for (Height at = *from + 1; at <= anchor.height() && headers.size() < HeaderList::most; ++at) {
    auto header = archive_.header_at(at);
    if (!header) return std::nullopt;
    headers.push_back(*std::move(header));
  }
  std::ranges::move(*tree.headers_after({&anchor.hash, 1}, HeaderList::most - headers.size()), std::back_inserter(headers));
  return list;
}

void Node::on(Peer peer, const AskHeaders& message) {
  send(peer, headers_after(message.locator.items).value_or(HeaderList{chain_.best().hash, {}}));
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

// Light clients.

Reply Node::answer(const Question& question) const {
  return std::visit([&](const auto& asked) { return reply(asked); }, question);
}

Reply Node::reply(const AskHeaders& asked) const {
  auto list = headers_after(asked.locator.items);
  return list ? Reply(*std::move(list)) : NotHeld{};
}

Reply Node::reply(const AskAnchor& asked) const {
  // The newest one that binds: on disk is the first that came with this anchor.
  if (sup_ && sup_->block.roots.anchor == chain_.anchor().hash && chain_.anchor().height() <= asked.most) return *sup_;
  auto proof = archive_.anchor(asked.most);
  return proof ? Reply(*std::move(proof)) : NotHeld{};
}

Reply Node::reply(const AskState& asked) const {
  const HeldHeader* held = chain_.headers().find(asked.block);
  if (held == nullptr || held->body != BodyState::valid) return NotHeld{};
  return chain_.state(asked.block).trie().prove(asked.key.value);
}

Reply Node::reply(const AskRecord& asked) const {
  const auto place = archive_.place_of(asked.block, asked.htxm);
  const auto body = place ? archive_.body(asked.block) : std::nullopt;
  return body ? Reply(prove_record(*body, place->bundle, place->record)) : NotHeld{};
}

}  // namespace caduceus::med
