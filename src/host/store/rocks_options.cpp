#include "host/store/rocks_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "host/store/batch_number.h"

namespace caduceus::store {
namespace {

constexpr std::size_t mebibyte = 1U << 20U;

// RocksDB's own log tells nothing that a Status does not; and as Debian builds it, RocksDB aborts the process when a full disk takes
// no more of that log.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  // All columns go from memory to disk together, in one entry of MANIFEST.
  options.atomic_flush = true;
  // A disk that was full is for people to look at; nothing goes on by itself.
  options.max_bgerror_resume_count = 0;
  options.db_write_buffer_size = 4 * mebibyte;  // a hospital has three stores
  // Tables stay open. When the properties of a table are damaged, RocksDB misreads it, in silence, but for tables that it opens together
  // with the database.
  options.max_open_files = -1;
  options.max_background_jobs = 2;
  options.max_manifest_file_size = 16 * mebibyte;
  options.info_log = std::make_shared<NoLog>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions column_options() {
  // One for all columns of a process.
  static const auto cache = rocksdb::NewLRUCache(8 * mebibyte);
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 4 * mebibyte;
  // Hashes, signatures and ciphertexts do not become smaller.
  options.compression = rocksdb::kNoCompression;
  return options;
}

rocksdb::ColumnFamilyOptions batches_options() {
  auto options = column_options();
  options.merge_operator = std::make_shared<BatchRanges>();
  return options;
}

}  // namespace caduceus::store
