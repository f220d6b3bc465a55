#include "core/sup/records.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows it: its hash is the one that it stands under.
FUZZ_DECODER(sup::EmergencyRecord) {
  CHECK(value.terms.check().has_value());
  static_cast<void>(hash_of(value.terms));
}

}  // namespace caduceus::fuzz
