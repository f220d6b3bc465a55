#include "core/med/emr_index.h"

#include <algorithm>

#include "core/chain/trie_draft.h"
#include "core/crypto/hash.h"

namespace caduceus::med {
namespace {

using Changes = std::vector<StorageChange>;

// One operation on one account's index.
struct Operation {
  const StorageView& storage;
  std::string_view index_key;
  IndexRecord record;

  [[nodiscard]] StorageChange record_change() const { return {index_record_key(index_key), encode(record)}; }

  Checked<Changes> operator()(const PutEntry& put) {
    Bytes key = index_entry_key(index_key, put.entry.id);
    const auto before = storage.get(key);
    const std::uint32_t version = before ? as_record<SealedEntry>(*before).version : 0;
    if (put.entry.version != version + 1) return reject(Reject::index_version);
    Bytes value = encode(put.entry);
    if (!before) ++record.entries;
    record.bytes = record.bytes - (before ? before->size() : 0) + value.size();
    if (record.entries > IndexLimits::entries || record.bytes > IndexLimits::bytes) return reject(Reject::index_limit);
    return Changes{{std::move(key), std::move(value)}, record_change()};
  }

  Checked<Changes> operator()(const DeleteEntry& gone) {
    Bytes key = index_entry_key(index_key, gone.id);
    const auto before = storage.get(key);
    if (!before) return reject(Reject::index_entry_unknown);
    record.entries -= 1;
    record.bytes -= before->size();
    return Changes{{std::move(key), {}}, record_change()};
  }

  Checked<Changes> operator()(const SetSlot& slot) {
    const auto& holders = slot.holders.items;
    const bool are_hospitals = std::ranges::all_of(holders, [](const Identity& one) { return one.role == Role::hospital; });
    const bool ascend = std::ranges::adjacent_find(holders, std::ranges::greater_equal()) == holders.end();
    if (!are_hospitals || !ascend) return reject(Reject::index_holders);
    record.slot = slot;
    return Changes{record_change()};
  }
};

}  // namespace

// A hash, so that keys have one length: an account's entries stand together, after its record.
Bytes index_record_key(std::string_view index_key) {
  const Bytes32 account = hash({as_bytes("emr-index"), as_bytes(index_key)});
  return {account.begin(), account.end()};
}

Bytes index_entry_key(std::string_view index_key, const EntryId& id) {
  Bytes key = index_record_key(index_key);
  key.insert(key.end(), id.begin(), id.end());
  return key;
}

Checked<Changes> run_emr_index(const StorageView& storage, const Call& call) {
  TRY(const IndexOperation operation, decode<IndexOperation>(call.input.value));
  const std::string_view index_key = call.account.name.value;
  const auto record = storage.get(index_record_key(index_key));
  Operation run{storage, index_key, record ? as_record<IndexRecord>(*record) : IndexRecord{}};
  return std::visit(run, operation);
}

}  // namespace caduceus::med
