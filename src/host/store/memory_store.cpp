#include "host/store/memory_store.h"

#include <algorithm>

namespace caduceus::store {
namespace {

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

auto& at(auto& columns, Column column) {
  const auto index = static_cast<std::size_t>(column);
  CHECK(index < columns.size());
  return columns[index];
}

}  // namespace

bool MemoryStore::Less::operator()(ByteView a, ByteView b) const { return std::ranges::lexicographical_compare(a, b); }

Result<std::optional<Bytes>> MemoryStore::get(Column column, ByteView key) const {
  const std::shared_lock lock(mutex_);
  const Entries& entries = at(columns_, column);
  const auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  return found->second;
}

Result<void> MemoryStore::for_each_from(Column column, ByteView first, const Visit& visit) const {
  const std::shared_lock lock(mutex_);
  const Entries& entries = at(columns_, column);
  for (auto entry = entries.lower_bound(first); entry != entries.end() && visit(entry->first, entry->second);) ++entry;
  return {};
}

Result<void> MemoryStore::for_each_back_from(Column column, std::optional<ByteView> last, const Visit& visit) const {
  const std::shared_lock lock(mutex_);
  const Entries& entries = at(columns_, column);
  auto above = last ? entries.upper_bound(*last) : entries.end();
  while (above != entries.begin() && visit(std::prev(above)->first, std::prev(above)->second)) --above;
  return {};
}

Result<void> MemoryStore::write_batch(const Batch& batch) {
  const std::unique_lock lock(mutex_);
  batch.for_each([&](const Batch::Entry& entry) {
    Entries& entries = at(columns_, entry.column);
    switch (entry.change) {
      case Batch::Change::put: entries.insert_or_assign(copy(entry.key), copy(entry.value)); break;
      case Batch::Change::erase:
        if (const auto found = entries.find(entry.key); found != entries.end()) entries.erase(found);
        break;
      case Batch::Change::erase_range: entries.erase(entries.lower_bound(entry.key), entries.lower_bound(entry.value)); break;
    }
  });
  return {};
}

}  // namespace caduceus::store
