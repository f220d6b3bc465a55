#include "core/crypto/certificateless_signature.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Signature) {
  const World& w = world();
  const bool verifies = verify(w.parameters.signing, w.hospital.signing.verification_key(), World::purpose, w.message(), value).has_value();
  CHECK(!verifies || value == w.signature);  // else it is a forgery
}

}  // namespace caduceus::fuzz
