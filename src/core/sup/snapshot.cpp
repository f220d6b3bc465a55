#include "core/sup/snapshot.h"

namespace caduceus::sup {
namespace {

Bytes cursor_of(SnapshotTrie trie, ByteView key) {
  Writer writer;
  write(writer, trie);
  writer.append(key);
  return writer.take();
}

// What an entry takes beside its key and value.
constexpr std::size_t entry_overhead = 1 + 4 + 4;

class PartWriter {
 public:
  // The entries of a trie from a key on, while there is room.
  void append(SnapshotTrie which, const PatriciaTrie& trie, ByteView first) {
    trie.for_each_from(first, [&](ByteView key, ByteView value) {
      if (!next_.empty()) return false;
      size_ += entry_overhead + key.size() + value.size();
      if (size_ > most_part_bytes) {
        next_ = cursor_of(which, key);
        return false;
      }
      write(writer_, SnapshotEntry{which, {{key.begin(), key.end()}}, {{value.begin(), value.end()}}});
      return true;
    });
  }
  StatePart take() { return {{writer_.take()}, {std::move(next_)}}; }

 private:
  Writer writer_;
  std::size_t size_ = 0;
  Bytes next_;
};

}  // namespace

std::optional<StatePart> snapshot_part(const SupState& state, ByteView cursor) {
  PartWriter part;
  if (cursor.empty()) {
    part.append(SnapshotTrie::state, state.state(), {});
    part.append(SnapshotTrie::revocations, state.revocations(), {});
    return part.take();
  }
  const auto which = static_cast<SnapshotTrie>(cursor[0]);
  const ByteView key = cursor.subspan(1);
  if (!is_known(which) || key.size() > most_trie_key) return std::nullopt;
  const PatriciaTrie& trie = which == SnapshotTrie::state ? state.state() : state.revocations();
  if (!trie.get(key)) return std::nullopt;
  part.append(which, trie, key);
  if (which == SnapshotTrie::state) part.append(SnapshotTrie::revocations, state.revocations(), {});
  return part.take();
}

Checked<void> SnapshotRestorer::add(ByteView part) {
  std::vector<SnapshotEntry> entries;
  Reader reader(part);
  while (reader.left() > 0) {
    SnapshotEntry& entry = entries.emplace_back();
    TRY_VOID(read(reader, entry));
    Bytes cursor = cursor_of(entry.trie, entry.key.value);
    if (cursor <= last_) return reject(Reject::snapshot_order);
    last_ = std::move(cursor);
  }
  std::vector<TrieChange> state, revocations;
  for (const SnapshotEntry& entry : entries) {
    (entry.trie == SnapshotTrie::state ? state : revocations).push_back({entry.key.value, entry.value.value});
  }
  state_ = state_.updated(state);
  revocations_ = revocations_.updated(revocations);
  return {};
}

Checked<StateRef> SnapshotRestorer::finish(const SupRoots& roots) {
  if (roots.state != state_.root() || roots.revocations != revocations_.root()) return reject(Reject::snapshot_roots);
  return std::make_shared<const SupState>(roots, std::move(state_), std::move(revocations_));
}

}  // namespace caduceus::sup
