// A disk in memory that fails when it is told to: the power goes while a batch is written, or nothing can be written any more. It
// holds what was synced, and behind it the bytes of the batch that is being written, as a log has them: with a length and a checksum.
// A power cut leaves of these bytes what chance leaves, and whoever opens the store again reads what is left.
#pragma once

#include <memory>

#include "core/base/rng.h"
#include "host/store/memory_store.h"

namespace caduceus::store {

class FaultyDisk {
 public:
  // The same seed tears the same bytes off.
  FaultyDisk(std::size_t columns, std::uint64_t seed) : synced_(columns), rng_(seed) {}

  // The store on this disk, as for a process that starts: the power is on, and faults that were still to come are called off. One
  // store at a time; it must not outlive the disk.
  [[nodiscard]] std::unique_ptr<Store> open();

  // The power goes during the n-th write from now on, 1 for the next one: it fails, and so does every read until open().
  void cut_power_at_write(std::uint64_t n) { power_cut_ = writes_ + n; }
  // The n-th write from now on fails for this reason ("No space left on device") and leaves no trace.
  void refuse_at_write(std::uint64_t n, std::string reason);

 private:
  class OpenStore;

  MemoryStore synced_;
  Bytes log_;  // behind what was synced
  SeededRng rng_;
  std::uint64_t writes_ = 0;
  std::uint64_t power_cut_ = 0;  // during that write; 0: during none
  std::uint64_t refusal_ = 0;
  std::string reason_;
  bool has_power_ = true;
};

}  // namespace caduceus::store
