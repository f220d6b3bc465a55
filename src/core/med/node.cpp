#include "core/med/node.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/med/pow.h"

namespace caduceus::med {
namespace {

// What a peer is not to blame for: it may know more, or less, than we do.
bool is_no_fault(Reject reason) {
  return reason == Reject::mblock_known || reason == Reject::mblock_below_root || reason == Reject::mblock_parent ||
         reason == Reject::mblock_time_future || reason == Reject::mblock_full;
}

Chain restored(const MedParameters& parameters, const MblockHeader& genesis, const Node::Recovered& recovered) {
  Chain chain(parameters, genesis, recovered.recent, recovered.after_root);
  for (const auto& [header, state] : recovered.above) chain.restore(header, state);
  return chain;
}

}  // namespace

Result run(Job job, SignatureVerifier& verifier, const SupTrust& sup, Rng& rng) {
  if (auto* proof = std::get_if<CommitProof>(&job.what)) {
    const auto good = caduceus::verify(sup.net, sup.committee, sup.commit_depth, *proof);
    return {job.peer, VerifiedCommit{good ? Checked<CommitProof>(std::move(*proof)) : tl::unexpected(good.error())}};
  }
  if (auto* body = std::get_if<BodyJob>(&job.what)) {
    return {job.peer, VerifiedBody{body->block, verifier.verify(body->transactions, std::move(body->body), rng)}};
  }
  const auto item = [&](auto&& one, const ItemId& id) -> Result {
    auto verified = verifier.verify(std::forward<decltype(one)>(one), rng);
    return {job.peer,
            VerifiedItem{id, std::move(verified).map([](auto&& good) { return SignedItem(std::forward<decltype(good)>(good)); })}};
  };
  if (auto* bundle = std::get_if<SignedBundle>(&job.what)) return item(std::move(*bundle), id_of(bundle->bundle));
  if (auto* call = std::get_if<SignedCall>(&job.what)) return item(std::move(*call), id_of(call->call));
  auto& evidence = std::get<ReuseEvidence>(job.what);
  return item(std::move(evidence), id_of(Item(evidence)));
}

bool Output::is_empty() const {
  return executed.empty() && final.empty() && !anchor && !is_best_changed && jobs.empty() && sends.empty() && banned.empty() &&
         given_up.empty() && !is_diverged;
}

Node::Node(const NetworkId& net, const MedParameters& parameters, const MblockHeader& genesis, Recovered recovered, const Archive& archive,
           Tick now, Time wall)
    : net_(net),
      chain_(restored(parameters, genesis, recovered)),
      archive_(archive),
      best_(chain_.best().hash),
      settled_(settled().hash),
      sup_(std::move(recovered.anchor)),
      certified_(sup_ ? sup_->block.roots.anchor : MblockHash()),
      now_(now),
      wall_(wall) {
  for (CommitProof& named : recovered.named) sblocks_.emplace(named.block.height, std::move(named));
}

void Node::connected(Peer peer) {
  // What it sent before it was away may still be being verified.
  peers_[peer].asked_items = asked_of(peer);
  sync_.connected(peer);
  ask_headers(peer);
  tell_of_sup(peer);
  tell_of_pool(peer);
}

void Node::disconnected(Peer peer) {
  peers_.erase(peer);
  sync_.disconnected(peer);
  std::erase_if(partial_, [&](const auto& one) { return one.second.peer == peer; });
  ask_others(asked_items([&](const AskedItem& item) { return item.peer == peer; }));
  ask_bodies();
}

void Node::receive(Peer peer, Message message, Time wall) {
  if (!peers_.contains(peer)) return;  // banned or given up a moment ago
  wall_ = wall;
  std::visit([&](auto&& one) { on(peer, std::forward<decltype(one)>(one)); }, std::move(message));
}

void Node::verified(Result result) {
  std::visit([&](auto&& one) { done(result.peer, std::forward<decltype(one)>(one)); }, std::move(result.what));
}

void Node::tick(Tick now) {
  now_ = now;
  for (const Peer peer : sync_.expire(now)) {
    output_.given_up.push_back(peer);
    disconnected(peer);
  }
  // A sketch whose parts did not come was under way all the time.
  std::erase_if(partial_, [&](const auto& one) { return !sync_.is_under_way(one.first); });
  ask_others(asked_items([&](const AskedItem& item) { return item.until <= now; }));
  for (auto& [peer, state] : peers_) {
    if (state.headers_due > now) continue;
    ask_headers(peer);
    tell_of_sup(peer);
    tell_of_pool(peer);
  }
  ask_bodies();
}

std::optional<Tick> Node::next_tick() const {
  std::optional<Tick> next = sync_.next();
  for (const auto& [peer, state] : peers_) next = next ? std::min(*next, state.headers_due) : state.headers_due;
  return next;
}

Output Node::take_output() { return std::exchange(output_, {}); }

void Node::ask_headers(Peer peer) {
  PeerState& state = peers_.at(peer);
  state.headers_due = now_ + headers_period;
  state.asked_headers = true;
  // From where its last answer ended, were that lighter so far than the best header: else it would answer the same again.
  const HeaderTree& tree = chain_.headers();
  const HeldHeader* last = state.last ? tree.find(*state.last) : nullptr;
  send(peer, AskHeaders{{tree.locator(last == nullptr ? tree.best_header() : *last)}});
}

void Node::send_others(Peer but, const Message& message) {
  for (const auto& [peer, state] : peers_) {
    if (peer != but) send(peer, message);
  }
}

void Node::ban(Peer peer, Reject reason) {
  if (!peers_.contains(peer)) return;
  output_.banned.push_back({peer, reason});
  disconnected(peer);
}

// Headers and bodies.

void Node::on(Peer peer, const HeaderList& message) {
  PeerState& state = peers_.at(peer);
  const bool was_asked = std::exchange(state.asked_headers, false);
  const HeaderTree& tree = chain_.headers();
  const HeldHeader* before = state.last ? tree.find(*state.last) : nullptr;
  const Height least = before == nullptr ? Height() : before->height();
  std::optional<MblockHash> last;
  bool leads_on = false;
  for (const MblockHeader& header : message.headers.items) {
    const auto is_known = knows_named(header);
    if (!is_known) return ban(peer, is_known.error());
    if (!*is_known) {
      // R17.1: held back, that is to say asked for again, when the Sblock is known.
      state.asked_sblock = header.sblock_height;
      send(peer, GetSblock{header.sblock_height});
      break;
    }
    const auto added = chain_.add(header, wall_);
    if (added) {
      leads_on = true;
    } else if (added.error() == Reject::mblock_parent) {
      // An announcement of what stands on blocks that are not held; an answer would begin above one that is.
      if (!was_asked) ask_headers(peer);
      break;
    } else if (!is_no_fault(added.error())) {
      return ban(peer, added.error());
    } else if (added.error() != Reject::mblock_known) {
      break;
    }
    last = mblock_hash(header);
    leads_on = leads_on || header.height > least;  // what is known leads on, too, but not for ever
    sync_.heard_of(peer, header.height);
  }
  if (was_asked) {
    const bool has_more = tree.find(message.tip) == nullptr;
    if (last || !has_more) state.last = has_more ? last : std::nullopt;
    if (has_more && leads_on) ask_headers(peer);
  }
  advance({});
}

void Node::ask_bodies() {
  std::vector<const HeldHeader*> missing = chain_.missing(2 * Sync::window);
  std::erase_if(missing, [&](const HeldHeader* one) { return verifying_.contains(one->hash); });
  for (const Sync::Ask& ask : sync_.plan(missing, now_)) {
    // Of the next block most is here already, when there is anything in it.
    const bool is_next = chain_.headers().find(ask.block)->parent == &chain_.best();
    if (is_next && pool_.size() > 0) {
      send(ask.peer, GetSketch{ask.block});
    } else {
      send(ask.peer, GetBody{ask.block});
    }
  }
}

void Node::on(Peer peer, Body message) {
  if (sync_.answered(peer, message.block)) verify(peer, message.block, std::move(message.body));
}

void Node::on(Peer peer, Sketch message) {
  if (partial_.contains(message.block) || !sync_.is_asked(peer, message.block)) return;
  Partial partial{peer, {}, {}, {}};
  for (const Bytes32& hash : message.bundles.items) {
    const Item* item = pool_.find({ItemKind::bundle, hash});
    if (item == nullptr) partial.bundles.push_back(static_cast<std::uint32_t>(partial.body.bundles.items.size()));
    partial.body.bundles.items.push_back(item == nullptr ? Bundle{} : std::get<SignedBundle>(*item).bundle);
  }
  for (const Bytes32& hash : message.calls.items) {
    const Item* item = pool_.find({ItemKind::call, hash});
    if (item == nullptr) partial.calls.push_back(static_cast<std::uint32_t>(partial.body.calls.items.size()));
    partial.body.calls.items.push_back(item == nullptr ? Call{} : std::get<SignedCall>(*item).call);
  }
  partial.body.evidence = std::move(message.evidence);
  partial.body.aggregate = std::move(message.aggregate);
  if (partial.bundles.empty() && partial.calls.empty()) {
    sync_.answered(peer, message.block);
    return verify(peer, message.block, std::move(partial.body));
  }
  send(peer, GetParts{message.block, {partial.bundles}, {partial.calls}});
  partial_.emplace(message.block, std::move(partial));
}

void Node::on(Peer peer, Parts message) {
  const auto found = partial_.find(message.block);
  if (found == partial_.end() || found->second.peer != peer || !sync_.answered(peer, message.block)) return;
  Partial partial = std::move(partial_.extract(found).mapped());
  auto& bundles = message.bundles.items;
  auto& calls = message.calls.items;
  if (bundles.size() != partial.bundles.size() || calls.size() != partial.calls.size()) return ban(peer, Reject::mblock_transactions);
  for (std::size_t i = 0; i < bundles.size(); ++i) partial.body.bundles.items[partial.bundles[i]] = std::move(bundles[i]);
  for (std::size_t i = 0; i < calls.size(); ++i) partial.body.calls.items[partial.calls[i]] = std::move(calls[i]);
  verify(peer, message.block, std::move(partial.body));
}

void Node::on(Peer peer, const NotHere& message) {
  partial_.erase(message.block);
  sync_.not_had(peer, message.block);
  ask_bodies();
}

void Node::verify(Peer peer, const MblockHash& block, MedBody body) {
  if (!chain_.is_wanted(block) || !verifying_.insert(block).second) return;
  output_.jobs.push_back({peer, BodyJob{block, chain_.headers().find(block)->header.transactions, std::move(body)}});
}

void Node::done(Peer peer, VerifiedBody result) {
  verifying_.erase(result.block);
  if (!result.body) {
    ban(peer, result.body.error());
    // The body is under the header's hash: if it is this one, the block is invalid for everybody.
    if (result.body.error() == Reject::mblock_transactions) {
      sync_.not_had(peer, result.block);
    } else if (chain_.is_wanted(result.block)) {
      chain_.set_invalid(result.block);
    }
    return advance({});
  }
  if (!chain_.is_wanted(result.block)) return ask_bodies();
  auto executed = chain_.add(result.block, *std::move(result.body));
  if (!executed) ban(peer, executed.error());
  advance(executed ? *std::move(executed) : std::vector<Chain::Executed>());
}

const HeldHeader& Node::settled() const {
  const HeldHeader* at = &chain_.best();
  for (std::size_t i = 0; i < settled_depth && at->parent != nullptr; ++i) at = at->parent;
  return *at;
}

void Node::advance(std::vector<Chain::Executed> executed) {
  for (const Chain::Executed& one : executed) {
    const HeldHeader* held = chain_.headers().find(one.hash);
    if (held == nullptr || held->parent == nullptr || held->header.sblock_height == held->parent->header.sblock_height) continue;
    if (const auto named = sblocks_.find(held->header.sblock_height); named != sblocks_.end()) output_.named.push_back(named->second);
  }
  std::ranges::move(executed, std::back_inserter(output_.executed));
  std::ranges::move(chain_.take_final(), std::back_inserter(output_.final));
  output_.is_diverged = output_.is_diverged || chain_.is_diverged();
  std::erase_if(sblocks_, [&](const auto& one) { return one.first < chain_.anchor().header.sblock_height; });
  if (sup_ && chain_.anchor().hash == sup_->block.roots.anchor && chain_.anchor().hash != certified_) {
    certified_ = chain_.anchor().hash;
    output_.anchor = sup_;
  }
  const HeldHeader& best = chain_.best();
  if (best.hash != best_) {
    best_ = best.hash;
    output_.is_best_changed = true;
    // Who lacks what is below asks for it.
    for (const auto& [peer, state] : peers_) send(peer, HeaderList{best.hash, {{best.header}}});
  }
  if (const HeldHeader& floor = settled(); floor.hash != settled_) {
    settled_ = floor.hash;
    pool_.sweep(chain_.state(floor.hash), chain_.place_above(best));
  }
  ask_bodies();
}

// Mining.

Candidate Node::candidate(const Identity& miner, Time wall) {
  const HeldHeader& parent = chain_.best();
  const BlockPlace place = chain_.place_above(parent);
  Candidate candidate{{}, pool_.assemble(net_, chain_.state(parent.hash), place)};
  MblockHeader& header = candidate.header;
  header.height = place.height;
  header.previous = parent.hash;
  header.transactions = transaction_tree(candidate.body.value()).root();
  Transition after(chain_.state(parent.hash), place);
  CHECK(after.apply(candidate.body.value()));
  header.state = after.state().root();
  header.target = chain_.headers().target_above(parent);
  header.miner = miner;
  header.time = std::max(wall, place.median_time_past + 1);
  // A branch names Sblocks in their order. A block is not older than the one it names (R17.6).
  if (sup_ && sup_->block.height > parent.header.sblock_height) {
    header.sblock = block_hash(sup_->block);
    header.sblock_height = sup_->block.height;
    header.time = std::max(header.time, sup_->block.time);
    sblocks_.emplace(sup_->block.height, *sup_);
  } else {
    header.sblock = parent.header.sblock;
    header.sblock_height = parent.header.sblock_height;
    header.time = std::max(header.time, parent.header.time);
  }
  return candidate;
}

Checked<void> Node::mined(Candidate candidate, Time wall) {
  TRY(const HeldHeader* held, chain_.add(candidate.header, wall));
  if (!chain_.is_wanted(held->hash)) return {};
  TRY(auto executed, chain_.add(held->hash, std::move(candidate.body)));
  advance(std::move(executed));
  return {};
}

}  // namespace caduceus::med
