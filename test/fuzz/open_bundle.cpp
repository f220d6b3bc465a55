#include "core/roles/hospital_publishing.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(roles::OpenBundle) { CHECK(!record_hashes(value.bundle.bundle).empty()); }

}  // namespace caduceus::fuzz
