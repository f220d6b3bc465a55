#include "core/crypto/group.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(G2) { CHECK(!value.is_identity() && pairing(G1::generator(), value) * pairing(G1::generator(), G2() - value) == Gt()); }

}  // namespace caduceus::fuzz
