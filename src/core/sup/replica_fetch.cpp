// Blocks and snapshots that a replica is asked for, and that it asked for (PROTOCOL.md §8, Fetch and State sync).
#include "core/sup/replica.h"

namespace caduceus::sup {

void Replica::receive(Place sender, const FetchRequest& request) {
  // Above one's own newest nothing is missing from the archive; and `above` may be any number.
  const Height newest = tree_.root().height();
  if (request.above < newest && request.above + 1 < archive_.first()) {
    CHECK(proof_.has_value());  // something was committed
    send(sender, state_sync_.offer(*proof_, tree_.root().state, archive_.first(), now_));
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
  for (Height below = request.above; has_room && below < newest; ++below) {
    const auto block = archive_.at(below + 1);
    if (!block) return;
    has_room = add(*block);
  }
  if (const HeldBlock* target = tree_.find(request.target); has_room && target != nullptr) {
    for (const HeldBlock* block : BlockTree::path(*target, std::max(request.above, newest))) {
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
  if (auto part = state_sync_.give(request, now_)) send(sender, *std::move(part));
}

void Replica::receive(Place sender, const SnapshotPart& part) {
  auto joined = state_sync_.take(sender, part);
  if (!joined) return;
  const SupHeader& header = joined->proof.block;
  if (header.height <= tree_.root().height()) return;
  const BlockHash hash = block_hash(header);
  if (const HeldBlock* held = tree_.find(hash)) {
    // What stands on it stays: the high QC's block may be there, and what this replica voted for, which others rely on it to have.
    commit(*held, joined->proof);
  } else {
    // Its own votes, time-outs and lock stay as they are. The high QC's block, if held, is older than the proof's certificate: a later one would
    // stand on this block, and this one be held too. So nothing is lost that learn() does not fetch the successors of.
    tree_ = BlockTree({{header, {}}, hash, nullptr, joined->state});
    output_.held.clear();
    output_.committed.clear();
    output_.joined = header;
    ledger_.joined(header, joined->state);
    proof_ = joined->proof;
  }
  learn(joined->proof.qc);
}

}  // namespace caduceus::sup
