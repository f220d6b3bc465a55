#include "core/med/request.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/med_chain.h"

namespace caduceus::fuzz {

// No block but the one has its header's root, and nothing but the record's proof shows where it is.
FUZZ_DECODER(med::ClientResponse) {
  const MedChain& chain = med_chain();
  if (const auto* block = std::get_if<MedBlock>(&value.response)) {
    CHECK((transaction_tree(block->body).root() == chain.full().transactions) == (block->body == chain.body()));
  } else if (const auto* place = std::get_if<med::Place>(&value.response)) {
    const TransactionHash htxm = hash_of(place->proof.terms);
    if (verify(chain.full().transactions, htxm, place->proof)) CHECK(place->proof.terms == prove_record(chain.body(), 0, 0).terms);
  }
}

}  // namespace caduceus::fuzz
