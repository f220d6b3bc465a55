#include "host/node/light_store.h"

#include <algorithm>

#include "host/node/records.h"

namespace caduceus {
namespace {

// Of meta.
constexpr std::string_view net_key = "net", anchor_key = "anchor";

}  // namespace

Result<LightStore> LightStore::open(store::Store& store, const NetworkId& net, const MblockHeader& genesis) {
  LightStore opened(store);
  TRY_VOID(opened.read(net, genesis));
  return opened;
}

Result<void> LightStore::read(const NetworkId& net, const MblockHeader& genesis) {
  TRY(const auto its_net, find_record<NetworkId>(*store_, Columns::meta, as_bytes(net_key), net_key));
  if (!its_net) {
    recent_ = {genesis};
    store::Batch batch;
    batch.put(Columns::meta, as_bytes(net_key), net);
    batch.put(Columns::headers, encode(genesis.height), encode(genesis));
    return store_->write(batch);
  }
  if (*its_net != net) return failure("the store is of another network: " + to_hex(*its_net) + ", not " + to_hex(net));
  TRY_VOID(read_recent());
  TRY(anchor_, find_record<CommitProof>(*store_, Columns::meta, as_bytes(anchor_key), anchor_key));
  if (anchor_ && anchor_->block.roots.anchor != mblock_hash(recent_.back())) {
    return failure("the store's certificate is not of its newest header");
  }
  return {};
}

Result<void> LightStore::read_recent() {
  Result<void> scanned;
  TRY_VOID(store_->for_each_back_from(Columns::headers, std::nullopt, [&](ByteView key, ByteView value) {
    auto header = record<MblockHeader>(value, "header");
    if (!header) {
      scanned = tl::unexpected(header.error());
    } else if (!std::ranges::equal(encode(header->height), key) || (!recent_.empty() && recent_.back().previous != mblock_hash(*header))) {
      scanned = failure("the store's headers do not follow each other at height " + std::to_string(header->height.value()));
    } else {
      recent_.push_back(*std::move(header));
    }
    return scanned.has_value() && recent_.size() < med::HeaderTree::median_span;
  }));
  TRY_VOID(scanned);
  if (recent_.empty()) return failure("the store has no header");
  std::ranges::reverse(recent_);
  return {};
}

store::Batch LightStore::batch_of(const med::LightClient::Output& output) {
  store::Batch batch;
  for (const MblockHeader& header : output.final) batch.put(Columns::headers, encode(header.height), encode(header));
  if (output.anchor) batch.put(Columns::meta, as_bytes(anchor_key), encode(*output.anchor));
  return batch;
}

std::optional<MblockHeader> LightStore::header_at(Height height) const {
  return must_read(find_record<MblockHeader>(*store_, Columns::headers, encode(height), "header"));
}

}  // namespace caduceus
