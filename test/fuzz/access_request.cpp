#include "core/roles/access_log.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

// What is sealed to a hospital: whose request it is, is known before anything is checked.
FUZZ_DECODER(roles::AccessRequest) { static_cast<void>(roles::doctor_of(value)); }

}  // namespace caduceus::fuzz
