#include "core/roles/hospital_notices.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(roles::Notice) {}

}  // namespace caduceus::fuzz
