#include "core/sup/records.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows it to a patient, who then asks for each of these.
FUZZ_DECODER(sup::EmergencyPage) { CHECK(!value.items.empty() && value.items.size() <= sup::most_in_page); }

}  // namespace caduceus::fuzz
