// A store on disk: RocksDB, one column family a column, and each write in its log and synced before it returns.
//
// After a crash the log is read with kTolerateCorruptedTailRecords: the last record may be cut off, as a write that never returned
// leaves it. All other damage refuses to open. (kPointInTimeRecovery would open with what stands before the damage, and silently
// forget synced writes behind it; kAbsoluteConsistency would refuse after every power cut.) What looks like a torn end and is none
// is found by the numbers of the batches: batch_number.h.
//
// A block of a file whose checksum does not fit fails the read that needs it.
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
