#include "core/crypto/fuzzy_extractor.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(Helper) {
  const SharingWorld& s = sharing_world();
  const auto again = reproduce(s.scan, value);
  // An altered helper gives nothing, and no other string either.
  CHECK(again.has_value() == (value == s.extracted.helper));
  accepted = again.has_value();
  CHECK(!again || again->expose() == s.extracted.value.expose());
}

}  // namespace caduceus::fuzz
