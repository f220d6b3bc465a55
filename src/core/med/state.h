// MED's state after a block (PROTOCOL.md §3 R5, §5, §9): one trie, whose root stands in the header. A value that never changes; versions share
// their nodes, so a reorganisation undoes nothing: it goes on from the state at the fork.
#pragma once

#include "core/chain/med_transaction.h"
#include "core/chain/trie_draft.h"
#include "core/med/contract.h"

namespace caduceus::med {

enum class Table : Byte { used = 1, retired = 2, calls = 3, storage = 4 };

// Where things stand in the trie.
struct StateKey {
  static Bytes table(Table table) { return {static_cast<Byte>(table)}; }
  // The slots that an identity used in an epoch, by epoch first.
  static Bytes used(Epoch epoch, const Identity& signer);
  static Bytes retired(const Identity& signer);
  static Bytes calls(const Identity& account);
  static Bytes storage(std::string_view contract, ByteView key);
};

// Slot numbers, ascending.
using UsedSlots = List<std::uint16_t, 1U << 16U, 1>;

// R5: how far a slot's epoch may lie from the one of the median time past, before and after; and how long used slots are kept.
constexpr std::uint64_t epochs_back = 1008;
constexpr std::uint64_t epochs_ahead = 12;

// The newest of these that was used on a device.
[[nodiscard]] std::optional<Slot> newest_of_device(const UsedSlots& used, Epoch epoch, std::uint8_t device);

class State {
 public:
  State() = default;  // genesis: nothing
  explicit State(PatriciaTrie trie) : trie_(std::move(trie)) {}

  [[nodiscard]] Bytes32 root() const { return trie_.root(); }
  [[nodiscard]] bool is_used(const Identity& signer, const Slot& slot) const;
  // Those of an epoch; none where there is no entry.
  [[nodiscard]] UsedSlots used_slots(const Identity& signer, Epoch epoch) const;
  [[nodiscard]] bool is_retired(const Identity& signer) const;
  // The number of the account's next call.
  [[nodiscard]] std::uint64_t next_call(const Identity& account) const;
  // A contract's storage.
  [[nodiscard]] std::optional<Bytes> stored(std::string_view contract, ByteView key) const;
  // Its keys that begin so, in their order, while visit() says true; `key` is the contract's.
  void for_each_stored(std::string_view contract, ByteView prefix, const std::function<bool(ByteView key, ByteView value)>& visit) const;

  [[nodiscard]] const PatriciaTrie& trie() const { return trie_; }

 private:
  PatriciaTrie trie_;
};

}  // namespace caduceus::med
