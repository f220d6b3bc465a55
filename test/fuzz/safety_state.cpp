#include "core/sup/safety.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

using sup::SafetyState;

FUZZ_DECODER(SafetyState) { CHECK(value.first_view() >= value.voted() && value.first_view() >= value.timed_out()); }

}  // namespace caduceus::fuzz
