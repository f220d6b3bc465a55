#include "host/store/rocks_store.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "host/store/batch_number.h"
#include "host/store/durable_file.h"
#include "host/store/rocks_options.h"

namespace caduceus::store {
namespace {

constexpr std::string_view batches_key = "batches";

rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
ByteView view(const rocksdb::Slice& slice) { return as_bytes(slice.ToStringView()); }

std::string text(const std::filesystem::path& folder, const std::string& what, const rocksdb::Status& status) {
  std::string message = "store " + folder.string() + ": " + what + ": " + status.ToString();
  if (status.IsNoSpace()) message += " (make room on the disk, then start again)";
  if (status.IsCorruption()) message += " (its files are damaged)";
  return message;
}

struct Close {
  void operator()(rocksdb::DB* database) const {
    // Every batch is in the log: nothing is lost if this fails.
    [[maybe_unused]] const rocksdb::Status closed = database->Close();
    delete database;  // NOLINT(cppcoreguidelines-owning-memory): RocksDB hands it out bare
  }
};

// An open database, and the column families of it: number 0 holds the numbers of the batches, column i is number i + 1.
struct Database {
  std::unique_ptr<rocksdb::DB, Close> rocks;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // die with it

  ~Database() {
    for (auto* family : families) [[maybe_unused]]
      const auto closed = rocks->DestroyColumnFamilyHandle(family);
  }
  Database() = default;
  Database(Database&&) = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  Database& operator=(Database&&) = delete;
};

class RocksStore final : public Store {
 public:
  RocksStore(std::filesystem::path folder, Database database, BatchMark mark)
      : folder_(std::move(folder)), database_(std::move(database)), mark_(std::move(mark)) {}

  [[nodiscard]] Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
    rocksdb::PinnableSlice value;
    const auto status = database_.rocks->Get({}, family(column), slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return cannot("read", status);
    const ByteView bytes = view(value);
    return Bytes(bytes.begin(), bytes.end());
  }

  [[nodiscard]] Result<void> for_each_from(Column column, ByteView first, const Visit& visit) const override {
    const auto entry = iterator(column);
    for (entry->Seek(slice(first)); entry->Valid() && visit(view(entry->key()), view(entry->value()));) entry->Next();
    return finished(*entry);
  }

  [[nodiscard]] Result<void> for_each_back_from(Column column, std::optional<ByteView> last, const Visit& visit) const override {
    const auto entry = iterator(column);
    last ? entry->SeekForPrev(slice(*last)) : entry->SeekToLast();
    while (entry->Valid() && visit(view(entry->key()), view(entry->value()))) entry->Prev();
    return finished(*entry);
  }

 private:
  [[nodiscard]] Result<void> write_batch(const Batch& batch) override {
    rocksdb::WriteBatch changes(batch.bytes().size() + 256);
    rocksdb::Status status;
    batch.for_each([&](const Batch::Entry& entry) {
      if (!status.ok()) return;
      auto* const to = family(entry.column);
      switch (entry.change) {
        case Batch::Change::put: status = changes.Put(to, slice(entry.key), slice(entry.value)); break;
        case Batch::Change::erase: status = changes.Delete(to, slice(entry.key)); break;
        case Batch::Change::erase_range: status = changes.DeleteRange(to, slice(entry.key), slice(entry.value)); break;
      }
    });
    const std::uint64_t number = mark_.number() + 1;
    if (status.ok()) status = changes.Merge(database_.families[0], batches_key, BatchRanges::of(number));
    rocksdb::WriteOptions durably;
    durably.sync = true;
    if (status.ok()) status = database_.rocks->Write(durably, &changes);
    if (!status.ok()) return cannot("write", status);
    if (auto raised = mark_.raise(number); !raised) return fail(std::move(raised).error().message);
    return {};
  }

  [[nodiscard]] Result<void> copy_to(const std::filesystem::path& folder) override {
    const auto cannot_copy = [&](const rocksdb::Status& status) {
      return failure(text(folder_, "cannot be copied to " + folder.string(), status));
    };
    if (std::filesystem::exists(folder)) return failure(folder.string() + " is there already");
    TRY_VOID(make_folder(folder));
    rocksdb::Checkpoint* bare = nullptr;
    auto status = rocksdb::Checkpoint::Create(database_.rocks.get(), &bare);
    if (!status.ok()) return cannot_copy(status);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(bare);
    status = checkpoint->CreateCheckpoint(folder / "rocksdb");
    if (!status.ok()) return cannot_copy(status);
    TRY(auto mark, BatchMark::create(folder / "newest_batch"));
    return mark.raise(mark_.number());
  }

  // What was in memory goes to a table, so that the log goes; then the tables that hold the key are written anew, without it.
  [[nodiscard]] Result<void> rewrite_without(Column column, ByteView key) override {
    rocksdb::CompactRangeOptions all_levels;
    all_levels.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const rocksdb::Slice only = slice(key);
    const auto status = database_.rocks->CompactRange(all_levels, family(column), &only, &only);
    if (!status.ok()) return cannot("rewrite", status);
    return {};
  }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Column column) const {
    const std::size_t number = static_cast<std::size_t>(column) + 1;
    CHECK(number < database_.families.size());
    return database_.families[number];
  }

  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> iterator(Column column) const {
    return std::unique_ptr<rocksdb::Iterator>(database_.rocks->NewIterator({}, family(column)));
  }

  [[nodiscard]] Result<void> finished(const rocksdb::Iterator& iterator) const {
    if (!iterator.status().ok()) return cannot("read", iterator.status());
    return {};
  }

  [[nodiscard]] tl::unexpected<Failure> cannot(const std::string& what, const rocksdb::Status& status) const {
    return fail(text(folder_, "cannot " + what, status));
  }

  std::filesystem::path folder_;
  Database database_;
  BatchMark mark_;
};

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(std::span<const std::string_view> columns) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, batches_options()}};
  for (const auto name : columns) families.emplace_back(std::string(name), column_options());
  return families;
}

// The database of a store that was there before, with every byte of its tables checked, and without a change to any file.
Result<Database> open_to_look(const std::filesystem::path& folder, std::span<const std::string_view> columns) {
  const std::string path = folder / "rocksdb";
  std::vector<std::string> found;
  auto status = rocksdb::DB::ListColumnFamilies(database_options(), path, &found);
  if (!status.ok()) return failure(text(folder, "cannot open", status));
  std::vector<std::string_view> names;  // not of columns that are yet to be made
  for (const auto& name : found) {
    if (name == rocksdb::kDefaultColumnFamilyName) continue;
    names.push_back(name);
    if (std::ranges::find(columns, name) != columns.end()) continue;
    return failure("store " + folder.string() + ": has a column " + name + " that this program does not know: a newer one wrote it");
  }
  Database database;
  rocksdb::DB* rocks = nullptr;
  status = rocksdb::DB::OpenForReadOnly(database_options(), path, descriptors(names), &database.families, &rocks);
  if (!status.ok()) return failure(text(folder, "cannot open", status));
  database.rocks.reset(rocks);
  rocksdb::ReadOptions everything;
  everything.fill_cache = false;
  everything.readahead_size = std::size_t{1} << 20U;
  status = rocks->VerifyChecksum(everything);
  if (!status.ok()) return failure(text(folder, "cannot open", status));
  return database;
}

// The number of the newest batch, 0 where there is none: none is missing, up to the one that is marked.
Result<std::uint64_t> check_batches(const std::filesystem::path& folder, const Database& database, std::uint64_t marked) {
  const auto damaged = [&](const std::string& why) { return failure("store " + folder.string() + ": is damaged: " + why); };
  std::string value;
  const auto status = database.rocks->Get({}, database.families[0], batches_key, &value);
  if (!status.ok() && !status.IsNotFound()) return failure(text(folder, "cannot read", status));
  auto newest = status.IsNotFound() ? Result<std::uint64_t>(0) : BatchRanges::newest(value);
  if (!newest) return damaged(newest.error().message);
  if (*newest >= marked) return newest;
  return damaged("batches after number " + std::to_string(*newest) + " are missing, up to number " + std::to_string(marked));
}

Result<Database> open_database(const std::filesystem::path& folder, bool is_new, std::span<const std::string_view> columns) {
  const std::string path = folder / "rocksdb";
  auto options = database_options();
  options.create_if_missing = is_new;
  Database database;
  rocksdb::DB* rocks = nullptr;
  const auto status = rocksdb::DB::Open(options, path, descriptors(columns), &database.families, &rocks);
  if (!status.ok()) return failure(text(folder, "cannot open", status));
  database.rocks.reset(rocks);
  return database;
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_store(const std::filesystem::path& folder, std::span<const std::string_view> columns) {
  const auto mark_path = folder / "newest_batch";
  TRY_VOID(make_folder(folder));
  TRY(auto mark, BatchMark::open(mark_path));
  if (mark) {
    TRY(const auto database, open_to_look(folder, columns));
    TRY_VOID(check_batches(folder, database, mark->number()));
  }
  TRY(auto database, open_database(folder, !mark, columns));
  TRY(const auto newest, check_batches(folder, database, mark ? mark->number() : 0));
  if (!mark) {
    if (newest > 0) return failure("store " + folder.string() + ": is damaged: " + mark_path.string() + " is gone");
    TRY(auto created, BatchMark::create(mark_path));
    mark.emplace(std::move(created));
  }
  TRY_VOID(mark->raise(newest));
  return std::make_unique<RocksStore>(folder, std::move(database), *std::move(mark));
}

}  // namespace caduceus::store
