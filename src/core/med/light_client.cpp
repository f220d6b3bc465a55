#include "core/med/light_client.h"

#include <algorithm>

namespace caduceus::med {
namespace {

// The sender of such a header may be honest: of another opinion about the time, on a branch that was left, or not yet on the anchor's.
bool is_nobodys_fault(Reject reason, bool has_root_moved) {
  if (reason == Reject::mblock_time_future || reason == Reject::mblock_full) return true;
  return has_root_moved && (reason == Reject::mblock_parent || reason == Reject::mblock_below_root);
}

}  // namespace

LightClient::LightClient(const Trust& trust, std::span<const MblockHeader> recent, std::optional<CommitProof> anchor)
    : trust_(trust), tree_(trust.parameters, trust.genesis, recent), anchor_(std::move(anchor)) {}

void LightClient::connected(Peer peer) {
  peers_.try_emplace(peer);
  ask();
}

void LightClient::disconnected(Peer peer) {
  peers_.erase(peer);
  ask();
}

void LightClient::step(Peer peer, const Replied& replied) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || !found->second.open || found->second.open->number != replied.number) return;
  const Open open = *std::exchange(found->second.open, std::nullopt);
  found->second.silences = 0;
  if (const auto good = on_reply(peer, open, replied.reply); !good) {
    output_.banned.push_back({peer, good.error()});
    peers_.erase(peer);
  }
  ask();
}

void LightClient::tick(Tick now, Time wall) {
  now_ = now;
  wall_ = wall;
  for (auto& [id, peer] : peers_) {
    if (!peer.open || peer.open->until > now) continue;
    ++peer.silences;
    has_nothing(id, *std::exchange(peer.open, std::nullopt));
  }
  if (now >= next_period_) {
    next_period_ = now + period(trust_.parameters);
    for (auto& [id, peer] : peers_) peer.is_headers_due = peer.is_anchor_due = true;
    for (auto& [number, look_up] : look_ups_) look_up.asked.clear();
  }
  ask();
}

std::uint64_t LightClient::look_up(const Bytes& state_key) {
  const std::uint64_t number = ++numbers_;
  look_ups_[number] = {tree_.root().header, AskState{tree_.root().hash, {state_key}}, {}};
  ask();
  return number;
}

std::uint64_t LightClient::look_up(const MblockHeader& header, const TransactionHash& htxm) {
  const std::uint64_t number = ++numbers_;
  look_ups_[number] = {header, AskRecord{mblock_hash(header), htxm}, {}};
  ask();
  return number;
}

std::vector<LightClient::PeerView> LightClient::peers() const {
  std::vector<PeerView> views;
  for (const auto& [id, peer] : peers_) {
    const HeldHeader* tip = tree_.find(peer.tip);
    views.push_back({id, tip == nullptr ? Height() : tip->height(), tip == nullptr ? Work() : tip->work, peer.silences});
  }
  return views;
}

bool LightClient::is_settled() const {
  return std::ranges::none_of(peers_, [](const auto& entry) {
    const PeerState& peer = entry.second;
    return peer.open || peer.is_headers_due || peer.is_anchor_due;
  });
}

bool LightClient::has_nobody(std::uint64_t look_up) const {
  const auto found = look_ups_.find(look_up);
  if (found == look_ups_.end() || peers_.empty()) return false;
  return std::ranges::all_of(peers_, [&](const auto& entry) { return found->second.asked.contains(entry.first); });
}

Checked<void> LightClient::on_reply(Peer peer, const Open& open, const Reply& reply) {
  PeerState& state = peers_.at(peer);
  if (std::holds_alternative<NotHeld>(reply)) {
    has_nothing(peer, open);
    if (open.look_up != 0) state.is_anchor_due = true;  // it may know a newer one, and keep the state after that
    return {};
  }
  const auto* list = std::get_if<HeaderList>(&reply);
  if (list != nullptr && std::holds_alternative<AskHeaders>(open.question)) return on_headers(state, open, *list);
  const auto* proof = std::get_if<CommitProof>(&reply);
  if (proof != nullptr && std::holds_alternative<AskAnchor>(open.question)) return on_anchor(state, *proof);
  return on_proof(open, reply);
}

void LightClient::has_nothing(Peer peer, const Open& open) {
  PeerState& state = peers_.at(peer);
  if (std::holds_alternative<AskHeaders>(open.question)) state.is_headers_due = false;
  if (std::holds_alternative<AskAnchor>(open.question)) state.is_anchor_due = false;
  if (const auto look_up = look_ups_.find(open.look_up); look_up != look_ups_.end()) look_up->second.asked.insert(peer);
}

Checked<void> LightClient::on_headers(PeerState& peer, const Open& open, const HeaderList& list) {
  const bool has_root_moved = open.root != tree_.root().hash;
  const HeldHeader* before = tree_.find(peer.last);
  bool is_cut_off = false, leads_on = false;
  for (const MblockHeader& header : list.headers.items) {
    const auto added = tree_.add(header, wall_);
    if (!added && added.error() != Reject::mblock_known) {
      if (!is_nobodys_fault(added.error(), has_root_moved)) return reject(added.error());
      is_cut_off = true;
      break;
    }
    peer.last = mblock_hash(header);
    leads_on = leads_on || added.has_value() || before == nullptr || header.height > before->height();
  }
  peer.tip = list.tip;
  const bool has_more = list.headers.items.size() == HeaderList::most && !is_cut_off;
  // Who goes on for ever with what is known, or names a tip and does not show the way to it, keeps us from asking others.
  if (has_more ? !leads_on : !is_cut_off && !has_root_moved && tree_.find(list.tip) == nullptr) return reject(Reject::mblock_tip);
  peer.is_headers_due = has_more || has_root_moved;
  bind_anchors();
  return {};
}

Checked<void> LightClient::on_anchor(PeerState& peer, const CommitProof& proof) {
  peer.is_anchor_due = false;
  const auto& [block, height] = std::tie(proof.block.roots.anchor, proof.block.roots.anchor_height);
  const HeldHeader& root = tree_.root();
  const bool is_newer = !anchor_ || proof.block.height > anchor_->block.height;
  const auto same = awaited_.find(height);
  const bool is_awaited = same != awaited_.end() && same->second.block.roots.anchor == block;
  if (height < root.height() || is_awaited || (block == root.hash && !is_newer)) return {};

  TRY_VOID(verify(trust_.net, trust_.committee, trust_.commit_depth, proof));
  if (block == root.hash) {
    output_.anchor = anchor_ = proof;  // the same anchor, still the newest one later on
  } else if (height == root.height() || same != awaited_.end()) {
    output_.is_split = true;
  } else if (awaited_.size() < most_awaited) {
    awaited_.emplace(height, proof);
    peer.is_headers_due = true;
    bind_anchors();
  }
  return {};
}

Checked<void> LightClient::on_proof(const Open& open, const Reply& reply) {
  const auto found = look_ups_.find(open.look_up);
  const bool is_wanted = found != look_ups_.end() && found->second.question == open.question;  // or dropped, or now about a newer anchor
  const auto answer = [&](auto proven) {
    output_.answers.push_back({open.look_up, mblock_hash(found->second.header), std::move(proven)});
    look_ups_.erase(found);
  };
  const auto* ask_state = std::get_if<AskState>(&open.question);
  const auto* state = std::get_if<TrieProof>(&reply);
  if (ask_state != nullptr && state != nullptr) {
    if (!is_wanted) return {};
    TRY(auto value, verify(found->second.header.state, ask_state->key.value, *state));
    answer(std::move(value));
    return {};
  }
  const auto* ask_record = std::get_if<AskRecord>(&open.question);
  const auto* record = std::get_if<RecordProof>(&reply);
  if (ask_record != nullptr && record != nullptr) {
    if (!is_wanted) return {};
    TRY_VOID(verify(found->second.header.transactions, ask_record->htxm, *record));
    answer(*record);
    return {};
  }
  return reject(Reject::reply_kind);
}

// From the lowest on: each that is held becomes the root.
void LightClient::bind_anchors() {
  bool has_moved = false;
  for (const auto& [height, proof] : awaited_) {
    const MblockHash& block = proof.block.roots.anchor;
    if (tree_.find(block) == nullptr) continue;
    std::ranges::move(tree_.move_root(block), std::back_inserter(output_.final));
    output_.anchor = anchor_ = proof;
    has_moved = true;
  }
  if (!has_moved) return;
  std::erase_if(awaited_, [&](const auto& entry) { return entry.first <= tree_.root().height(); });
  for (auto& [id, peer] : peers_) peer.is_anchor_due = true;
  for (auto& [number, look_up] : look_ups_) {
    auto* state = std::get_if<AskState>(&look_up.question);
    if (state == nullptr) continue;
    state->block = tree_.root().hash;
    look_up.header = tree_.root().header;
    look_up.asked.clear();
  }
}

void LightClient::ask() {
  // Who answers first, then who knows most.
  std::vector<PeerView> order = peers();
  std::ranges::sort(order, [](const PeerView& a, const PeerView& b) {
    return std::tie(a.silences, b.work, a.peer) < std::tie(b.silences, a.work, b.peer);
  });
  for (const PeerView& view : order) {
    PeerState& peer = peers_.at(view.peer);
    if (peer.open) continue;
    auto question = next_question(view.peer, peer);
    if (!question) continue;
    output_.sends.push_back({view.peer, {question->number, question->question}});
    peer.open = std::move(question);
  }
}

std::optional<LightClient::Open> LightClient::next_question(Peer id, const PeerState& peer) {
  const auto is_open = [&](const auto& matches) {
    return std::ranges::any_of(peers_, [&](const auto& entry) { return entry.second.open && matches(*entry.second.open); });
  };
  const auto open = [&](Question question, std::uint64_t look_up = 0) {
    return Open{++numbers_, std::move(question), look_up, tree_.root().hash, now_ + patience};
  };
  for (const auto& [number, look_up] : look_ups_) {
    const bool is_asked = look_up.asked.contains(id) || is_open([&](const Open& other) { return other.look_up == number; });
    if (!is_asked) return open(look_up.question, number);
  }
  if (peer.is_anchor_due) return open(AskAnchor{tree_.root().height() + anchor_step});
  // The same headers are not loaded twice.
  const bool is_loading = is_open([](const Open& other) { return std::holds_alternative<AskHeaders>(other.question); });
  if (!peer.is_headers_due || is_loading) return std::nullopt;
  const HeldHeader* last = tree_.find(peer.last);
  return open(AskHeaders{{tree_.locator(last == nullptr ? tree_.best_header() : *last)}});
}

}  // namespace caduceus::med
