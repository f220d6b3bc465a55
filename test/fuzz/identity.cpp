#include "core/base/identity.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Identity) { CHECK(value.check() && !to_string(value).empty()); }

}  // namespace caduceus::fuzz
