// A patient's wallet in memory, with the hospital and the doctor of test/sharing.h.
#pragma once

#include <gtest/gtest.h>

#include "core/roles/patient_access_list.h"
#include "core/roles/patient_index.h"
#include "test/sharing.h"

namespace caduceus::roles::patient {

struct PatientTest : testing::Test {
  Sharing world;
  MemoryTables tables;
  SealingKey own_sealing = SealingKey::random(world.patient.signing.identity, world.rng);
  SealingKey doctor_sealing = SealingKey::random(world.doctor.signing.identity, world.rng);
  SealingKey hospital_sealing = SealingKey::random(world.hospital.signing.identity, world.rng);
  PatientSelf self{world.ppub, world.patient, own_sealing};
  Card card = make_card(world.ppub, world.patient.signing, own_sealing, world.hospital.signing.identity, world.rng);
  Party hospital{world.hospital.signing.verification_key(), hospital_sealing.public_key, world.hospital.signing.identity};
  Party doctor{world.doctor.signing.verification_key(), doctor_sealing.public_key, world.employer.signing.identity};
  const Identity& hospital_id = world.hospital.signing.identity;
  const Identity& doctor_id = world.doctor.signing.identity;
  std::optional<Responder> at_hospital;  // the hospital's side of the first visit
  std::optional<Initiator> at_doctor;    // the doctor's side of their agreement

  // A step that is kept if it is not refused.
  auto step(const auto& what) {
    WriteSet one(tables);
    auto outcome = what(one);
    if (outcome) tables.apply(one);
    return outcome;
  }
  void change(const auto& what) {
    WriteSet one(tables);
    what(one);
    tables.apply(one);
  }
  WriteSet view() { return WriteSet(tables); }

  void visit() {
    const Meet meet = must(step([&](WriteSet& one) { return begin_visit(one, self, hospital.key, card, world.rng); }));
    at_hospital = must(Responder::answer(world.ppub, world.hospital, world.patient.signing.verification_key(), meet.hello, world.rng));
    const ConfirmMeeting confirm =
        must(step([&](WriteSet& one) { return visit_replied(one, self, hospital_id, at_hospital->reply(), world.rng); }));
    const Ack ack = must(at_hospital->receive(world.ppub, confirm.confirm));
    ASSERT_TRUE(step([&](WriteSet& one) { return visit_acknowledged(one, hospital_id, ack); }));
  }

  RecordNotice notice(const RecordPlace& place, std::uint32_t n = 3) {
    RecordNotice made{place, n, {doctor_id, hospital_id, {}, Sharing::now}, {}, {"visit " + std::to_string(place.index)}, {"text/plain"},
                      4,     {}};
    made.salt.fill(static_cast<Byte>(place.index));
    made.emr = {{'e', 'm', 'r', static_cast<Byte>(place.index)}};
    made.terms.record = record_hash(made.salt, made.emr->value);
    return made;
  }
  Checked<bool> take(const RecordNotice& one) {
    return step([&](WriteSet& writes) { return take_notice(writes, hospital_id, one); });
  }
  void take_all(std::uint32_t n = 3) {
    for (std::uint32_t i = 1; i <= n; ++i) ASSERT_EQ(take(notice({1, i}, n)), true);
  }

  Checked<LetterOutcome> read(const IdentityKeys& writer, const Party& from, LetterContent content) {
    const Envelope envelope = write_letter(world.ppub, writer.signing, card.party(), std::move(content), Sharing::now, world.rng);
    const Letter letter = must(open_letter(own_sealing, envelope));
    return step([&](WriteSet& one) { return receive(one, self, from, letter, Sharing::now, world.rng); });
  }
  Checked<LetterOutcome> from_doctor(LetterContent content) { return read(world.doctor, doctor, std::move(content)); }
  // The newest letter to the doctor, who has read it.
  LetterContent to_doctor() {
    const auto letters = letters_to_send(view());
    EXPECT_FALSE(letters.empty());
    EXPECT_EQ(letters.back().second.relay, doctor.relay);
    return must(open_letter(doctor_sealing, letters.back().second.envelope)).content;
  }
  void agree() {
    at_doctor = must(Initiator::begin(doctor.key, world.patient.signing.verification_key(), world.rng));
    ASSERT_EQ(from_doctor(at_doctor->hello()), LetterOutcome::agreement);
    const Confirm confirm = must(at_doctor->receive(world.ppub, world.doctor, std::get<Reply>(to_doctor()), world.rng));
    ASSERT_EQ(from_doctor(confirm), LetterOutcome::agreement);
    ASSERT_TRUE(at_doctor->receive(std::get<Ack>(to_doctor())));
  }
  GrantQuestion question() { return {{7}, hospital_id, {"treatment"}, {"a second opinion"}, 2, Sharing::now + 3'600'000}; }
  Consent answer_to(const GrantQuestion& asked, std::vector<RecordPlace> places) {
    return {doctor_id, hospital_id, std::move(places), asked.purpose.value, asked.until, asked.uses, asked.id};
  }
  Checked<HeldGrant> grant(const Consent& given) {
    return step([&](WriteSet& one) { return consent(one, self, given, Sharing::now, world.rng); });
  }
  // Visit, three records, a question, and a grant of the first two.
  GrantContent granted() {
    visit();
    take_all();
    agree();
    EXPECT_EQ(from_doctor(question()), LetterOutcome::question);
    must(grant(answer_to(question(), {{1, 2}, {1, 1}, {1, 2}})));
    return must(open_grant(self.identity(), doctor_id, at_doctor->keys(), std::get<SealedGrant>(to_doctor())));
  }
  GrantRequest request_by(const GrantContent& content) {
    return must(GrantRequester::begin(world.ppub, world.doctor.signing, world.licence, content.grant, {{{1, 1}}}, Sharing::now, world.rng))
        .request();
  }

  // The hospital's log.
  MemoryTables at_log;
  SignedLogEntry log(const AccessRequest& request) {
    WriteSet one(at_log);
    LogEntry entry = AccessLog(one).add(self.identity(), request, Sharing::now);
    at_log.apply(one);
    return sign_entry(world.ppub, world.hospital.signing, std::move(entry), world.rng);
  }
  Checked<bool> take(const SignedLogEntry& entry) {
    return step([&](WriteSet& one) { return take_entry(one, self, hospital.key, entry); });
  }

  // A reading of a record, as SUP has it, and as the hospital is asked.
  EmergencyScope scope{self.identity(), hospital_id, {{{1, 2}}}, {9}};
  EmergencyRequest emergency_request(EmergencyKind kind, const Bytes32& htxu) {
    std::vector<SecretKey> tokens;
    if (kind == EmergencyKind::open) scope.records.items.clear();
    for (const RecordToken& one : tokens_of(view())) {
      if (std::ranges::find(scope.records.items, one.name.place) != scope.records.items.end()) tokens.push_back(one.token.copy());
    }
    return must(EmergencyRequester::begin(world.ppub, world.doctor, world.licence, kind, scope, htxu, Sharing::pointers(tokens),
                                          Sharing::now, world.rng))
        .request();
  }
  Emergency on_sup(EmergencyKind kind) {
    EmergencyTerms terms{kind, doctor_id, world.employer.signing.identity, emergency_hash(kind, scope), {}, 5, Sharing::now};
    for (const RecordToken& one : tokens_of(view())) {
      const bool is_read = std::ranges::find(scope.records.items, one.name.place) != scope.records.items.end();
      if (kind == EmergencyKind::read && is_read) terms.marks.items.push_back(emergency_mark(one.token, doctor_id, terms.ts3));
    }
    return {hash_of(terms), {{Height(3), Sharing::now}, terms}};
  }
  std::size_t look(const std::vector<Emergency>& all) {
    std::size_t found = 0;
    change([&](WriteSet& one) { found = scan(one, all, Height(10)); });
    return found;
  }
};

}  // namespace caduceus::roles::patient
