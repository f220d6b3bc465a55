#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(med::SignedBundle) {
  MedChain& chain = med_chain();
  const auto verified = chain.verifier.verify(value, chain.people.rng);
  CHECK(verified.has_value() == (value == chain.bundle || value == chain.waiting));
}

}  // namespace caduceus::fuzz
