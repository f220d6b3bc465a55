#include "host/node/unverified.h"

#include <algorithm>
#include <utility>

namespace caduceus {

void Unverified::add(PeerId from, std::size_t size, Transport& transport) {
  std::size_t& bytes = bytes_[from.value()];
  if (bytes < most_ && bytes + size >= most_) transport.pause(from);
  bytes += size;
}

void Unverified::done(PeerId from, std::size_t size, Transport& transport) {
  const auto found = bytes_.find(from.value());
  if (found == bytes_.end()) return;
  const std::size_t before = std::exchange(found->second, found->second - std::min(size, found->second));
  if (before >= most_ && found->second < most_) transport.resume(from);
}

}  // namespace caduceus
