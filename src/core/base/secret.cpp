#include "core/base/secret.h"

namespace caduceus {

bool equal_in_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) different |= static_cast<unsigned>(a[i] ^ b[i]);
  // 0 only where no bit differs: 0 − 1 borrows into the sign.
  return ((different - 1U) >> 31) != 0;
}

}  // namespace caduceus
