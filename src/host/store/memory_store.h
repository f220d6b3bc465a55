// A store that a process forgets when it ends: for tests, the simulator and benchmarks. It never fails.
#pragma once

#include <map>
#include <shared_mutex>
#include <vector>

#include "host/store/store.h"

namespace caduceus::store {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::size_t columns) : columns_(columns) {}

  [[nodiscard]] Result<std::optional<Bytes>> get(Column column, ByteView key) const override;
  [[nodiscard]] Result<void> for_each_from(Column column, ByteView first, const Visit& visit) const override;
  [[nodiscard]] Result<void> for_each_back_from(Column column, std::optional<ByteView> last, const Visit& visit) const override;

 private:
  // Found by a view, without a copy.
  struct Less {
    using is_transparent = void;
    bool operator()(ByteView a, ByteView b) const;
  };
  using Entries = std::map<Bytes, Bytes, Less>;

  [[nodiscard]] Result<void> write_batch(const Batch& batch) override;
  [[nodiscard]] Result<void> copy_to(const std::filesystem::path& /*folder*/) override { return failure("a store in memory has no files"); }
  [[nodiscard]] Result<void> rewrite_without(Column /*column*/, ByteView /*key*/) override { return {}; }

  std::vector<Entries> columns_;
  mutable std::shared_mutex mutex_;
};

}  // namespace caduceus::store
