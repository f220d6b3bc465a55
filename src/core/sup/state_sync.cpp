#include "core/sup/state_sync.h"

namespace caduceus::sup {

SnapshotOffer StateSync::offer(const CommitProof& newest, const StateRef& state, Height first_height) {
  if (!given_ || given_->offer.proof.block.height + 1 < first_height) given_ = Given{{newest}, block_hash(newest.block), state};
  return given_->offer;
}

std::optional<SnapshotPart> StateSync::give(const SnapshotRequest& request) const {
  if (!given_ || given_->block != request.block) return std::nullopt;
  auto part = ledger_.part(given_->state, request.cursor.value);
  if (!part) return std::nullopt;
  return SnapshotPart{request.block, request.cursor, std::move(part->content), std::move(part->next)};
}

void StateSync::begin(Place from, const SnapshotOffer& offer) {
  if (taking_) return;
  taking_ = Taking{from, offer.proof, block_hash(offer.proof.block), ledger_.restore(), {}, 0, 0, {}};
}

std::optional<StateSync::Joined> StateSync::take(Place from, const SnapshotPart& part) {
  if (!taking_ || from != taking_->from || part.block != taking_->block || part.cursor != taking_->cursor) return std::nullopt;
  if (++taking_->parts > most_parts || !taking_->restorer->add(part.content.value)) {
    taking_.reset();
    return std::nullopt;
  }
  if (!part.next.value.empty()) {
    taking_->cursor = part.next;
    taking_->asked = 0;
    taking_->next = Tick(0);
    return std::nullopt;
  }
  auto state = taking_->restorer->finish(taking_->proof.block.roots);
  std::optional<Joined> joined;
  if (state) joined = Joined{taking_->proof, *std::move(state)};
  taking_.reset();
  return joined;
}

std::optional<StateSync::Ask> StateSync::due(Tick now) {
  if (!taking_ || now < taking_->next) return std::nullopt;
  if (++taking_->asked > most_asked) {
    taking_.reset();
    return std::nullopt;
  }
  taking_->next = now + retry_;
  return Ask{taking_->from, {taking_->block, taking_->cursor}};
}

}  // namespace caduceus::sup
