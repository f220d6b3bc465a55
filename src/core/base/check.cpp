#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace caduceus {

void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "caduceus: a bug: CHECK(%s) failed at %s:%d\n", what, file, line);
  std::abort();
}

}  // namespace caduceus
