#include "core/crypto/sealing_key.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SealingPublicKey) {
  CHECK(!verify(value) || encode(value) == encode(sharing_world().published));  // else it is a forgery
}

}  // namespace caduceus::fuzz
