#include "core/sup/query.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

// No proof of ours holds of another question, and no mutant of it says anything else.
FUZZ_DECODER(sup::Reply) {
  const auto* entry = std::get_if<sup::ProvenEntry>(&value);
  if (entry == nullptr) return;
  const SupChain& chain = sup_chain();
  const sup::AskProof question{sup::SnapshotTrie::state, {sup::StateKey::account(chain.people.hospital(0).identity())}};
  const auto proven = sup::verify(chain.net, chain.committee, 2, question, *entry);
  CHECK(!proven || entry->commit.block == chain.block.header);
}

}  // namespace caduceus::fuzz
