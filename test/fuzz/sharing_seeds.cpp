// The seeds of sharing: PROTOCOL.md §4 to §7.
#include "core/crypto/stream_pieces.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

void add_agreement(const Corpus& corpus) {
  const SharingWorld& s = sharing_world();
  corpus.add_value("hello", s.initiator.hello(), "valid_patient");
  corpus.add_value("hello", s.doctor_side.hello(), "valid_doctor");
  Hello hello = s.initiator.hello();
  hello.t1_prime.reset();
  corpus.add_value("hello", hello, "without_half");
  hello = s.initiator.hello();
  std::swap(hello.initiator, hello.responder);
  corpus.add_value("hello", hello, "parties_swapped");
  corpus.add_value("reply", s.reply, "valid_hospital");
  corpus.add_value("reply", s.patient_side.reply(), "valid_patient");
  corpus.add_value("confirm", s.confirm);
  corpus.add_value("ack", s.ack);

  corpus.add("initiator", "valid_waiting", s.initiator_waiting.expose());
  corpus.add("initiator", "valid_pending", s.initiator_pending.expose());
  corpus.add_value("initiator", s.initiator, "valid_active");
  corpus.add_value("initiator", s.doctor_side, "valid_doctor");
  corpus.add("responder", "valid_answered", s.responder_answered.expose());
  corpus.add_value("responder", s.responder, "valid_active");
  corpus.add_value("responder", s.patient_side, "valid_patient");
  // Of another peer than the one whose Hello it pins: one that a request could be checked with, though it has no T_1'.
  Responder mixed = must(decode<Responder>(encode_secret(s.patient_side).expose()));
  std::get<0>(Responder::fields(mixed)) = true;
  std::get<2>(Responder::fields(mixed)) = s.patient.signing.verification_key();
  corpus.add_value("responder", mixed, "another_peer");
  Initiator side = must(decode<Initiator>(encode_secret(s.initiator).expose()));
  std::get<1>(Initiator::fields(side)) = world().doctor.signing.verification_key();
  corpus.add_value("initiator", side, "another_peer");
}

void add_grants(const Corpus& corpus) {
  const SharingWorld& s = sharing_world();
  const Policy& policy = s.grant.policy;
  corpus.add_value("policy", policy);
  const auto broken = [&](std::string_view name, const auto& change) {
    Policy one = policy;
    change(one);
    corpus.add_value("policy", one, name);
  };
  broken("patient_is_doctor", [](Policy& one) { one.patient = one.doctor; });
  broken("records_descending", [](Policy& one) { std::swap(one.records.items[0], one.records.items[1]); });
  broken("record_twice", [](Policy& one) { one.records.items[1] = one.records.items[0]; });
  broken("no_record", [](Policy& one) { one.records.items.clear(); });
  broken("record_zero", [](Policy& one) { one.records.items[0].index = 0; });
  broken("period_empty", [](Policy& one) { one.expires = one.not_before; });
  broken("no_use", [](Policy& one) { one.uses = 0; });
  broken("too_many_uses", [](Policy& one) { one.uses = Policy::most_uses + 1; });

  corpus.add_value("grant", s.grant);
  Grant grant = s.grant;
  grant.factors.items.pop_back();
  corpus.add_value("grant", grant, "factor_missing");

  GrantRequest request = s.requester.request();
  corpus.add_value("grant_request", request);
  std::swap(request.records.items[0], request.records.items[1]);
  corpus.add_value("grant_request", request, "records_descending");
  corpus.add_value("grant_requester", s.requester);
  GrantRequester requester = must(decode<GrantRequester>(encode_secret(s.requester).expose()));
  std::get<2>(GrantRequester::fields(requester)).items.pop_back();
  corpus.add_value("grant_requester", requester, "factor_missing");

  corpus.add_value("grant_memory", GrantMemory{}, "valid_new");
  corpus.add_value("grant_memory", s.memory, "valid_used");
  GrantMemory memory = s.memory.copy();
  memory.revoked = true;
  corpus.add_value("grant_memory", memory, "valid_revoked");

  corpus.add_value("answer", s.answer, "valid_to_request");
  corpus.add_value("answer", s.reading.answer, "valid_to_reading");
  corpus.add_value("answer", s.opening.answer, "valid_to_opening");
  corpus.add_value("answer", Answer{s.answer.t_a, {}}, "no_body");
  corpus.add_value("record_head", s.bodies[0].head);
}

// As body_opener.cpp reads them.
void add_bodies(const Corpus& corpus) {
  using Begin = std::variant<RecordHead, Blob<0, 4096>>;
  const RecordHead& head = sharing_world().bodies[0].head;
  const auto add = [&](std::string_view name, std::uint64_t off, std::uint32_t piece, std::uint32_t proof, std::uint32_t emr,
                       const Begin& begin) {
    corpus.add_value("body_opener", std::pair(off, std::pair(piece, std::pair(proof, std::pair(emr, begin)))), name);
  };
  const std::uint64_t truth = sealed_stream_size(encode(head).size());
  add("valid", 0, 1000, 0, 100, head);
  add("valid_empty", 0, 1, 0, 0, head);
  add("valid_in_three_chunks", 0, 65'000, 65'000, 70'000, head);
  add("more_said", 1, 1000, 0, 100, head);
  add("less_said", 0 - std::uint64_t{1}, 1000, 0, 100, head);
  add("no_header_said", 3 - truth, 1000, 0, 0, head);
  add("no_tag_said", 10 - truth, 1000, 0, 0, head);
  add("no_head", 0, 1000, 0, 10, Blob<0, 4096>{});
}

void add_emergencies(const Corpus& corpus) {
  const SharingWorld& s = sharing_world();
  corpus.add_value("emergency_request", s.opening.requester.request(), "valid_opening");
  corpus.add_value("emergency_request", s.reading.requester.request(), "valid_reading");
  EmergencyRequest request = s.reading.requester.request();
  request.proofs.items.pop_back();
  corpus.add_value("emergency_request", request, "proof_missing");
  request = s.reading.requester.request();
  request.kind = EmergencyKind::open;
  corpus.add_value("emergency_request", request, "opening_with_records");
  request = s.opening.requester.request();
  request.kind = EmergencyKind::read;
  corpus.add_value("emergency_request", request, "reading_without_records");
  corpus.add_value("emergency_requester", s.opening.requester, "valid_opening");
  corpus.add_value("emergency_requester", s.reading.requester, "valid_reading");

  corpus.add_value("emergency_memory", EmergencyMemory{}, "valid_new");
  corpus.add_value("emergency_memory", s.opening.memory, "valid_opened");
  corpus.add_value("emergency_memory", s.reading.memory, "valid_read");
  EmergencyMemory memory = s.opening.memory.copy();
  while (memory.answered.items.size() <= EmergencyMemory::most_openings) memory.answered.items.emplace_back();
  corpus.add_value("emergency_memory", memory, "too_many_openings");
}

void add_vault(const Corpus& corpus) {
  const SharingWorld& s = sharing_world();
  corpus.add_value("scan", s.scan);
  corpus.add_value("helper", s.extracted.helper);

  corpus.add_value("keyslot", s.keyslot, "valid_one_finger");
  corpus.add_value("keyslot", s.keyslot_of_two, "valid_two_fingers");
  Keyslot slot = s.keyslot;
  slot.version = 2;
  corpus.add_value("keyslot", slot, "version_2");
  slot = s.keyslot;
  slot.oprf_key = 1;
  corpus.add_value("keyslot", slot, "with_oprf_key");

  corpus.add_value("index_entry", s.entry);
  IndexEntry entry = must(decode<IndexEntry>(encode_secret(s.entry).expose()));
  entry.keywords.items.assign(64, {std::string(64, 'k')});
  corpus.add_value("index_entry", entry, "valid_largest");
  entry.keywords.items.assign(1, {""});
  corpus.add_value("index_entry", entry, "empty_keyword");
  corpus.add_value("sealed_entry", s.sealed_entry);
  corpus.add_value("sealed_entry", SealedEntry{s.sealed_entry.id, 1, {Bytes(27)}}, "too_short");

  corpus.add_value("sealed_to", s.sealed);
  corpus.add_value("sealed_to", SealedTo{s.sealed.ephemeral, {Bytes(27)}}, "too_short");
  corpus.add_value("sealing_key", s.sealing);
  corpus.add_value("sealing_public_key", s.published);
}

}  // namespace

void add_sharing(const Corpus& corpus) {
  for (const auto add : {add_agreement, add_grants, add_bodies, add_emergencies, add_vault}) add(corpus);
}

}  // namespace caduceus::fuzz
