#include "core/sup/pacemaker.h"

#include <algorithm>

namespace caduceus::sup {

std::uint64_t view_patience(std::uint64_t base, std::size_t n, View current, View committed) {
  const std::uint64_t uncommitted = current.value() - std::min(current, committed).value();
  return base << std::min<std::uint64_t>(uncommitted / (n + 4), 4);
}

}  // namespace caduceus::sup
