// Blocks and snapshots that a replica is asked for, and that it asked for (PROTOCOL.md §8, Fetch and State sync).
#include "core/sup/replica.h"

namespace caduceus::sup {

void Replica::receive(Place sender, const FetchRequest& request) {
  if (request.above + 1 < archive_.first()) {
    CHECK(proof_.has_value());  // of genesis all are kept
    send(sender, state_sync_.offer(*proof_, tree_.root().state, archive_.first()));
    return;
  }
  FetchResponse response{request.target, {}};
  auto& blocks = response.blocks.items;
  std::size_t bytes = 4096;  // what else is in the message
  const auto add = [&](const SupBlock& block) {
    bytes += encode(block).size();
    if (blocks.size() == most_fetched_blocks || (!blocks.empty() && bytes > most_fetched_bytes)) return false;
    blocks.push_back(block);
    return true;
  };
  bool has_room = true;
  for (Height at = request.above + 1; has_room && at <= tree_.root().height(); ++at) {
    const auto block = archive_.at(at);
    if (!block) return;
    has_room = add(*block);
  }
  if (const HeldBlock* target = tree_.find(request.target); has_room && target != nullptr) {
    for (const HeldBlock* block : BlockTree::path(*target, std::max(request.above, tree_.root().height()))) {
      if (!add(block->block)) break;
    }
  }
  if (!blocks.empty()) send(sender, std::move(response));
}

void Replica::receive(Place /*sender*/, const FetchResponse& response) {
  if (!fetch_.wanted()) return;
  std::optional<Height> held;
  const auto& blocks = response.blocks.items;
  for (std::size_t i = 0; i < blocks.size() && fetch_.wanted(); ++i) {
    const BlockHash hash = block_hash(blocks[i].header);
    // The last one is vouched for by nobody but our own certificate.
    if (i + 1 == blocks.size() && hash != fetch_.wanted()->block) break;
    if (tree_.find(hash) == nullptr && tree_.find(blocks[i].header.parent()) == nullptr) continue;
    if (const auto kept = keep(blocks[i], hash); !kept) {
      output_.diverged = kept.error();
      return;
    }
    held = blocks[i].header.height;
  }
  if (held) fetch_.advance(*held);
}

void Replica::receive(Place sender, const SnapshotOffer& offer) {
  // Only from who was asked: else one that offers again and again, and then is silent, would be the only one to be heard.
  if (fetch_.wanted() && fetch_.asked() == sender && offer.proof.block.height > tree_.root().height())
    state_sync_.begin(sender, offer, now_);
}

void Replica::receive(Place sender, const SnapshotRequest& request) {
  if (auto part = state_sync_.give(request)) send(sender, *std::move(part));
}

void Replica::receive(Place sender, const SnapshotPart& part) {
  auto joined = state_sync_.take(sender, part);
  if (!joined || joined->proof.block.height <= tree_.root().height()) return;
  // Its own votes, time-outs and lock stay as they are.
  tree_ = BlockTree({{joined->proof.block, {}}, block_hash(joined->proof.block), nullptr, joined->state});
  output_.held.clear();
  output_.committed.clear();
  output_.joined = joined->proof.block;
  ledger_.joined(joined->proof.block, joined->state);
  learn(joined->proof.qc);
  proof_ = std::move(joined->proof);
}

}  // namespace caduceus::sup
