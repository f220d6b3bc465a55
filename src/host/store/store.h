// A durable ordered map from byte strings to byte strings, in columns: one for each concern that has something to keep. Keys are
// ordered byte by byte, so numbers in keys are big-endian.
//
// Any thread may read while another writes; writes come one after the other. Every read sees a batch whole or not at all, and all
// that one call of for_each… visits is of one moment.
//
// The first Failure, of a write or a read, is final: every later write is refused with that reason, so that the node halts on a full
// disk or a checksum that does not fit, and goes on with nothing half done. Whether a batch whose write failed is there is known
// after opening again, and then it is there whole or not at all.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

#include "core/base/result.h"
#include "host/store/batch.h"

namespace caduceus::store {

// Whether to go on. The views end with the call. It must not call the store.
using Visit = std::function<bool(ByteView key, ByteView value)>;

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store(Store&&) = delete;
  Store& operator=(const Store&) = delete;
  Store& operator=(Store&&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual Result<std::optional<Bytes>> get(Column column, ByteView key) const = 0;
  // The entries with keys >= first, in the order of keys, for as long as visit() says true.
  [[nodiscard]] virtual Result<void> for_each_from(Column column, ByteView first, const Visit& visit) const = 0;
  // The entries with keys <= last, or all where there is no last, the greatest key first.
  [[nodiscard]] virtual Result<void> for_each_back_from(Column column, std::optional<ByteView> last, const Visit& visit) const = 0;

  // All or nothing, and on disk when it returns: the caller may tell the world.
  [[nodiscard]] Result<void> write(const Batch& batch);

  // All that was written so far, in a new folder, to be opened as a store of its own; nothing is written meanwhile. It costs little where
  // both are on one file system. Failure: the folder is there, or this store has no files.
  [[nodiscard]] Result<void> checkpoint(const std::filesystem::path& folder);

  // Erases a key, and no file of the store holds its value when it returns: for what must not be found any more. Other files than those
  // that it writes to, and a disk's own copies, are out of its reach. After a crash, or a Failure, in it: call it again. Slow.
  [[nodiscard]] Result<void> destroy(Column column, ByteView key);

 protected:
  // The first reason stays the reason.
  tl::unexpected<Failure> fail(std::string message) const;

 private:
  [[nodiscard]] virtual Result<void> write_batch(const Batch& batch) = 0;
  [[nodiscard]] virtual Result<void> copy_to(const std::filesystem::path& folder) = 0;
  // Rewrites what still holds the value of a key that was erased.
  [[nodiscard]] virtual Result<void> rewrite_without(Column column, ByteView key) = 0;

  std::mutex writing_;
  mutable std::mutex failing_;
  mutable std::optional<Failure> first_failure_;
};

}  // namespace caduceus::store
