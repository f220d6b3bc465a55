#include "core/crypto/fuzzy_extractor.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {

// A template, as a scanner hands it over.
FUZZ_DECODER(Template) {
  SeededRng rng(1);
  const SharingWorld& s = sharing_world();
  const auto again = reproduce(value, s.extracted.helper);
  CHECK(!again || again->expose() == s.extracted.value.expose());
  const auto enrolled = generate(value, rng);
  CHECK(!enrolled || must(reproduce(value, enrolled->helper)).expose() == enrolled->value.expose());
}

}  // namespace caduceus::fuzz
