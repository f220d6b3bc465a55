// How much memory this process has, for tests of what has a bound.
#pragma once

#include <cstddef>
#include <fstream>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CADUCEUS_KEEPS_FREED_MEMORY
#endif
#endif

namespace caduceus::test {

// Bytes; with a sanitizer, which keeps what was freed, nothing.
inline std::size_t memory_in_use() {
#ifdef CADUCEUS_KEEPS_FREED_MEMORY
  return 0;
#else
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
#endif
}

}  // namespace caduceus::test
