// The EMR index (PROTOCOL.md §5): under a patient's index key, which is the name of her account, the sealed entries from which she, or a
// doctor in an emergency, finds her records; and which hospitals hold the keyslot that opens them. Only her account writes. Looking
// something up is a local call: nothing about who looks is ever sent.
#pragma once

#include <variant>

#include "core/crypto/vault.h"
#include "core/med/contract.h"

namespace caduceus::med {

using EntryId = ByteArray<16>;

// What an account may have.
struct IndexLimits {
  static constexpr std::uint32_t entries = 4096;
  static constexpr std::uint64_t bytes = 8U << 20U;  // of sealed entries
  static constexpr std::size_t holders = 16;
};

// A new entry has version 1, one that is written over the next one.
struct PutEntry {
  SealedEntry entry;
  static auto fields(auto& self) { return std::tie(self.entry); }
};
struct DeleteEntry {
  EntryId id{};
  static auto fields(auto& self) { return std::tie(self.id); }
};
// Where the keyslot lies; in place of the one before. Holders ascend.
struct SetSlot {
  Bytes32 slot{};  // H(slot)
  List<Identity, IndexLimits::holders, 1> holders;
  static auto fields(auto& self) { return std::tie(self.slot, self.holders); }
  friend bool operator==(const SetSlot&, const SetSlot&) = default;
};
using IndexOperation = std::variant<PutEntry, DeleteEntry, SetSlot>;

// What stands under the account itself.
struct IndexRecord {
  std::uint32_t entries = 0;
  std::uint64_t bytes = 0;
  std::optional<SetSlot> slot;
  static auto fields(auto& self) { return std::tie(self.entries, self.bytes, self.slot); }
  friend bool operator==(const IndexRecord&, const IndexRecord&) = default;
};

// Where things stand in the contract's storage.
[[nodiscard]] Bytes index_record_key(std::string_view index_key);
[[nodiscard]] Bytes index_entry_key(std::string_view index_key, const EntryId& id);

// The call's input is an encoded IndexOperation. Reject::index_version, index_entry_unknown, index_limit, index_holders, and as decode().
inline constexpr std::string_view emr_index_name = "emr-index";
[[nodiscard]] Checked<std::vector<StorageChange>> run_emr_index(const StorageView& storage, const Call& call);
inline constexpr Contract emr_index{emr_index_name, run_emr_index};

}  // namespace caduceus::med
