#include "core/crypto/multi_signature.h"
#include "test/fuzz/decoder.h"

namespace caduceus::fuzz {

FUZZ_DECODER(SignerSet) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < 2 * SignerSet::most_signers; ++i) count += value.contains(i) ? 1U : 0U;
  CHECK(count == value.count() && count <= value.size());
}

}  // namespace caduceus::fuzz
