// How a RocksDB store notices that it has lost a batch. To RocksDB a damaged record is as good as the torn end of a write that never
// returned: it drops it, and all behind it, in silence. So batches are numbered 1, 2, 3, …:
//
// - Each holds its number, and RocksDB merges these into ranges: on opening there is the one range 1…n, or batches are missing.
// - The newest number stands in a file of its own, too, the mark: n is not below it. It is raised when the batch is on disk, so it
//   never runs ahead; and synced once in 16 batches, because that costs as much as to sync the batch. Whatever a process wrote is
//   covered for the next one; after a power cut, all but the last 16 batches: that a disk damages one of these is not noticed.
#pragma once

#include <rocksdb/merge_operator.h>

#include <filesystem>
#include <optional>

#include "core/base/result.h"
#include "host/store/file_descriptor.h"

namespace caduceus::store {

// The union of ranges of batches; associative, as RocksDB merges values in any grouping that keeps their order.
class BatchRanges final : public rocksdb::AssociativeMergeOperator {
 public:
  // A value that is to be merged: batch n is here.
  static std::string of(std::uint64_t n);
  // n, when the value is 1…n. A Failure says what is missing.
  static Result<std::uint64_t> newest(std::string_view value);

  bool Merge(const rocksdb::Slice& key, const rocksdb::Slice* existing, const rocksdb::Slice& value, std::string* merged,
             rocksdb::Logger* log) const override;
  [[nodiscard]] const char* Name() const override { return "caduceus.batches"; }  // on disk
};

class BatchMark {
 public:
  // Nothing where there is no such file: there never was a store. Fails when somebody else has it open.
  static Result<std::optional<BatchMark>> open(const std::filesystem::path& path);
  // At 0, and on disk.
  static Result<BatchMark> create(const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t number() const { return number_; }
  // Not lowered.
  Result<void> raise(std::uint64_t number);

 private:
  BatchMark(std::filesystem::path path, FileDescriptor file, std::uint64_t number)
      : path_(std::move(path)), file_(std::move(file)), number_(number) {}

  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t number_;
};

}  // namespace caduceus::store
