// The seeds of SUP: PROTOCOL.md §8.
#include "core/chain/med_body.h"
#include "core/sup/genesis.h"
#include "core/sup/query.h"
#include "host/node/sup_service.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/snapshot_world.h"
#include "test/fuzz/sup_chain.h"
#include "test/fuzz/world.h"

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
  corpus.add_value("sup_client_request", ClientRequest{1, sup::Submit{chain.body.transactions.items[0]}}, "valid_submit");
  corpus.add_value("sup_client_request", ClientRequest{2, sup::AskProof{sup::SnapshotTrie::state, {account}}}, "valid_proof");
  corpus.add_value("sup_client_request", ClientRequest{3, sup::AskProof{}}, "no_key");

  corpus.add_value("sup_reply", sup::Reply(Refusal::of(Reject::account_unknown)), "valid_refusal");
  corpus.add_value("sup_reply", sup::Reply(sup::Committed{Height(1), Time(2)}), "valid_committed");
  corpus.add_value("sup_reply", sup::Reply(sup::Status{}), "valid_status");
  corpus.add_value("sup_reply", sup::Reply(chain.block), "valid_block");
  const CommitProof commit{chain.block.header, {{chain.block.header}}, chain.qc};
  corpus.add_value("sup_reply", sup::Reply(sup::ProvenEntry{commit, chain.steps.state->state().prove(account)}), "valid_proof");
  corpus.add_value("sup_client_answer", ClientAnswer{1, sup::Status{}}, "valid_status");
  corpus.add_value("sup_client_answer", ClientAnswer{2, sup::ProvenEntry{commit, chain.steps.state->state().prove(account)}},
                   "valid_proof");
  corpus.add("sup_client_answer", "without_reply", encode(std::uint64_t{3}));
  corpus.add_value("sup_reply", sup::Reply(sup::ProvenEntry{{chain.block.header, {}, chain.qc}, {}}), "nothing_above");
}

// What proofs show.
void add_records(const Corpus& corpus, const SupChain& chain) {
  const Identity hospital = chain.people.hospital(0).identity();
  const auto shown = chain.steps.state->state().get(sup::StateKey::account(hospital));
  CHECK(shown.has_value());
  sup::Account account = must(decode<sup::Account>(*shown));
  corpus.add_value("account", account);
  account.public_point = {};
  corpus.add_value("account", account, "valid_no_point");
  account.hospital.version = 0;
  corpus.add_value("account", account, "bad_version");
  corpus.add_value("patient_account", sup::PatientAccount{Height(1), {2}});
  corpus.add("patient_account", "cut", encode(Height(1)));
  const auto& transactions = chain.body.transactions.items;
  corpus.add_value("emergency_page", sup::EmergencyPage{{hash_of(transactions[0]), hash_of(transactions[1])}});
  corpus.add_value("emergency_page", sup::EmergencyPage{}, "nothing");
  sup::EmergencyRecord record{{Height(2), Time(3)}, std::get<EmergencyTransaction>(transactions[0]).terms};
  corpus.add_value("emergency_record", record, "valid_reading");
  record.terms.marks.items.clear();
  corpus.add_value("emergency_record", record, "reading_without_marks");
  record.terms = std::get<EmergencyTransaction>(transactions[1]).terms;
  corpus.add_value("emergency_record", record, "valid_opening");
}

void add_snapshots(const Corpus& corpus) {
  const SnapshotWorld& snapshot = snapshot_world();
  const auto add = [&](std::string_view name, const std::vector<Bytes>& pieces) {
    corpus.add("chain_snapshot", name, snapshot_file(pieces));
  };
  add("valid", snapshot.pieces);
  add("nothing", {});
  add("head_alone", {snapshot.pieces.front(), snapshot.pieces.back()});
  std::vector<Bytes> pieces = snapshot.pieces;
  pieces.pop_back();
  add("without_end", pieces);
  MblockHeader idle = snapshot.genesis.first_mblock();
  idle.height = Height(1);
  idle.previous = mblock_hash(snapshot.genesis.first_mblock());
  pieces.push_back(encode(std::pair(med_piece, MedBlock{idle, {}})));
  pieces.push_back(snapshot.pieces.back());
  add("block_without_work", pieces);
  SnapshotHead head = snapshot.head;
  head.sup.block.time = head.sup.block.time + 1;
  pieces = snapshot.pieces;
  pieces.front() = encode(std::pair(head_piece, head));
  add("other_block", pieces);
  Bytes longer = snapshot_file(snapshot.pieces);
  longer.push_back(0);
  corpus.add("chain_snapshot", "behind_its_end", longer);
  corpus.add("chain_snapshot", "length_beyond", Bytes{255, 255, 255, 255, 0});
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
  add_records(corpus, chain);
  add_genesis(corpus, chain);
  add_snapshots(corpus);
  for (const SupTransaction& transaction : chain.body.transactions.items) {
    corpus.add_value("sup_transaction", transaction,
                     std::string("valid_")
                         .append(std::to_string(transaction.index() + 1))
                         .append("_")
                         .append(to_hex(hash_of(transaction)).substr(0, 4)));
  }
  corpus.add("sup_transaction", "unknown_kind", Bytes{7});
  corpus.add_value("relay", Relay{chain.body.transactions.items});
  corpus.add_value("relay", Relay{}, "nothing");
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
