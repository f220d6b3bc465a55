#include "core/crypto/one_time_string.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Slot) {
  CHECK(16 * value.k() + value.device() == value.number && value.k() < Slot::per_epoch);
  CHECK(!slot_string({}, value).bytes.empty());
}

}  // namespace caduceus::fuzz
