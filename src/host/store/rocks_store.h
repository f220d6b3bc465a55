// A store on disk: RocksDB, one column family a column, and each write in its log and synced before it returns.
//
// After a crash the log is read with kPointInTimeRecovery: up to the first record that is not whole, whatever a power cut has made
// of the write that never returned. (kTolerateCorruptedTailRecords refuses such a log when a sector in the middle of the record was
// not written but a later one was; and in both modes a record with a damaged length passes for the end.) That the log ends too early,
// or a file of RocksDB is not the newest, is found by the numbers of the batches, before anything is touched: batch_number.h.
//
// Opening reads all that is there, and checks every checksum: some seconds a GiB. Later, a block whose checksum does not fit fails
// the read that needs it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "host/store/store.h"

namespace caduceus::store {

// The store in this folder; made, with all folders above it, where there is none. Columns that it does not have yet are made, too.
// Fails, and says why, when another process has it open, when it has columns that are not among these, and when anything that was
// written is missing or changed. Uses about 32 MiB of memory.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocks_store(const std::filesystem::path& folder,
                                                              std::span<const std::string_view> columns);

}  // namespace caduceus::store
