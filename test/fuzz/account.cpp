#include "core/sup/records.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows it: who asks decodes the points.
FUZZ_DECODER(sup::Account) {
  const auto public_point = value.public_point.value();
  const auto sealing_key = value.sealing_key.value();
  CHECK(!public_point || EncodedG1::of(*public_point) == value.public_point);
  CHECK(!sealing_key || EncodedG1::of(*sealing_key) == value.sealing_key);
}

}  // namespace caduceus::fuzz
