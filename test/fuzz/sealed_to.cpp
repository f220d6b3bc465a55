#include "core/crypto/sealing_key.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// Whoever knows the hospital's key can seal to it, but what opens was sealed for this use and this recipient.
FUZZ_DECODER(SealedTo) {
  const SealingKey& key = sharing_world().sealing;
  const auto opened = open_sealed(key, World::purpose, value);
  accepted = opened.has_value();
  CHECK(!opened || encode(value) == encode(sharing_world().sealed));
  CHECK(!open_sealed(key, "another use", value));
  CHECK(!open_sealed({world().doctor.signing.identity, key.secret.copy(), key.public_key}, World::purpose, value));
}

}  // namespace caduceus::fuzz
