#include "host/node/sup_store.h"

#include "host/node/records.h"

namespace caduceus {
namespace {

using store::Batch;
using Columns = SupStore::Columns;

constexpr auto meta = Columns::meta, blocks = Columns::blocks;

Bytes key_of_version(Height height) {
  Bytes key(SupStore::version_key.begin(), SupStore::version_key.end());
  const Bytes number = encode(height);
  key.insert(key.end(), number.begin(), number.end());
  return key;
}

template <class T>
Result<std::optional<T>> find(const store::Store& store, std::string_view key) {
  return find_record<T>(store, meta, as_bytes(key), key);
}

}  // namespace

SupStore::SupStore(store::Store& store, std::uint64_t kept)
    : store_(store), kept_(kept), state_nodes_(store, Columns::state), revocation_nodes_(store, Columns::revocations) {}

Result<std::unique_ptr<SupStore>> SupStore::open(store::Store& store, const NetworkId& net, std::uint64_t kept) {
  std::unique_ptr<SupStore> opened(new SupStore(store, kept));
  TRY_VOID(opened->read(net));
  return opened;
}

Result<void> SupStore::read(const NetworkId& net) {
  TRY(const auto its_net, find<NetworkId>(store_, net_key));
  if (!its_net) {
    batch_.put(meta, as_bytes(net_key), net);
    return {};
  }
  if (*its_net != net) return failure("the store is of another network: " + to_hex(*its_net) + ", not " + to_hex(net));
  TRY(safety_, find<sup::SafetyState>(store_, safety_key));
  TRY(abstention_, find<sup::Abstention>(store_, abstention_key));
  TRY(newest_, find<CommitProof>(store_, newest_key));
  TRY(const auto first, find<Height>(store_, first_key));
  if (first) first_ = *first;

  Result<void> scanned;
  const Bytes above = encode(newest_ ? newest_->block.height + 1 : Height(0));
  TRY_VOID(store_.for_each_from(blocks, above, [&](ByteView key, ByteView) {
    const auto place = decode<BlockName>(key);
    if (place) held_.insert(*place);
    if (!place) scanned = failure("the store has a block under a key that is none");
    return place.has_value();
  }));
  TRY_VOID(scanned);
  const ByteView prefix = as_bytes(version_key);
  TRY_VOID(store_.for_each_from(meta, prefix, [&](ByteView key, ByteView value) {
    if (key.size() != prefix.size() + sizeof(std::uint64_t) || !std::ranges::equal(key.first(prefix.size()), prefix)) return false;
    const auto height = decode<Height>(key.subspan(prefix.size()));
    const auto header = record<SupHeader>(value, version_key);
    if (!header) scanned = tl::unexpected(header.error());
    if (header && header->height != *height) scanned = failure("the store has a state under another height than its");
    if (scanned) versions_.push_back({*header, sup::SupState::open(header->roots, state_nodes_, revocation_nodes_)});
    return scanned.has_value();
  }));
  TRY_VOID(scanned);
  if (newest_ && (versions_.empty() || versions_.back().header != newest_->block)) {
    return failure("the store lacks the state after its newest block: restore this hospital's SUP from a snapshot");
  }
  return {};
}

Batch SupStore::restored(const NetworkId& net, const sup::Abstention& abstention) {
  Batch batch;
  batch.put(meta, as_bytes(net_key), net);
  batch.put(meta, as_bytes(abstention_key), encode(abstention));
  return batch;
}

sup::Recovered SupStore::recover(const sup::SafetyState& initial) const {
  sup::Recovered recovered{safety_.value_or(initial), newest_, {}, abstention_};
  for (const BlockName& name : held_) {
    const auto bytes = must_read(store_.get(blocks, encode(name)));
    CHECK(bytes.has_value());
    recovered.uncommitted.push_back(must_read(record<SupBlock>(*bytes, "block")));
  }
  return recovered;
}

Batch SupStore::batch_of(const sup::Output& output) {
  if (output.safety) batch_.put(meta, as_bytes(safety_key), encode(*output.safety));
  if (output.abstention) batch_.put(meta, as_bytes(abstention_key), encode(*output.abstention));
  if (output.is_back) batch_.erase(meta, as_bytes(abstention_key));
  for (const SupBlock& block : output.held) {
    const BlockName name{block.header.height, block_hash(block.header)};
    if (held_.insert(name).second) batch_.put(blocks, encode(name), encode(block));
  }
  if (output.joined) begin_above(*output.joined);
  for (const SupBlock& block : output.committed) commit(block);
  if (output.proof) {
    newest_ = output.proof;
    batch_.put(meta, as_bytes(newest_key), encode(*newest_));
    prune();
    drop_old_versions(output.committed.size() + most_dropped);
  }
  return std::exchange(batch_, {});
}

void SupStore::commit(const SupBlock& block) {
  const BlockName name{block.header.height, block_hash(block.header)};
  if (held_.erase(name) == 0) batch_.put(blocks, encode(name), encode(block));
  // What else was held at this height lost.
  while (!held_.empty() && held_.begin()->height <= block.header.height) {
    batch_.erase(blocks, encode(*held_.begin()));
    held_.erase(held_.begin());
  }
  unwritten_.emplace(block.header.height, block);
}

void SupStore::begin_above(const SupHeader& joined) {
  batch_.erase_range(blocks, encode(Height(0)), encode(joined.height + 1));
  std::erase_if(held_, [&](const BlockName& name) { return name.height <= joined.height; });
  unwritten_.clear();
  first_ = joined.height + 1;
  batch_.put(meta, as_bytes(first_key), encode(first_));
}

void SupStore::prune() {
  constexpr std::uint64_t at_once = 256;
  const std::uint64_t held = newest_->block.height.value() + 1 - first_.value();
  if (held < kept_ || held - kept_ < at_once) return;
  const Height first(newest_->block.height.value() + 1 - kept_);
  batch_.erase_range(blocks, encode(first_), encode(first));
  first_ = first;
  batch_.put(meta, as_bytes(first_key), encode(first_));
}

void SupStore::written(Height committed) { unwritten_.erase(unwritten_.begin(), unwritten_.upper_bound(committed)); }

std::optional<SupBlock> SupStore::at(Height height) const {
  if (!newest_ || height < first_ || height > newest_->block.height) return std::nullopt;
  if (const auto found = unwritten_.find(height); found != unwritten_.end()) return found->second;
  std::optional<SupBlock> block;
  const Bytes wanted = encode(height);
  const auto read = store_.for_each_from(blocks, wanted, [&](ByteView key, ByteView value) {
    if (std::ranges::equal(key.first(wanted.size()), wanted)) block = must_read(record<SupBlock>(value, "block"));
    return false;
  });
  if (!read) halt(read.error().message);
  if (!block) halt("the store has lost the block of height " + std::to_string(height.value()));
  return block;
}

void SupStore::keep(const SupHeader& committed, const std::shared_ptr<const sup::SupState>& state) {
  std::vector<PatriciaTrie> states;
  std::vector<PatriciaTrie> revocations;
  if (!versions_.empty()) {
    states.push_back(versions_.back().state->state());
    revocations.push_back(versions_.back().state->revocations());
  }
  state_nodes_.put(batch_, state->state(), states);
  revocation_nodes_.put(batch_, state->revocations(), revocations);
  batch_.put(meta, key_of_version(committed.height), encode(committed));
  versions_.push_back({committed, state});
}

// Not only the oldest: else one that is read for long would keep all that came after it.
void SupStore::drop_old_versions(std::size_t most) {
  for (std::size_t i = 0; most > 0 && i + most_versions < versions_.size();) {
    if (versions_[i].state.use_count() > 1) {
      ++i;
      continue;
    }
    --most;
    const Version old = std::move(versions_[i]);
    versions_.erase(versions_.begin() + static_cast<std::ptrdiff_t>(i));
    std::vector<PatriciaTrie> states;
    std::vector<PatriciaTrie> revocations;
    for (const Version& version : versions_) {
      states.push_back(version.state->state());
      revocations.push_back(version.state->revocations());
    }
    state_nodes_.erase(batch_, old.state->state(), states);
    revocation_nodes_.erase(batch_, old.state->revocations(), revocations);
    batch_.erase(meta, key_of_version(old.header.height));
  }
}

std::shared_ptr<const sup::SupState> SupStore::load(const SupHeader& committed) {
  CHECK(!versions_.empty() && versions_.back().header.height == committed.height);
  return versions_.back().state;
}

}  // namespace caduceus
