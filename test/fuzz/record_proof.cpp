// Of each record there is one proof: what verifies under the header's root is that.
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(RecordProof) {
  MedChain& chain = med_chain();
  const Bytes32& root = chain.full().transactions;
  const TransactionHash htxm = hash_of(value.terms);
  const auto place = chain.source.place_of(mblock_hash(chain.full()), htxm);
  const bool is_proof = place && value == prove_record(chain.body(), place->bundle, place->record);
  CHECK(verify(root, htxm, value).has_value() == is_proof);
  CHECK(!verify(root, TransactionHash{1}, value));
}

}  // namespace caduceus::fuzz
