#include "core/sup/state_sync.h"

#include <algorithm>

namespace caduceus::sup {

SnapshotOffer StateSync::offer(const CommitProof& newest, const StateRef& state, Height first_height, Tick now) {
  if (!given_ || given_->offer.proof.block.height + 1 < first_height) given_ = Given{{newest}, block_hash(newest.block), state, now};
  given_->asked = now;
  return given_->offer;
}

std::optional<SnapshotPart> StateSync::give(const SnapshotRequest& request, Tick now) {
  if (!given_ || given_->block != request.block) return std::nullopt;
  given_->asked = now;
  auto part = ledger_.part(given_->state, request.cursor.value);
  if (!part) return std::nullopt;
  return SnapshotPart{request.block, request.cursor, std::move(part->content), std::move(part->next)};
}

void StateSync::release(Tick now) {
  if (given_ && now >= given_->asked + kept * retry_) given_.reset();
}

void StateSync::begin(Place from, const SnapshotOffer& offer, Tick now) {
  const bool gives = std::ranges::find(takings_, from, &Taking::from) != takings_.end();
  if (gives || liars_.contains(from) || !wants_offer(now)) return;
  takings_.push_back({from, offer.proof, block_hash(offer.proof.block), ledger_.restore(), {}, 0, 0, {}, now});
}

std::optional<StateSync::Joined> StateSync::take(Place from, const SnapshotPart& part) {
  const auto taking = std::ranges::find(takings_, from, &Taking::from);
  if (taking == takings_.end() || part.block != taking->block || part.cursor != taking->cursor) return std::nullopt;
  if (++taking->parts <= most_parts && taking->restorer->add(part.content.value)) {
    if (!part.next.value.empty()) {
      taking->cursor = part.next;
      taking->asked = 0;
      taking->next = Tick(0);
      return std::nullopt;
    }
    if (auto state = taking->restorer->finish(taking->proof.block.roots)) {
      std::optional<Joined> joined;
      joined = Joined{taking->proof, *std::move(state)};
      takings_.clear();
      liars_.clear();
      return joined;
    }
  }
  liars_.insert(from);
  takings_.erase(taking);
  return std::nullopt;
}

std::vector<StateSync::Ask> StateSync::due(Tick now) {
  std::vector<Ask> asks;
  std::erase_if(takings_, [&](Taking& taking) {
    if (now < taking.next) return false;
    if (++taking.asked > most_asked) return true;
    taking.next = now + retry_;
    asks.push_back({taking.from, {taking.block, taking.cursor}});
    return false;
  });
  return asks;
}

std::optional<Tick> StateSync::next() const {
  if (takings_.empty()) return std::nullopt;
  return std::ranges::min_element(takings_, {}, &Taking::next)->next;
}

}  // namespace caduceus::sup
