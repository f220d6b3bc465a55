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

tl::unexpected<Failure> Store::fail(std::string message) const {
  const std::lock_guard lock(failing_);
  if (!first_failure_) first_failure_ = Failure{message};
  return failure(std::move(message));
}

}  // namespace caduceus::store
