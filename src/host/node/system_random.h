// The system's randomness: where keys and nonces come from.
#pragma once

#include "core/base/rng.h"

namespace caduceus {

// getrandom(2). Waits, at boot only, until the kernel has entropy; there is no way in which it fails later (CHECK).
class SystemRandom final : public Rng {
 public:
  void fill(ByteSpan out) override;
};

}  // namespace caduceus
