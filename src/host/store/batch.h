// Changes to a store that happen together or not at all. It is bytes one after the other: an entry costs no allocation of its own,
// and whoever logs a batch logs these bytes.
#pragma once

#include <concepts>

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace caduceus::store {

// One concern's part of a store: an index into the names it was opened with. Its owner says constexpr Column blocks{1};
enum class Column : std::uint8_t {};

class Batch {
 public:
  enum class Change : Byte { put, erase, erase_range };
  struct Entry {
    Change change{};
    Column column{};
    ByteView key;    // erase_range: the first key that goes
    ByteView value;  // put: the value; erase_range: the first key that stays
  };

  // In the order of these calls; a later one about the same key wins. Keys and values have less than 4 GiB each, and a key may be empty.
  void put(Column column, ByteView key, ByteView value) { add({Change::put, column, key, value}); }
  void erase(Column column, ByteView key) { add({Change::erase, column, key, {}}); }
  // Every key in [first, end); none when first >= end.
  void erase_range(Column column, ByteView first, ByteView end);

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  // Keeps the memory for the next batch.
  void clear() { bytes_.clear(); }

  // The entries in their order.
  template <std::invocable<const Entry&> Visit>
  void for_each(Visit visit) const {
    for (ByteView rest = bytes_; !rest.empty();) visit(take(rest));
  }

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  // What bytes() of another gave, and nothing else.
  static Batch from_bytes(ByteView bytes);

 private:
  void add(const Entry& entry);
  static Entry take(ByteView& rest);

  Bytes bytes_;
};

}  // namespace caduceus::store
