#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(RegistrationRequest) {
  SeededRng rng(1);
  const bool verifies = verify_request(world().parameters.signing, value).has_value();
  // Whoever does not know the secret value makes no proof of it, so that no mutant but the request itself may pass.
  CHECK(!verifies || encode(value) == encode(world().pending.request));
  CHECK(issue_keys(world().master, world().parameters, value, rng).has_value() == verifies);
}

}  // namespace caduceus::fuzz
