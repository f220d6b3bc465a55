// The seeds of MED: PROTOCOL.md §5, §9.
#include "core/med/request.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/med_chain.h"
#include "test/fuzz/med_light_world.h"

namespace caduceus::fuzz {

namespace {

void add_light(const Corpus& corpus) {
  const MedLightWorld& world = med_light_world();
  for (const med::Question& question : world.questions()) {
    const std::string kind = std::to_string(question.index());
    corpus.add_value("med_question", med::Asked{question.index(), question}, "valid_" + kind);
    corpus.add_value("med_reply", med::Replied{question.index(), world.node.reply(question)}, "valid_" + kind);
  }
  corpus.add_value("med_question", med::Asked{1, med::AskHeaders{}}, "no_locator");
  corpus.add_value("med_reply", med::Replied{1, med::NotHeld{}}, "valid_not_held");
}

void add_messages(const Corpus& corpus, const MedChain& chain) {
  const MblockHash block = mblock_hash(chain.full()), tip = mblock_hash(chain.headers.back());
  const MedBody body = chain.body();
  const Bundle& bundle = chain.bundle.bundle;
  const Call& call = chain.call.call;
  MedBody changed = body;
  changed.bundles.items[0].closed = Time(1);
  MblockHeader idle = chain.headers.back();
  ++idle.nonce;
  const std::vector<std::pair<std::string, med::Message>> messages{
      {"ask_headers", med::AskHeaders{{{tip, mblock_hash(chain.miner.genesis)}}}},
      {"headers", med::HeaderList{tip, {chain.headers}}},
      {"header_without_work", med::HeaderList{mblock_hash(idle), {{idle}}}},
      {"get_body", med::GetBody{block}},
      {"body", med::Body{block, body}},
      {"changed_body", med::Body{block, changed}},
      {"get_sketch", med::GetSketch{block}},
      {"sketch", med::Sketch{block, {{med::id_of(bundle).hash}}, {{med::id_of(call).hash}}, {}, body.aggregate}},
      {"get_parts", med::GetParts{block, {{0}}, {{0}}}},
      {"get_parts_beyond", med::GetParts{block, {{1}}, {}}},
      {"parts", med::Parts{block, body.bundles, body.calls}},
      {"not_here", med::NotHere{block}},
      {"have", med::Have{{{med::id_of(bundle), med::id_of(call)}}}},
      {"get_items", med::GetItems{{{med::id_of(bundle)}}}},
      {"bundle", med::ItemMessage{chain.bundle}},
      {"call", med::ItemMessage{chain.call}},
  };
  for (const auto& [name, message] : messages) corpus.add_value("med_message", message, "valid_" + name);
  corpus.add_value("med_message", med::Message(med::Have{}), "no_items");
  corpus.add("med_message", "unknown_kind", Bytes{12});
}

void add_requests(const Corpus& corpus, const MedChain& chain) {
  const RecordProof proof = prove_record(chain.body(), 0, 0);
  const std::vector<std::pair<std::string, med::Request>> requests{
      {"bundle", med::Submit{chain.bundle}},
      {"call", med::Submit{chain.call}},
      {"status", med::AskStatus{}},
      {"newest", med::AskBlock{}},
      {"block", med::AskBlock{Height(2)}},
      {"place", med::AskPlace{hash_of(proof.terms)}},
      {"anchor", med::Question(med::AskAnchor{Height(3)})},
  };
  for (const auto& [name, request] : requests) corpus.add_value("med_request", med::ClientRequest{1, request}, "valid_" + name);
  corpus.add_value("med_request", med::ClientRequest{1, med::Question(med::AskHeaders{})}, "no_locator");
  const med::Status status{
      chain.miner.genesis.previous,           mblock_hash(chain.full()), Height(2), Time(1), {0, 1}, Height(3), {}, Height(0), 2,
      {{chain.people.hospital(0).identity()}}};
  const std::vector<std::pair<std::string, med::Response>> responses{
      {"refusal", Refusal::of(Reject::pool_known)},
      {"taken", med::Taken{med::id_of(chain.bundle.bundle)}},
      {"status", status},
      {"block", MedBlock{chain.full(), chain.body()}},
      {"place", med::Place{chain.full(), 1, false, proof}},
      {"not_held", med::Reply(med::NotHeld{})},
  };
  for (const auto& [name, response] : responses) corpus.add_value("med_response", med::ClientResponse{1, response}, "valid_" + name);
}

void add_chain(const Corpus& corpus, const MedChain& chain) {
  corpus.add_value("med_body", chain.body());
  corpus.add_value("med_body", MedBody(), "valid_empty");
  corpus.add_value("signed_bundle", chain.bundle);
  corpus.add_value("signed_bundle", chain.waiting, "valid_other");
  corpus.add_value("record_proof", prove_record(chain.body(), 0, 0));
  corpus.add_value("record_proof", prove_record(chain.body(), 0, 1), "valid_other");
  const Identity hospital = chain.people.hospital(0).identity();
  corpus.add_value("index_operation", med::IndexOperation(med::PutEntry{{{2}, 1, {Bytes(540, 1)}}}), "valid_put");
  corpus.add_value("index_operation", med::IndexOperation(med::PutEntry{{{1}, 2, {Bytes(540, 1)}}}), "valid_put_again");
  corpus.add_value("index_operation", med::IndexOperation(med::DeleteEntry{{1}}), "valid_delete");
  corpus.add_value("index_operation", med::IndexOperation(med::SetSlot{{3}, {{hospital}}}), "valid_slot");
  corpus.add_value("index_operation", med::IndexOperation(med::SetSlot{{3}, {{hospital, hospital}}}), "valid_holder_twice");
  corpus.add_value("index_operation", med::IndexOperation(med::SetSlot{}), "no_holder");
  corpus.add_value("index_record", med::IndexRecord{2, 1080, {}}, "valid_no_slot");
  corpus.add_value("index_record", med::IndexRecord{2, 1080, med::SetSlot{{3}, {{hospital}}}}, "valid_slot");
  corpus.add_value("index_record", med::IndexRecord{0, 0, med::SetSlot{}}, "no_holder");
  corpus.add_value("used_slots", med::UsedSlots{{0, 1, 65'535}});
  corpus.add_value("used_slots", med::UsedSlots{}, "none");
}

}  // namespace

void add_med(const Corpus& corpus) {
  add_light(corpus);
  add_messages(corpus, med_chain());
  add_requests(corpus, med_chain());
  add_chain(corpus, med_chain());
}

}  // namespace caduceus::fuzz
