// What a role keeps, and what one step of it changes. A role is functions from tables and an input to changes and messages: a read-only view
// goes in, a set of writes comes out. The host writes them as one durable batch before any message of the step leaves, or drops them when
// the step was refused. host/node/sealed_tables.h keeps them, sealed, on disk; a test keeps them in memory.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "core/base/check.h"
#include "core/base/secret.h"

namespace caduceus::roles {

using TableId = Byte;

// As they are on disk. Keys are ordered byte by byte. Values are secrets of the role's owner; keys are not.
class Tables {
 public:
  Tables() = default;
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  virtual ~Tables() = default;

  [[nodiscard]] virtual std::optional<SecretBytes> get(TableId table, ByteView key) const = 0;
  // The entries with keys >= first, in their order, for as long as visit() says true. It must not call the tables.
  using Visit = std::function<bool(ByteView key, ByteView value)>;
  virtual void for_each_from(TableId table, ByteView first, const Visit& visit) const = 0;
};

// One table of values of a type under keys of a type: constexpr Table<Identity, Visit> visits{1}. Numbers in keys are big-endian, so they are in order.
template <class K, class V>
struct Table {
  TableId id;
};

// A step's view of the tables, its own writes included.
class WriteSet {
 public:
  // The tables outlive it and do not change meanwhile.
  explicit WriteSet(const Tables& tables) : tables_(tables) {}

  template <class K, class V>
  [[nodiscard]] std::optional<V> get(const Table<K, V>& table, const K& key) const {
    const auto bytes = get_bytes(table.id, encode(key));
    if (!bytes) return std::nullopt;
    return decoded<V>(bytes->expose());
  }
  template <class K, class V>
  void put(const Table<K, V>& table, const K& key, const V& value) {
    writes_.insert_or_assign({table.id, encode(key)}, encode_secret(value));
  }
  template <class K, class V>
  void erase(const Table<K, V>& table, const K& key) {
    writes_.insert_or_assign({table.id, encode(key)}, std::nullopt);
  }
  // The entries whose encoded keys begin with this prefix, in their order, for as long as visit(K, V) says true. It must not write.
  template <class K, class V>
  void for_each_under(const Table<K, V>& table, ByteView prefix, const auto& visit) const {
    for_each_from(table, prefix, prefix, visit);
  }
  // The same, but for those whose encoded keys are before `first`, which begins with the prefix.
  template <class K, class V>
  void for_each_from(const Table<K, V>& table, ByteView prefix, ByteView first, const auto& visit) const {
    for_each_bytes(table.id, prefix, first, [&](ByteView key, ByteView value) { return visit(decoded<K>(key), decoded<V>(value)); });
  }

  // What is to be written, in the order of tables and keys; no value: the entry goes.
  using Writes = std::map<std::pair<TableId, Bytes>, std::optional<SecretBytes>>;
  [[nodiscard]] const Writes& writes() const { return writes_; }

 private:
  // What was written by us and authenticated by the host decodes.
  template <class T>
  static T decoded(ByteView bytes) {
    T value{};
    Reader reader(bytes);
    CHECK(caduceus::read(reader, value).has_value() && reader.left() == 0);
    return value;
  }
  [[nodiscard]] std::optional<SecretBytes> get_bytes(TableId table, const Bytes& key) const;
  void for_each_bytes(TableId table, ByteView prefix, ByteView first, const Tables::Visit& visit) const;

  const Tables& tables_;
  Writes writes_;
};

// In memory: for tests and the simulator.
class MemoryTables final : public Tables {
 public:
  [[nodiscard]] std::optional<SecretBytes> get(TableId table, ByteView key) const override;
  void for_each_from(TableId table, ByteView first, const Visit& visit) const override;
  void apply(const WriteSet& step);

 private:
  std::map<std::pair<TableId, Bytes>, SecretBytes> entries_;
};

}  // namespace caduceus::roles
