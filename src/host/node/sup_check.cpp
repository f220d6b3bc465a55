#include "host/node/sup_check.h"

#include "host/node/records.h"
#include "host/node/sup_safety_check.h"

namespace caduceus {
namespace {

using Columns = SupStore::Columns;

std::string text_of(Height height) { return std::to_string(height.value()); }

class Check {
 public:
  Check(const store::Store& store, const sup::Genesis& genesis, sup::Place self, const std::function<void(Height)>& progress,
        SupReplay& replay)
      : store_(store),
        genesis_(genesis),
        self_(self),
        progress_(progress),
        replay_(replay),
        state_nodes_(store, Columns::state),
        revocation_nodes_(store, Columns::revocations) {}

  Result<SupChecked> run() {
    TRY_VOID(read_meta());
    TRY_VOID(check_versions());
    TRY_VOID(begin());
    TRY_VOID(committed_blocks());
    TRY_VOID(blocks_above());
    TRY_VOID(check_safety(genesis_, self_, safety_, newest_, newest_ && first_ == newest_->height + 1, held_));
    TRY_VOID(old_versions());
    TRY_VOID(check_nodes(Columns::state, "state", [](const sup::SupState& state) { return state.state(); }));
    TRY_VOID(check_nodes(Columns::revocations, "revocations", [](const sup::SupState& state) { return state.revocations(); }));
    checked_.newest = newest_ ? newest_->height : Height(0);
    checked_.first = first_;
    checked_.executed = replay_.executed();
    checked_.transactions = replay_.transactions();
    checked_.held = held_.size();
    checked_.versions = versions_.size();
    if (newest_) checked_.anchor = {newest_->roots.anchor, newest_->roots.anchor_height};
    return checked_;
  }

 private:
  struct Version {
    SupHeader header;
    SupReplay::State state;
  };

  Result<void> read_newest() {
    TRY(const auto proof, find_record<CommitProof>(store_, Columns::meta, as_bytes(SupStore::newest_key), "meta: newest"));
    if (!proof) return {};
    newest_ = proof->block;
    const auto good = verify(genesis_.network(), genesis_.committee(), genesis_.commit_depth, *proof);
    if (!good) return failure("meta: newest: " + std::string(explain(good.error())) + " (" + std::string(name(good.error())) + ")");
    return {};
  }
  Result<void> read_meta() {
    TRY(const auto net, find_record<NetworkId>(store_, Columns::meta, as_bytes(SupStore::net_key), "meta: net"));
    if (!net || *net != genesis_.network()) return failure("meta: net: the store is of another network");
    TRY(safety_, find_record<sup::SafetyState>(store_, Columns::meta, as_bytes(SupStore::safety_key), "meta: safety"));
    TRY_VOID(read_newest());
    TRY(const auto first, find_record<Height>(store_, Columns::meta, as_bytes(SupStore::first_key), "meta: first"));
    if (first) first_ = *first;
    if (newest_ && !safety_) return failure("meta: safety is missing: this hospital must not vote before it has been restored");
    TRY(const auto abstention, find_record<sup::Abstention>(store_, Columns::meta, as_bytes(SupStore::abstention_key), "meta: abstention"));
    const std::uint64_t others = 1 + (safety_ ? 1U : 0U) + (newest_ ? 1U : 0U) + (first ? 1U : 0U) + (abstention ? 1U : 0U);
    std::uint64_t count = 0;
    Result<void> scanned;
    TRY_VOID(store_.for_each_from(Columns::meta, {}, [&](ByteView key, ByteView value) {
      ++count;
      const ByteView prefix = as_bytes(SupStore::version_key);
      if (key.size() <= prefix.size() || !std::ranges::equal(key.first(prefix.size()), prefix)) return true;
      const auto header = decode<SupHeader>(value);
      if (header && std::ranges::equal(encode(header->height), key.subspan(prefix.size()))) {
        versions_.emplace(header->height, Version{*header, {}});
        return true;
      }
      scanned = failure("meta: what stands under " + to_hex(key) + " is no header of that height");
      return false;
    }));
    TRY_VOID(scanned);
    if (count != others + versions_.size()) return failure("meta: it has a key that is none of ours");
    return {};
  }

  // The newest 16 are there, without a gap but where the newer one came as a snapshot; of older ones, any.
  [[nodiscard]] Result<void> check_versions() const {
    if (!newest_) return versions_.empty() && first_ == Height(1) ? Result<void>() : failure("meta: newest is missing");
    const auto last = versions_.find(newest_->height);
    if (last == versions_.end()) return failure("meta: version " + text_of(newest_->height) + " is missing");
    if (last->second.header != *newest_) return failure("meta: newest is not the header of version " + text_of(newest_->height));
    if (versions_.rbegin()->first != newest_->height) return failure("meta: there is a version above the newest block");
    const Height oldest = versions_.begin()->first;
    if (versions_.size() < SupStore::most_versions && oldest != Height(1) && oldest + 1 != first_) {
      return failure("meta: version " + text_of(Height(oldest.value() - 1)) + " is missing");
    }
    std::size_t left = versions_.size();
    for (auto at = versions_.begin(), next = std::next(at); next != versions_.end(); ++at, ++next, --left) {
      const auto& [height, version] = *next;
      if (height == at->first + 1) {
        if (version.header.parent() != block_hash(at->second.header))
          return failure("meta: version " + text_of(at->first) + " is another block's");
      } else if (height >= first_ && left <= SupStore::most_versions) {
        return failure("meta: version " + text_of(at->first + 1) + " is missing");
      }
    }
    return {};
  }

  // The oldest state from which the blocks that are kept can be executed again; nothing is committed: none.
  [[nodiscard]] std::optional<Height> base() const {
    if (first_ == Height(1)) return Height(0);
    const auto found = versions_.lower_bound(Height(first_.value() - 1));
    return found == versions_.end() ? std::nullopt : std::optional(found->first);
  }
  // Its nodes are all there.
  [[nodiscard]] Result<SupReplay::State> open(const SupHeader& header) const {
    const auto good = check_trie(store_, Columns::state, header.roots.state);
    if (!good) return failure("state: " + good.error().message + " (version " + text_of(header.height) + ")");
    const auto listed = check_trie(store_, Columns::revocations, header.roots.revocations);
    if (!listed) return failure("revocations: " + listed.error().message + " (version " + text_of(header.height) + ")");
    return sup::SupState::open(header.roots, state_nodes_, revocation_nodes_);
  }

  // Where the replay is, if that is on this chain.
  Result<void> begin() {
    if (replay_.next() > first_ && newest_ && replay_.next() <= newest_->height + 1 && replay_.newest()) {
      const SupStore::BlockName name{replay_.newest()->height, replay_.newest_hash()};
      TRY(const auto held, store_.get(Columns::blocks, encode(name)));
      const bool is_above_versions = !versions_.empty() && replay_.next() > versions_.begin()->first;
      if (held && !is_above_versions && (replay_.state() != nullptr) == (first_ == Height(1))) return {};
    }
    TRY_VOID(replay_.begin());
    if (first_ == Height(1)) return {};
    if (base() == Height(first_.value() - 1)) return begin_above(versions_.at(*base()));
    replay_.begin_at(first_);
    return {};
  }
  Result<void> begin_above(Version& version) {
    TRY(version.state, open(version.header));
    replay_.begin_above(version.header, version.state);
    return {};
  }

  Result<void> committed_blocks() {
    const Height from = replay_.next();
    std::uint64_t below = 0;
    TRY_VOID(store_.for_each_from(Columns::blocks, {}, [&](ByteView key, ByteView) {
      const bool is_below = std::ranges::lexicographical_compare(key, encode(from));
      below += is_below ? 1 : 0;
      return is_below;
    }));
    if (below != from.value() - first_.value()) return failure("blocks: there is not one of each height below " + text_of(from));
    while (newest_ && replay_.next() <= newest_->height) {
      TRY(const std::vector<SupBlock> blocks, read_blocks(encode(replay_.next()), newest_->height));
      for (std::size_t i = 0; i <= blocks.size(); ++i) {
        const bool is_there = i < blocks.size() ? blocks[i].header.height == replay_.next() + i : i > 0;
        if (!is_there) return failure("blocks: there is not one of height " + text_of(replay_.next() + i));
      }
      TRY_VOID(replay_.add(blocks, [&] { return reached(*replay_.newest()); }));
      if (versions_.empty() || replay_.next() <= versions_.begin()->first) TRY_VOID(replay_.save());
      progress_(replay_.next());
    }
    return {};
  }
  // Up to this height, one of each; as many as are verified together.
  [[nodiscard]] Result<std::vector<SupBlock>> read_blocks(const Bytes& from, Height last) const {
    constexpr std::size_t most_bytes = 16U << 20U;
    std::vector<SupBlock> blocks;
    std::size_t bytes = 0;
    Result<void> scanned;
    TRY_VOID(store_.for_each_from(Columns::blocks, from, [&](ByteView key, ByteView value) {
      if (blocks.size() == SupReplay::most_at_once || bytes > most_bytes) return false;
      bytes += value.size();
      auto block = decode<SupBlock>(value);
      if (!block || !std::ranges::equal(encode(SupStore::BlockName{block->header.height, block_hash(block->header)}), key)) {
        scanned = failure("blocks: what stands under " + to_hex(key) + " is no block of this name");
        return false;
      }
      if (block->header.height > last) return false;
      blocks.push_back(*std::move(block));
      return true;
    }));
    TRY_VOID(scanned);
    return blocks;
  }
  Result<void> reached(const SupHeader& header) {
    const auto version = versions_.find(header.height);
    if (version == versions_.end()) return {};
    if (version->second.header != header) return failure("meta: version " + text_of(header.height) + " is another block's");
    if (!replay_.state()) {
      TRY(const auto state, open(header));
      replay_.set_state(state);
    }
    version->second.state = replay_.state();
    return {};
  }

  // Held, and not committed yet: each on top of one that is there, unless that lost.
  Result<void> blocks_above() {
    std::map<BlockHash, SupReplay::State> states{{replay_.newest_hash(), replay_.state()}};
    std::map<BlockHash, SupHeader> headers;
    if (replay_.newest()) headers.emplace(replay_.newest_hash(), *replay_.newest());
    Bytes from = encode(replay_.next());
    for (;;) {
      TRY(const std::vector<SupBlock> blocks, read_blocks(from, Height(~std::uint64_t{0})));
      if (blocks.empty()) return {};
      for (const SupBlock& block : blocks) {
        const auto parent = headers.find(block.header.parent());
        const bool is_known = parent != headers.end();
        TRY(auto state, replay_.check_above(block, is_known ? &parent->second : nullptr, is_known ? states.at(parent->first) : nullptr));
        const BlockHash hash = block_hash(block.header);
        states.emplace(hash, std::move(state));
        headers.emplace(hash, block.header);
        held_.emplace(hash, block.header);
        from = encode(SupStore::BlockName{block.header.height, hash});
      }
      from.push_back(0);  // what follows it
    }
  }

  // Of before a snapshot, or before the blocks that are kept.
  Result<void> old_versions() {
    for (auto& [height, version] : versions_) {
      if (version.state) continue;
      TRY(version.state, open(version.header));
    }
    return {};
  }

  Result<void> check_nodes(store::Column column, const std::string& name,
                           const std::function<PatriciaTrie(const sup::SupState&)>& trie_of) {
    std::vector<PatriciaTrie> before;
    std::uint64_t expected = 0;
    Result<void> checked;
    for (const auto& [height, version] : versions_) {
      const PatriciaTrie trie = trie_of(*version.state);
      for_each_node_only_in(trie, before, [&](const TrieNodeKey& place, ByteView node) {
        const Bytes key = encode(place);
        const auto stored = store_.get(column, key);
        const bool is_right = stored && *stored && std::ranges::equal(**stored, node);
        if (checked && !is_right)
          checked = failure(name + ": the node of key " + to_hex(key) + " is not the one of version " + text_of(height));
        ++expected;
      });
      before.push_back(trie);
    }
    TRY_VOID(checked);
    std::uint64_t count = 0;
    TRY_VOID(store_.for_each_from(column, {}, [&](ByteView, ByteView) { return ++count > 0; }));
    checked_.nodes += count;
    if (count == expected) return {};
    return failure(name + ": " + std::to_string(count) + " nodes, where the versions have " + std::to_string(expected));
  }

  const store::Store& store_;
  const sup::Genesis& genesis_;
  sup::Place self_;
  const std::function<void(Height)>& progress_;
  SupReplay& replay_;
  TrieNodes state_nodes_, revocation_nodes_;

  std::optional<sup::SafetyState> safety_;
  std::optional<SupHeader> newest_;  // committed
  Height first_{1};
  std::map<Height, Version> versions_;
  HeldHeaders held_;
  SupChecked checked_;
};

}  // namespace

Result<SupChecked> check_sup(const store::Store& store, store::Store& work, const sup::Genesis& genesis, sup::Place self,
                             std::size_t threads, const std::function<void(Height next)>& progress) {
  TRY(const auto replay, SupReplay::open(work, genesis, threads));
  return Check(store, genesis, self, progress, *replay).run();
}

}  // namespace caduceus
