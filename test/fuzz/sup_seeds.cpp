// The seeds of SUP: PROTOCOL.md §8.
#include "core/sup/genesis.h"
#include "core/sup/query.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sup_chain.h"

namespace caduceus::fuzz {

namespace {

void add_queries(const Corpus& corpus, const SupChain& chain) {
  const Bytes account = sup::StateKey::account(chain.people.hospital(0).identity());
  corpus.add_value("sup_question", sup::Question(sup::Submit{chain.body.transactions.items[0]}), "valid_submit");
  corpus.add_value("sup_question", sup::Question(sup::AskStatus{}), "valid_status");
  corpus.add_value("sup_question", sup::Question(sup::AskBlock{Height(1)}), "valid_block");
  corpus.add_value("sup_question", sup::Question(sup::AskBlock{}), "valid_newest");
  corpus.add_value("sup_question", sup::Question(sup::AskProof{sup::SnapshotTrie::state, {account}}), "valid_proof");
  corpus.add_value("sup_question", sup::Question(sup::AskProof{}), "no_key");
  corpus.add("sup_question", "unknown_kind", Bytes{4});

  corpus.add_value("sup_reply", sup::Reply(Refusal::of(Reject::account_unknown)), "valid_refusal");
  corpus.add_value("sup_reply", sup::Reply(sup::Committed{Height(1), Time(2)}), "valid_committed");
  corpus.add_value("sup_reply", sup::Reply(sup::Status{}), "valid_status");
  corpus.add_value("sup_reply", sup::Reply(chain.block), "valid_block");
  const CommitProof commit{chain.block.header, {{chain.block.header}}, chain.qc};
  corpus.add_value("sup_reply", sup::Reply(sup::ProvenEntry{commit, chain.steps.state->state().prove(account)}), "valid_proof");
  corpus.add_value("sup_reply", sup::Reply(sup::ProvenEntry{{chain.block.header, {}, chain.qc}, {}}), "nothing_above");
}

void add_genesis(const Corpus& corpus, const SupChain& chain) {
  SeededRng rng(3);
  sup::Genesis genesis;
  genesis.name = {"demo"};
  genesis.authority = {chain.people.keys().parameters, chain.people.pkg().public_key, prove_possession(chain.people.pkg()), {{1}}};
  genesis.med = sup::devnet_med;
  for (std::size_t i = 0; i < 2; ++i) {
    const BlsKey key = BlsKey::random(rng);
    genesis.hospitals.items.push_back({chain.people.hospital(i).identity(), key.public_key, prove_possession(key)});
  }
  corpus.add_value("genesis", genesis);
  sup::Genesis twice = genesis;
  twice.hospitals.items[1] = twice.hospitals.items[0];
  corpus.add_value("genesis", twice, "a_hospital_twice");
  sup::Genesis deep = genesis;
  deep.commit_depth = 4;
  corpus.add_value("genesis", deep, "depth_4");
  sup::Genesis idle = genesis;
  idle.med.easiest_target = {};
  corpus.add_value("genesis", idle, "no_target");
}

}  // namespace

void add_sup(const Corpus& corpus) {
  const SupChain& chain = sup_chain();
  add_queries(corpus, chain);
  add_genesis(corpus, chain);
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
