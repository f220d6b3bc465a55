// The seeds of a hospital's records: what it is asked and answers, letters, what stands in its tables.
#include "core/crypto/fuzzy_extractor.h"
#include "core/roles/hospital_notices.h"
#include "core/roles/hospital_publishing.h"
#include "core/roles/hospital_records.h"
#include "core/roles/hospital_visits.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

constexpr Time now(1'800'000'000'000);

struct Seeds {
  const World& w = world();
  const SharingWorld& s = sharing_world();
  SeededRng rng{8};
  Identity patient = s.patient.signing.identity;
  Identity hospital = w.hospital.signing.identity;
  SealingKey patients_sealing = SealingKey::random(patient, rng);
  roles::Card card = roles::make_card(w.parameters.signing, s.patient.signing, patients_sealing, hospital, rng);
  roles::Party party{w.hospital.signing.verification_key(), s.sealing.public_key, hospital};
  roles::Envelope envelope = roles::write_letter(w.parameters.signing, s.patient.signing, party, roles::GrantDenied{{1}, {"no"}}, now, rng);
  med::SignedGroup group{{w.doctor.signing.identity, {Epoch(3'000'000), 16}, {{{{1}, now}, {{2}, now}}}}, {}};
  RecordTerms terms{w.doctor.signing.identity, hospital, {1}, now};
  roles::ErasureReceipt receipt = roles::sign_erasure(w.parameters.signing, w.hospital.signing, {1}, now, "order", rng);
};

void add_requests(const Corpus& corpus, Seeds& seeds) {
  const auto add = [&](std::string_view name, roles::RecordRequest request) {
    corpus.add_value("record_request", roles::NumberedRequest{7, std::move(request)}, name);
  };
  const EmergencyTerms emergency{EmergencyKind::open, seeds.w.doctor.signing.identity, seeds.hospital, {1}, {}, 3, now};
  add("valid_deposit", roles::Deposit{seeds.envelope});
  add("valid_collect", roles::Collect{3});
  add("valid_discard", roles::Discard{4});
  add("valid_meet", roles::Meet{seeds.card, seeds.s.initiator.hello()});
  add("valid_confirm", roles::ConfirmMeeting{seeds.s.confirm});
  add("valid_upload", roles::Upload{{1}, {2}, 10, 5, {{1, 2, 3}}});
  add("valid_deliver", roles::Deliver{seeds.patient, seeds.group, seeds.w.licence, {{{{1}, {"a"}, {"text/plain"}}, {{2}, {""}, {"a/b"}}}}});
  add("deliver_nothing", roles::Deliver{seeds.patient, seeds.group, seeds.w.licence, {}});
  add("valid_ask_records", roles::AskRecords{seeds.s.sealed});
  add("valid_ask_own", roles::AskOwn{{1, 2}, {3}});
  add("own_record_zero", roles::AskOwn{{1, 0}, {3}});
  add("valid_ask_part", roles::AskPart{{1}, 2, 3});
  add("valid_begin_backing", roles::BeginBacking{emergency, {4}, seeds.w.licence});
  add("valid_complete_backing", roles::CompleteBacking{{5}, {}});
  add("valid_revoke", roles::sign_revocation(seeds.w.parameters.signing, seeds.s.patient.signing, seeds.hospital, {6}, now, seeds.rng));
  add("valid_keyslot", roles::StoreKeyslot{seeds.s.keyslot});
  add("valid_ask_accesses", roles::AskAccesses{1});
  add("valid_dispute", roles::DisputeWords{{7}, seeds.patient, seeds.card.party(), {"not I"}});
  add("dispute_without_words", roles::DisputeWords{{7}, seeds.patient, seeds.card.party(), {""}});
  add("valid_status", roles::AskRecordStatus{});
  add("valid_erase", roles::EraseRecord{{8}, {"order"}});
  add("valid_log", roles::AskLog{9});
  add("valid_disputes", roles::AskDisputes{});
  add("valid_answer", roles::AnswerDispute{{10}, {"you were not"}});
  add("valid_make_checkpoint", roles::MakeCheckpoint{});
}

void add_responses(const Corpus& corpus, Seeds& seeds) {
  const auto add = [&](std::string_view name, roles::RecordResponse response) {
    corpus.add_value("record_response", roles::NumberedResponse{7, std::move(response)}, name);
  };
  const roles::LogEntry entry{1, 1, {}, {}, now, seeds.patient, seeds.s.requester.request()};
  add("valid_refusal", Refusal::of(Reject::grant_used_up));
  add("valid_done", roles::Done{});
  add("valid_mail", roles::MailList{{{{3, seeds.envelope}}}, true});
  add("valid_reply", seeds.s.reply);
  add("valid_ack", seeds.s.ack);
  add("valid_uploaded", roles::Uploaded{5});
  add("valid_delivered", roles::Delivered{1, 2});
  add("valid_answer", seeds.s.answer);
  add("valid_streamed", roles::StreamedAnswer{{1}, seeds.s.answer.t_a, {{100, 200}}});
  add("streams_nothing", roles::StreamedAnswer{{1}, seeds.s.answer.t_a, {}});
  add("valid_part", roles::Part{{{1, 2}}});
  add("valid_backing", roles::Backing{{4}});
  add("valid_committed", sup::Committed{Height(5), now});
  add("valid_accesses",
      roles::Accesses{{{roles::sign_entry(seeds.w.parameters.signing, seeds.w.hospital.signing, entry, seeds.rng)}}, false});
  add("valid_status", roles::RecordStatus{});
  add("valid_checkpoint", roles::Checkpoint{{"no room on the disk"}});
  add("valid_receipt", seeds.receipt);
  add("valid_log", roles::LogList{{{entry}}, true});
  add("valid_disputes", roles::DisputeList{{{{{1}, {2}, {"not I"}, true}}}});
  corpus.add_value("log_entry", entry);
  roles::LogEntry opening = entry;
  opening.number = 2;
  opening.previous = {1};
  opening.request = seeds.s.opening.requester.request();
  corpus.add_value("log_entry", opening, "valid_opening");
  corpus.add_value("access_request", roles::AccessRequest(entry.request), "valid_consented");
  corpus.add_value("access_request", roles::AccessRequest(opening.request), "valid_emergency");
}

void add_letters(const Corpus& corpus, Seeds& seeds) {
  const roles::Party patient = seeds.card.party();
  const auto add = [&](std::string_view name, roles::LetterContent content) {
    const auto envelope =
        roles::write_letter(seeds.w.parameters.signing, seeds.w.hospital.signing, patient, std::move(content), now, seeds.rng);
    const auto letter = roles::open_letter(seeds.patients_sealing, envelope);
    CHECK(letter.has_value());
    corpus.add_value("letter", *letter, name);
  };
  add("valid", roles::GrantDenied{{1}, {"as it was written"}});
  corpus.add_value("envelope", seeds.envelope);
}

void add_tables(const Corpus& corpus, Seeds& seeds) {
  const auto copy = [](const auto& secret) { return *decode<std::remove_cvref_t<decltype(secret)>>(encode_secret(secret).expose()); };
  corpus.add_value("hospital_visit", roles::Visit{seeds.card, copy(seeds.s.responder)});
  roles::HeldRecord record{seeds.patient, {1, 1}, seeds.terms, 2, {1}, {"title"}, {"text/plain"}, 100, seeds.s.factors[0].copy(), {},
                           false};
  corpus.add_value("held_record", record, "valid_new");
  const Bundle bundle{seeds.hospital, now, {Epoch(3'000'000), 0}, {{seeds.group.group}}};
  const MerkleTree tree(record_hashes(bundle));
  record.proof.value = encode(roles::InBundle{head_of(bundle), tree.prove(0)});
  corpus.add_value("held_record", record, "valid_in_bundle");
  corpus.add_value("open_bundle", roles::OpenBundle{{bundle, {{0, 0, 0, 0}}}, {{seeds.group}}});
  corpus.add_value("open_bundle", roles::OpenBundle{{bundle, {{0, 0, 0, 0}}}, {}}, "without_groups");
  corpus.add_value("notice", roles::Notice{seeds.patient, roles::NewRecord{{1}}}, "valid_record");
  corpus.add_value("notice", roles::Notice{seeds.patient, roles::NewAccess{2}}, "valid_access");
  corpus.add_value("notice", roles::Notice{seeds.patient, seeds.receipt}, "valid_receipt");
  corpus.add_value("notice", roles::Notice{seeds.patient, roles::DisputeReply{{3}, {"words"}}}, "valid_reply");
}

}  // namespace

void add_hospital(const Corpus& corpus) {
  Seeds seeds;
  add_requests(corpus, seeds);
  add_responses(corpus, seeds);
  add_letters(corpus, seeds);
  add_tables(corpus, seeds);
}

}  // namespace caduceus::fuzz
