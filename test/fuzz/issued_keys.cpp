#include "core/crypto/registration.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(IssuedKeys) {
  const World& w = world();
  const bool fits = accept_keys(w.parameters, w.pending, value).has_value();
  CHECK(!fits || std::ranges::equal(encode_secret(value).expose(), encode_secret(w.issued).expose()));
}

}  // namespace caduceus::fuzz
