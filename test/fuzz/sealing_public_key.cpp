#include "core/crypto/sealing_key.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SealingPublicKey) {
  accepted = verify(value).has_value();
  CHECK(!accepted || encode(value) == encode(sharing_world().published));  // else it is a forgery
}

}  // namespace caduceus::fuzz
