#include "core/crypto/sealing_key.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SealingKey) {
  SeededRng rng(1);
  // Only who knows its secret proves a key.
  CHECK(verify(publish(value, rng)).has_value() == (value.secret.expose() * G1::generator() == value.public_key));
}

}  // namespace caduceus::fuzz
