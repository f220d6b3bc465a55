#include "core/crypto/licence.h"

#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Licence) { CHECK(value.check() && value.device < devices_per_signer && value.issued < value.expires); }

}  // namespace caduceus::fuzz
