// A role's tables (core/roles/tables.h) in one column of a store, each value sealed under the owner's table key and bound to its place:
// whoever has the disk learns whom a role deals with, by its keys, and nothing that it keeps of them.
#pragma once

#include <filesystem>

#include "core/base/rng.h"
#include "core/roles/tables.h"
#include "host/store/file_descriptor.h"
#include "host/store/store.h"

namespace caduceus {

class SealedTables final : public roles::Tables {
 public:
  // Store and rng outlive it.
  SealedTables(store::Store& store, store::Column column, SecretKey key, Rng& rng)
      : store_(store), column_(column), key_(std::move(key)), rng_(rng) {}

  // As after every step that was committed here, on disk or not. A store that cannot be read, or a value that does not open, halts
  // (halt.h).
  [[nodiscard]] std::optional<SecretBytes> get(roles::TableId table, ByteView key) const override;
  void for_each_from(roles::TableId table, ByteView first, const Visit& visit) const override;

  // The step as a batch, to be written before anything that rests on it leaves. From now on the tables are as after it; written() says that
  // all that was committed so far is on disk, or so much of it: the number of steps.
  [[nodiscard]] store::Batch commit(const roles::WriteSet& step);
  [[nodiscard]] std::uint64_t committed() const { return committed_; }
  void written(std::uint64_t steps);

  // At once, for who does one thing after the other. Failure: as Store::write().
  [[nodiscard]] Result<void> write(const roles::WriteSet& step);

 private:
  struct Unwritten {
    std::uint64_t step = 0;
    std::optional<SecretBytes> value;
  };
  [[nodiscard]] SecretBytes open(ByteView place, ByteView sealed) const;

  store::Store& store_;
  store::Column column_;
  SecretKey key_;
  Rng& rng_;
  std::uint64_t committed_ = 0;
  std::map<Bytes, Unwritten> unwritten_;  // by table and key, one after the other
};

// The tables of a folder, DIR/tables, which one process has at a time.
class TableFolder {
 public:
  static constexpr std::array<std::string_view, 1> columns{"tables"};

  // Made where there is none. Who finds another process in it waits so long. The rng outlives it. Failure: the other process is still
  // there; as open_rocks_store().
  [[nodiscard]] static Result<std::unique_ptr<TableFolder>> open(const std::filesystem::path& folder, SecretKey key, Rng& rng,
                                                                 std::chrono::milliseconds patience = std::chrono::seconds(5));

  [[nodiscard]] SealedTables& tables() { return tables_; }

 private:
  TableFolder(FileDescriptor lock, std::unique_ptr<store::Store> store, SecretKey key, Rng& rng)
      : lock_(std::move(lock)), store_(std::move(store)), tables_(*store_, store::Column{0}, std::move(key), rng) {}

  FileDescriptor lock_;  // goes last
  std::unique_ptr<store::Store> store_;
  SealedTables tables_;
};

// The folder is ours until the descriptor closes. Failure: another process has it, still.
[[nodiscard]] Result<FileDescriptor> lock_folder(const std::filesystem::path& folder, std::chrono::milliseconds patience);

}  // namespace caduceus
