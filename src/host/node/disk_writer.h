// Group commit: one write is under way, and all that comes meanwhile goes into the next one.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "host/store/store.h"

namespace boost::asio {
class io_context;
}

namespace caduceus {

class DiskWriter {
 public:
  // On the loop, after everything up to here is on disk.
  using Then = std::function<void()>;

  // The store and the loop outlive it. The store's writes are all made here.
  DiskWriter(boost::asio::io_context& loop, store::Store& store);
  DiskWriter(const DiskWriter&) = delete;
  DiskWriter& operator=(const DiskWriter&) = delete;
  // Waits for the write that is under way; no more Then is called.
  ~DiskWriter();

  // Batches are written in this order, and their Thens called in it. A write that fails halts the node (halt.h).
  void write(const store::Batch& batch, Then then);
  // Nothing waits, nothing is under way.
  [[nodiscard]] bool is_idle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace caduceus
