#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(IdentityKeys) {
  // Keys that do not fit each other sign all the same; what they sign may be refused.
  SeededRng rng(1);
  const World& w = world();
  const Signature signature = sign(w.parameters.signing, value.signing, World::purpose, w.message(), rng);
  static_cast<void>(verify(w.parameters.signing, value.signing.verification_key(), World::purpose, w.message(), signature));
  const OneTimeString string = w.messages[0].w;
  static_cast<void>(sign(value.aggregate, w.messages[0].message, UnusedString::assume_unused(string), rng));
}

}  // namespace caduceus::fuzz
