#include "core/crypto/group.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Scalar) { CHECK(value.is_zero() || value * value.inverse() == Scalar(1)); }

}  // namespace caduceus::fuzz
