#include "core/crypto/group.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(G1) { CHECK(!value.is_identity() && pairing(value, G2::generator()) * pairing(G1() - value, G2::generator()) == Gt()); }

}  // namespace caduceus::fuzz
