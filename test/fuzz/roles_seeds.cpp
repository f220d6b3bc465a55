// The seeds of what patients, doctors and hospitals write to each other (docs/FORMATS.md, "Records").
#include "core/roles/letter.h"
#include "test/fuzz/corpus.h"
#include "test/fuzz/sharing_world.h"

namespace caduceus::fuzz {
namespace {

using namespace roles;

Letter letter(const IdentityKeys& from, const Identity& to, LetterContent content) {
  SeededRng rng(3);
  const SealingKey key = SealingKey::random(to, rng);
  const Party reader{{to, G1::generator()}, key.public_key, world().hospital.signing.identity};
  const Envelope envelope = write_letter(world().parameters.signing, from.signing, reader, std::move(content), World::now, rng);
  auto opened = open_letter(key, envelope);
  CHECK(opened.has_value());
  return *std::move(opened);
}

RecordNotice notice() {
  const World& w = world();
  RecordNotice made{{1, 1}, 3, {w.doctor.signing.identity, w.hospital.signing.identity, {}, World::now}, {7}, {"a visit"}, {"text/plain"},
                    3,      {}};
  made.emr = {{'e', 'm', 'r'}};
  made.terms.record = record_hash(made.salt, made.emr->value);
  return made;
}

}  // namespace

void add_roles(const Corpus& corpus) {
  const World& w = world();
  const SharingWorld& s = sharing_world();
  SeededRng rng(4);
  const Identity& patient = s.patient.signing.identity;
  const Identity& hospital = w.hospital.signing.identity;
  const SealingKey sealing = SealingKey::random(patient, rng);
  Card card = make_card(w.parameters.signing, s.patient.signing, sealing, hospital, rng);
  corpus.add_value("card", card);
  card.relay = w.doctor.signing.identity;
  corpus.add_value("card", card, "relay_is_no_hospital");

  const auto add = [&](std::string_view name, const IdentityKeys& from, const Identity& to, LetterContent content) {
    corpus.add_value("wallet_letter", letter(from, to, std::move(content)), name);
  };
  add("valid_hello", w.doctor, patient, s.doctor_side.hello());
  add("valid_question", w.doctor, patient, GrantQuestion{{1}, hospital, {"treatment"}, {"a second opinion"}, 2, World::now + 1000});
  add("valid_notice", w.hospital, patient, notice());
  add("valid_denial", s.patient, w.doctor.signing.identity, GrantDenied{{1}, {"not today"}});
  const GrantContent content{{1}, must(decode<Grant>(encode(s.grant))), {{{"a"}, {"b"}}}};
  add("valid_grant", s.patient, w.doctor.signing.identity,
      seal_grant(patient, w.doctor.signing.identity, s.patient_side.keys(), content, rng));
  corpus.add_value("grant_content", content);
  GrantContent changed_content = content;
  changed_content.grant.policy.patient.version = 2;
  corpus.add_value("grant_content", changed_content, "another_patients");
  changed_content = content;
  changed_content.titles.items.pop_back();
  corpus.add_value("grant_content", changed_content, "title_missing");
  changed_content = content;
  changed_content.grant.factors.items.pop_back();
  corpus.add_value("grant_content", changed_content, "factor_missing");
  const LogEntry entry{1, 1, {}, {}, World::now, patient, s.requester.request()};
  add("valid_access", w.hospital, patient, sign_entry(w.parameters.signing, w.hospital.signing, entry, rng));
  add("valid_erasure", w.hospital, patient, sign_erasure(w.parameters.signing, w.hospital.signing, {5}, World::now, "on her wish", rng));
  add("valid_reply", w.hospital, patient, DisputeReply{{6}, {"She was unconscious."}});
  Letter changed = letter(w.hospital, patient, notice());
  changed.sent = changed.sent + 1;
  corpus.add_value("wallet_letter", changed, "other_time");
}

}  // namespace caduceus::fuzz
