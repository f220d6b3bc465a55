#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(PendingRegistration) { static_cast<void>(accept_keys(world().parameters, value, world().issued)); }

}  // namespace caduceus::fuzz
