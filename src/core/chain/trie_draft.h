// Records in a trie, and changes on top of one version of it: what a block's transition is made of on either chain.
#pragma once

#include <map>

#include "core/base/check.h"
#include "core/chain/patricia_trie.h"

namespace caduceus {

// The value of a record that we wrote (CHECK).
template <class T>
[[nodiscard]] T as_record(ByteView value) {
  auto record = decode<T>(value);
  CHECK(record.has_value());
  return *std::move(record);
}
template <class T>
[[nodiscard]] std::optional<T> record_in(const PatriciaTrie& trie, const Bytes& key) {
  const auto value = trie.get(key);
  if (!value) return std::nullopt;
  return as_record<T>(*value);
}

// Changes on top of a trie.
class TrieDraft {
 public:
  explicit TrieDraft(const PatriciaTrie& base) : base_(base) {}

  [[nodiscard]] std::optional<Bytes> get(const Bytes& key) const;
  [[nodiscard]] bool contains(const Bytes& key) const { return get(key).has_value(); }
  template <class T>
  [[nodiscard]] std::optional<T> record(const Bytes& key) const {
    const auto value = get(key);
    return value ? std::optional(as_record<T>(*value)) : std::nullopt;
  }
  void put(Bytes key, Bytes value) { changes_.insert_or_assign(std::move(key), std::move(value)); }
  void remove(Bytes key) { changes_.insert_or_assign(std::move(key), Bytes()); }

  [[nodiscard]] const PatriciaTrie& base() const { return base_; }
  [[nodiscard]] PatriciaTrie updated() const;

 private:
  PatriciaTrie base_;
  std::map<Bytes, Bytes> changes_;  // empty: taken out
};

}  // namespace caduceus
