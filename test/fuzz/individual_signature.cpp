#include "core/crypto/aggregate_signature.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(IndividualSignature) {
  const World& w = world();
  SeededRng rng(1);
  HashedIdentities identities(4);
  static_cast<void>(find_invalid(w.parameters, {w.messages.data(), 1}, {&value, 1}, identities, rng));
}

}  // namespace caduceus::fuzz
