#include "host/store/batch.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace caduceus::store {
namespace {

// Before each entry's key and value. Only this process reads it, so its numbers are as they lie in memory.
struct Head {
  std::uint32_t key;
  std::uint32_t value;
  Batch::Change change;
  Column column;
};

}  // namespace

void Batch::erase_range(Column column, ByteView first, ByteView end) {
  if (std::ranges::lexicographical_compare(first, end)) add({Change::erase_range, column, first, end});
}

void Batch::add(const Entry& entry) {
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
  CHECK(entry.key.size() <= most && entry.value.size() <= most);
  Head head{};
  head.key = static_cast<std::uint32_t>(entry.key.size());
  head.value = static_cast<std::uint32_t>(entry.value.size());
  head.change = entry.change;
  head.column = entry.column;
  const ByteView head_bytes{reinterpret_cast<const Byte*>(&head), sizeof head};
  for (const ByteView part : {head_bytes, entry.key, entry.value}) bytes_.insert(bytes_.end(), part.begin(), part.end());
}

Batch::Entry Batch::take(ByteView& rest) {
  const auto next = [&rest](std::size_t size) {
    CHECK(size <= rest.size());
    const ByteView part = rest.first(size);
    rest = rest.subspan(size);
    return part;
  };
  Head head{};
  std::memcpy(&head, next(sizeof head).data(), sizeof head);
  const ByteView key = next(head.key);
  return {head.change, head.column, key, next(head.value)};
}

Batch Batch::from_bytes(ByteView bytes) {
  Batch batch;
  batch.bytes_.assign(bytes.begin(), bytes.end());
  return batch;
}

}  // namespace caduceus::store
