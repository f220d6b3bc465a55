// Contracts of MED (PROTOCOL.md §5, §9): native functions, deterministic, from a view of the contract's own storage and a call to what
// changes in it. Whether the account signed, and that the call is its next, was checked before.
#pragma once

#include <functional>

#include "core/chain/med_transaction.h"

namespace caduceus::med {

// A contract's storage: keys of at most most_storage_key bytes, values of 1 to most_trie_value.
class StorageView {
 public:
  virtual ~StorageView() = default;
  [[nodiscard]] virtual std::optional<Bytes> get(ByteView key) const = 0;
};
constexpr std::size_t most_storage_key = 48;

// An empty value takes the key out.
struct StorageChange {
  Bytes key;
  Bytes value;
  friend bool operator==(const StorageChange&, const StorageChange&) = default;
};

struct Contract {
  std::string_view name;
  // The reason, if the call is invalid there.
  Checked<std::vector<StorageChange>> (*run)(const StorageView& storage, const Call& call) = nullptr;
};

// By the name in a call; nullptr when there is none.
[[nodiscard]] const Contract* find_contract(std::string_view name);

}  // namespace caduceus::med
