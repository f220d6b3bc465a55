#include "core/crypto/multi_signature.h"

#include "test/fuzz/decoder.h"
#include "test/fuzz/world.h"

namespace caduceus::fuzz {

FUZZ_DECODER(MultiSignature) {
  const World& w = world();
  for (const std::size_t quorum : {1U, 3U}) {
    const bool verifies = verify(w.voter_keys, w.message(), value, quorum).has_value();
    CHECK(!verifies || value == w.votes);  // else it is a forgery
  }
}

}  // namespace caduceus::fuzz
