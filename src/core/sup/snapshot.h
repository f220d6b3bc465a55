// SUP's state in parts, for a replica that joins or fell far behind, and put together from them (PROTOCOL.md §8, State sync). What comes
// out is held against a committed block's roots: whoever sends another state is found out at the end.
#pragma once

#include "core/sup/state.h"

namespace caduceus::sup {

enum class SnapshotTrie : Byte { state = 0, revocations = 1 };
constexpr bool is_known(SnapshotTrie trie) { return trie == SnapshotTrie::state || trie == SnapshotTrie::revocations; }

// A part is some of these one after the other, all of the state trie's before the list's, each trie's in the order of keys.
struct SnapshotEntry {
  SnapshotTrie trie = SnapshotTrie::state;
  Blob<1, most_cursor_bytes - 1> key;
  Blob<1, most_trie_value> value;

  static auto fields(auto& self) { return std::tie(self.trie, self.key, self.value); }
};

// Entries from a cursor on, at most most_part_bytes. A cursor is the trie and key of an entry; nothing for any other.
[[nodiscard]] std::optional<StatePart> snapshot_part(const SupState& state, ByteView cursor);

class SnapshotRestorer final : public Restorer {
 public:
  // Reject::snapshot_order, and as decode().
  [[nodiscard]] Checked<void> add(ByteView part) override;
  [[nodiscard]] Checked<StateRef> finish(const SupRoots& roots) override;

 private:
  PatriciaTrie state_;
  PatriciaTrie revocations_;
  Bytes last_;  // cursor of the newest entry
};

}  // namespace caduceus::sup
