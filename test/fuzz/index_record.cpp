#include "core/med/emr_index.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows it to a doctor in an emergency, who then asks the holders.
FUZZ_DECODER(med::IndexRecord) { CHECK(!value.slot || !value.slot->holders.items.empty()); }

}  // namespace caduceus::fuzz
