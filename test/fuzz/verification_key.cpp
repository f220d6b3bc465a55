#include "core/crypto/certificateless_signature.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(VerificationKey) {
  const World& w = world();
  const bool verifies = verify(w.parameters.signing, value, World::purpose, w.message(), w.signature).has_value();
  CHECK(!verifies || encode(value) == encode(w.hospital.signing.verification_key()));
}

}  // namespace caduceus::fuzz
