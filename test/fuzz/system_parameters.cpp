#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SystemParameters) { CHECK(value.check()); }

}  // namespace caduceus::fuzz
