#include "host/node/system_random.h"

#include <sys/random.h>

#include <cerrno>

#include "core/base/check.h"

namespace caduceus {

void SystemRandom::fill(ByteSpan out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    CHECK(n > 0 || errno == EINTR);
    if (n > 0) out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace caduceus
