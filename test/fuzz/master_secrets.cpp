#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(MasterSecrets) { CHECK(SystemParameters::of(value).check()); }

}  // namespace caduceus::fuzz
