#include "host/store/store.h"

namespace caduceus::store {

Result<void> Store::write(const Batch& batch) {
  const std::lock_guard one(writing_);
  {
    const std::lock_guard lock(failing_);
    if (first_failure_) return failure("nothing is written any more, because: " + first_failure_->message);
  }
  return write_batch(batch);
}

Result<void> Store::checkpoint(const std::filesystem::path& folder) {
  const std::lock_guard one(writing_);
  return copy_to(folder);
}

Result<void> Store::destroy(Column column, ByteView key) {
  Batch batch;
  batch.erase(column, key);
  TRY_VOID(write(batch));
  return rewrite_without(column, key);
}

tl::unexpected<Failure> Store::fail(std::string message) const {
  const std::lock_guard lock(failing_);
  if (!first_failure_) first_failure_ = Failure{message};
  return failure(std::move(message));
}

}  // namespace caduceus::store
