// The seeds of SUP: PROTOCOL.md §8.
#include "core/sup/snapshot.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

void add_sup(const Corpus& corpus) {
  const SupChain& chain = sup_chain();
  for (const SupTransaction& transaction : chain.body.transactions.items) {
    corpus.add_value("sup_transaction", transaction,
                     std::string("valid_")
                         .append(std::to_string(transaction.index() + 1))
                         .append("_")
                         .append(to_hex(hash_of(transaction)).substr(0, 4)));
  }
  corpus.add("sup_transaction", "unknown_kind", Bytes{7});
  corpus.add_value("sup_body", chain.body);
  corpus.add_value("sup_body", SupBody(), "valid_empty");
  corpus.add_value("mblock_header", chain.body.observed.items[0]);
  corpus.add_value("sup_block", chain.block);
  SupBlock other = chain.block;
  other.body.value.back() ^= 1;
  corpus.add_value("sup_block", other, "other_body");
  corpus.add_value("quorum_certificate", chain.qc);
  corpus.add_value("quorum_certificate", genesis_certificate(chain.net, 4), "valid_genesis");
  corpus.add_value("timeout_certificate", chain.tc);
  for (const sup::Message& message : chain.messages) {
    corpus.add_value("sup_message", message, std::string("valid_").append(std::to_string(message.index())));
  }
  corpus.add_value("safety_state", chain.safety);
  corpus.add_value("safety_state", sup::initial_safety(genesis_certificate(chain.net, 4)), "valid_initial");
  const Bytes part = sup::snapshot_part(*chain.steps.state, {})->content.value;
  corpus.add("snapshot_part", "valid", part);
  corpus.add("snapshot_part", "valid_empty", Bytes());
  Bytes twice = part;
  twice.insert(twice.end(), part.begin(), part.end());
  corpus.add("snapshot_part", "entries_again", twice);
}

}  // namespace caduceus::fuzz
