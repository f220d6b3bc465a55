#include "host/node/med_store.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"
#include "host/node/records.h"

namespace caduceus {
namespace {

using store::Batch;

// A record's place under its htxM and the block that has it.
struct RecordKey {
  TransactionHash htxm{};
  MblockHash block{};
  static auto fields(auto& self) { return std::tie(self.htxm, self.block); }
};
struct RecordAt {
  std::uint32_t bundle = 0;
  std::uint32_t record = 0;
  static auto fields(auto& self) { return std::tie(self.bundle, self.record); }
};

}  // namespace

void MedStore::for_each_record(const MblockHash& block, const MedBody& body,
                               const std::function<void(const Bytes& key, const Bytes& at)>& visit) {
  for (std::uint32_t bundle = 0; bundle < body.bundles.items.size(); ++bundle) {
    std::uint32_t place = 0;
    for (const TransactionHash& htxm : record_hashes(body.bundles.items[bundle])) {
      visit(encode(RecordKey{htxm, block}), encode(RecordAt{bundle, place++}));
    }
  }
}

Result<std::unique_ptr<MedStore>> MedStore::open(store::Store& store, const NetworkId& net, const MblockHeader& genesis) {
  std::unique_ptr<MedStore> opened(new MedStore(store));
  TRY_VOID(opened->read(net, genesis));
  return opened;
}

Result<void> MedStore::begin(const NetworkId& net, const MblockHeader& genesis) {
  const MblockHash hash = mblock_hash(genesis);
  Batch batch;
  batch.put(Columns::meta, as_bytes(net_key), net);
  batch.put(Columns::headers, hash, encode(genesis));
  batch.put(Columns::final_chain, encode(genesis.height), hash);
  root_ = genesis;
  return store_.write(batch);
}

Result<void> MedStore::read(const NetworkId& net, const MblockHeader& genesis) {
  TRY(const auto its_net, find_record<NetworkId>(store_, Columns::meta, as_bytes(net_key), net_key));
  if (!its_net) return begin(net, genesis);
  if (*its_net != net) return failure("the store is of another network: " + to_hex(*its_net) + ", not " + to_hex(net));

  Result<void> scanned = failure("the store has no final block");
  std::optional<MblockHash> root;
  TRY_VOID(store_.for_each_back_from(Columns::final_chain, std::nullopt, [&](ByteView, ByteView value) {
    const auto hash = record<MblockHash>(value, "final chain");
    if (hash) root = *hash;
    scanned = hash ? Result<void>() : tl::unexpected(hash.error());
    return false;
  }));
  TRY_VOID(scanned);
  TRY(const auto newest, find_record<MblockHeader>(store_, Columns::headers, *root, "header"));
  if (!newest) return failure("the store lacks the header of its newest final block");
  root_ = *newest;
  after_root_ = opened(root_);

  std::vector<OpenRecord> found;
  TRY_VOID(store_.for_each_from(Columns::open_blocks, {}, [&](ByteView key, ByteView value) {
    const auto open = record<OpenRecord>(value, "list of open blocks");
    if (!open) scanned = tl::unexpected(open.error());
    if (open && !std::ranges::equal(encode(open->number), key))
      scanned = failure("the store has an open block under another number than its");
    if (scanned) found.push_back(*open);
    return scanned.has_value();
  }));
  TRY_VOID(scanned);
  for (const auto& [number, hash] : found) {
    TRY(const auto header, find_record<MblockHeader>(store_, Columns::headers, hash, "header"));
    if (!header) return failure("the store lacks the header of block " + to_hex(hash));
    open_.emplace(number, Open{hash, *header, opened(*header)});
    numbers_.emplace(hash, number);
    next_ = number + 1;
  }
  TRY_VOID(store_.for_each_from(Columns::sblocks, {}, [&](ByteView, ByteView value) {
    const auto proof = record<CommitProof>(value, "named Sblock");
    if (!proof) scanned = tl::unexpected(proof.error());
    if (proof) sblocks_.emplace(proof->block.height, *proof);
    return proof.has_value();
  }));
  return scanned;
}

med::Node::Recovered MedStore::recover() const {
  med::Node::Recovered recovered;
  const std::uint64_t newest = root_.height.value();
  const std::uint64_t span = med::HeaderTree::median_span;
  for (std::uint64_t at = newest + 1 > span ? newest + 1 - span : 0; at <= newest; ++at) {
    auto header = header_at(Height(at));
    if (!header) halt("the store has lost the final block of height " + std::to_string(at));
    recovered.recent.push_back(*std::move(header));
  }
  recovered.after_root = after_root_;
  for (const auto& [number, block] : open_) recovered.above.emplace_back(block.header, block.state);
  for (const auto& [height, proof] : sblocks_) recovered.named.push_back(proof);
  recovered.anchor = anchor(root_.height);
  return recovered;
}

Batch MedStore::batch_of(const med::Output& output) {
  for (const med::Chain::Executed& block : output.executed) put(block);
  for (const CommitProof& named : output.named) {
    batch_.put(Columns::sblocks, encode(named.block.height), encode(named));
    sblocks_.insert_or_assign(named.block.height, named);
  }
  if (!output.final.empty()) {
    std::vector<PatriciaTrie> left{after_root_.trie()};
    for (const MblockHeader& header : output.final) settle(header, left);
    drop_what_lost(std::move(left));
    drop_what_none_names();
  }
  if (output.anchor) batch_.put(Columns::anchors, anchor_key(output.anchor->block.roots.anchor_height), encode(*output.anchor));
  return std::exchange(batch_, {});
}

void MedStore::put(const med::Chain::Executed& block) {
  if (numbers_.contains(block.hash)) return;  // the tree had no room for it for a time
  const MblockHeader& header = block.block.header;
  const auto parent = numbers_.find(header.previous);
  CHECK(parent != numbers_.end() || header.previous == mblock_hash(root_));
  const std::array<PatriciaTrie, 1> before{parent == numbers_.end() ? after_root_.trie() : open_.at(parent->second).state.trie()};
  nodes_.put(batch_, block.state.trie(), before);
  batch_.put(Columns::headers, block.hash, encode(header));
  batch_.put(Columns::bodies, block.hash, encode(block.block.body));
  batch_.put(Columns::open_blocks, encode(next_), encode(OpenRecord{next_, block.hash}));
  for_each_record(block.hash, block.block.body, [&](const Bytes& key, const Bytes& at) { batch_.put(Columns::records, key, at); });
  numbers_.emplace(block.hash, next_);
  open_.emplace(next_++, Open{block.hash, header, block.state});
  unwritten_.emplace(block.hash, block.block);
}

void MedStore::settle(const MblockHeader& header, std::vector<PatriciaTrie>& left) {
  const MblockHash hash = mblock_hash(header);
  const auto number = numbers_.find(hash);
  CHECK(number != numbers_.end());  // its body was valid
  const Open block = std::move(open_.extract(number->second).mapped());
  batch_.put(Columns::final_chain, encode(header.height), hash);
  batch_.erase(Columns::open_blocks, encode(number->second));
  numbers_.erase(number);
  unwritten_final_.emplace(header.height, hash);
  root_ = header;
  after_root_ = block.state;
  left.push_back(block.state.trie());
}

void MedStore::drop_what_lost(std::vector<PatriciaTrie> left) {
  left.pop_back();  // the new root's own
  std::set<MblockHash> stays{mblock_hash(root_)};
  std::vector<PatriciaTrie> kept{after_root_.trie()};
  for (auto at = open_.begin(); at != open_.end();) {
    const Open& block = at->second;
    if (stays.contains(block.header.previous)) {
      stays.insert(block.hash);
      kept.push_back(block.state.trie());
      ++at;
      continue;
    }
    erase(block.hash);
    batch_.erase(Columns::open_blocks, encode(at->first));
    left.push_back(block.state.trie());
    numbers_.erase(block.hash);
    at = open_.erase(at);
  }
  // What one has in common with the next one that goes, goes with that: neighbours differ little.
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::vector<PatriciaTrie> others = kept;
    if (i + 1 < left.size()) others.push_back(left[i + 1]);
    nodes_.erase(batch_, left[i], others);
  }
}

void MedStore::drop_what_none_names() {
  std::set<Height> named{root_.sblock_height};
  for (const auto& [number, block] : open_) named.insert(block.header.sblock_height);
  std::erase_if(sblocks_, [&](const auto& one) {
    if (named.contains(one.first)) return false;
    batch_.erase(Columns::sblocks, encode(one.first));
    return true;
  });
}

void MedStore::erase(const MblockHash& block) {
  if (const auto content = body(block)) {
    for_each_record(block, *content, [&](const Bytes& key, const Bytes& /*at*/) { batch_.erase(Columns::records, key); });
  }
  batch_.erase(Columns::headers, block);
  batch_.erase(Columns::bodies, block);
}

std::vector<std::pair<MblockHash, med::State>> MedStore::written(const med::Output& output) {
  std::vector<std::pair<MblockHash, med::State>> states;
  for (const med::Chain::Executed& block : output.executed) {
    unwritten_.erase(block.hash);
    const auto number = numbers_.find(block.hash);
    if (number != numbers_.end()) {
      states.emplace_back(block.hash, open_.at(number->second).state = opened(block.block.header));
    } else if (block.hash == mblock_hash(root_)) {
      states.emplace_back(block.hash, after_root_ = opened(root_));
    }
  }
  for (const MblockHeader& header : output.final) unwritten_final_.erase(header.height);
  return states;
}

std::optional<MedBody> MedStore::body(const MblockHash& block) const {
  if (const auto found = unwritten_.find(block); found != unwritten_.end()) return found->second.body;
  return must_read(find_record<MedBody>(store_, Columns::bodies, block, "body"));
}

std::optional<MblockHeader> MedStore::header(const MblockHash& block) const {
  if (const auto found = unwritten_.find(block); found != unwritten_.end()) return found->second.header;
  return must_read(find_record<MblockHeader>(store_, Columns::headers, block, "header"));
}

std::optional<MblockHash> MedStore::hash_at(Height height) const {
  if (const auto found = unwritten_final_.find(height); found != unwritten_final_.end()) return found->second;
  return must_read(find_record<MblockHash>(store_, Columns::final_chain, encode(height), "final chain"));
}

std::optional<MblockHeader> MedStore::header_at(Height height) const {
  const auto hash = hash_at(height);
  return hash ? header(*hash) : std::nullopt;
}

std::optional<Height> MedStore::height_of(const MblockHash& block) const {
  const auto held = header(block);
  return held && hash_at(held->height) == block ? std::optional(held->height) : std::nullopt;
}

// That of a batch which is under way is not found yet: it is the newest, which the node has itself.
std::optional<CommitProof> MedStore::anchor(Height most) const {
  std::optional<CommitProof> found;
  const auto last_below = [&](std::optional<ByteView> last) {
    const auto read = store_.for_each_back_from(Columns::anchors, last, [&](ByteView, ByteView value) {
      auto proof = must_read(record<CommitProof>(value, "anchor"));
      const bool is_above = last && proof.block.roots.anchor_height > most;
      if (!is_above) found = std::move(proof);
      return is_above;
    });
    if (!read) halt(read.error().message);
  };
  last_below(anchor_key(most));
  if (!found) last_below(std::nullopt);
  return found;
}

std::optional<med::Archive::RecordPlace> MedStore::place_of(const MblockHash& block, const TransactionHash& htxm) const {
  const auto at = must_read(find_record<RecordAt>(store_, Columns::records, encode(RecordKey{htxm, block}), "record's place"));
  return at ? std::optional(RecordPlace{at->bundle, at->record}) : std::nullopt;
}

std::vector<MblockHash> MedStore::blocks_with(const TransactionHash& htxm) const {
  std::vector<MblockHash> blocks;
  const auto read = store_.for_each_from(Columns::records, htxm, [&](ByteView key, ByteView) {
    const RecordKey found = must_read(record<RecordKey>(key, "record's place"));
    if (found.htxm != htxm) return false;
    blocks.push_back(found.block);
    return true;
  });
  if (!read) halt(read.error().message);
  return blocks;
}

}  // namespace caduceus
