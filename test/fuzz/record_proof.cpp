// What verifies under the header's root is of a record that the block has, in the bundle that the block has it in. Indices and sizes of trees
// may lie (RFC 6962 binds them by the path's shape only), what stands in the leaves may not.
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

FUZZ_DECODER(RecordProof) {
  MedChain& chain = med_chain();
  const Bytes32& root = chain.full().transactions;
  const TransactionHash htxm = hash_of(value.terms);
  const auto place = chain.source.place_of(mblock_hash(chain.full()), htxm);
  if (verify(root, htxm, value).has_value()) {
    CHECK(place.has_value());
    const RecordProof proof = prove_record(chain.body(), place->bundle, place->record);
    CHECK(value.terms == proof.terms && value.bundle == proof.bundle);
    CHECK(value.in_bundle.path == proof.in_bundle.path && value.in_block.path == proof.in_block.path);
  } else {
    CHECK(!place || value != prove_record(chain.body(), place->bundle, place->record));
  }
  CHECK(!verify(root, TransactionHash{1}, value));
}

}  // namespace caduceus::fuzz
