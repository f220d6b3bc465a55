#include "host/node/sup_service.h"
#include "test/fuzz/decoder.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

// Of a node that was asked for a proof: what is no proof of it says nothing (sup_reply.cpp judges proofs).
FUZZ_DECODER(ClientAnswer) {
  const auto* const entry = std::get_if<sup::ProvenEntry>(&value.reply);
  if (entry == nullptr) return;
  const sup::AskProof question{sup::SnapshotTrie::state, {sup::StateKey::account(sup_chain().people.hospital(1).identity())}};
  static_cast<void>(sup::verify_step(question, *entry));
}

}  // namespace caduceus::fuzz
