#include "core/crypto/multi_signature.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(BlsKey) { static_cast<void>(verify_possession(value.public_key, prove_possession(value))); }

}  // namespace caduceus::fuzz
