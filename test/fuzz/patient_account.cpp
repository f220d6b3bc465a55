#include "core/sup/records.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// As a proof shows it: who asks compares H(ID_C, L_C).
FUZZ_DECODER(sup::PatientAccount) {}

}  // namespace caduceus::fuzz
