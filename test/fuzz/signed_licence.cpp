#include "core/crypto/licence.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SignedLicence) {
  const World& w = world();
  const bool verifies = verify_licence(w.parameters.signing, w.hospital.signing.verification_key(), value, World::now).has_value();
  CHECK(!verifies || encode(value) == encode(w.licence));  // else it is a forgery
}

}  // namespace caduceus::fuzz
