// R15, and what else is done to requests without consent: guessed records, a request at every hospital, another patient, another backer,
// another T_b.
#include "test/attacks/sharing_attacker.h"

namespace caduceus {
namespace {

struct Emergency : testing::Test {
  Sharing s;
  const std::vector<RecordPlace> places{{1, 1}, {2, 2}};
  const EmergencyScope scope = s.scope(places);
  const EmergencyScope opening_scope = s.scope({});
  const Bytes32 htxu{7};
  const std::vector<SecretKey> tokens = s.tokens(places);
  const EmergencyRequester reading = begin(EmergencyKind::read, scope, htxu, tokens);
  const EmergencyRequester opening = begin(EmergencyKind::open, opening_scope, htxu, {});
  EmergencyView read_view = s.emergency_view(EmergencyKind::read, scope);
  EmergencyView open_view = s.emergency_view(EmergencyKind::open, opening_scope);
  EmergencyMemory memory;

  EmergencyRequester begin(EmergencyKind kind, const EmergencyScope& of, const Bytes32& under, const std::vector<SecretKey>& with) {
    return must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, kind, of, under, Sharing::pointers(with), Sharing::now, s.rng));
  }
  // What SUP says in a view, to be changed.
  static CommittedEmergency& committed(EmergencyView& view) {
    if (!view.committed) view.committed.emplace();
    return *view.committed;
  }
  // As the hospital finds them for what the request names.
  [[nodiscard]] std::vector<SecretKey> tokens_of(const EmergencyRequest& request) const {
    std::vector<SecretKey> found;
    for (const RecordPlace& place : request.scope.records.items) {
      const std::size_t held = place.batch == 1 ? 7 : place.batch == 2 ? 2 : 0;
      found.push_back(place.index >= 1 && place.index <= held ? emergency_token(s.factor(place)) : SecretKey());
    }
    return found;
  }
  Checked<AcceptedEmergency> asked(const EmergencyRequest& request, const EmergencyView& view, const IdentityKeys& hospital) {
    const auto found = tokens_of(request);
    return AcceptedEmergency::check(s.ppub, hospital, request, Sharing::pointers(found), view, memory, s.rng);
  }
  Checked<AcceptedEmergency> asked(const EmergencyRequest& request, const EmergencyView& view) { return asked(request, view, s.hospital); }
  EmergencyRequest by_doctor(const EmergencyRequest& request, const Scalar& b) {
    return signed_again(s.ppub, s.doctor.signing, b, request, s.rng);
  }
};

using emergency_attack = Emergency;
using emergency_view = Emergency;

// Published, j was a number that any doctor could guess. The doctor has its tx_ur for these j's committed, with marks that it made up, and does
// all else by the book: without the opened index there is no τ_j.
TEST_F(emergency_attack, a_guessed_record_without_its_token_is_refused) {
  std::vector<SecretKey> guessed;
  guessed.emplace_back(s.rng.bytes<32>());
  guessed.push_back(tokens[1].copy());
  const EmergencyRequester guess = begin(EmergencyKind::read, scope, htxu, guessed);
  EXPECT_THAT(asked(guess.request(), read_view), refused_as(Reject::emergency_marks));
  // With right marks, by a patient who came before, it is the proofs; with right proofs, the marks.
  committed(read_view).marks[0] = emergency_mark(guessed[0], s.doctor.signing.identity, committed(read_view).ts3);
  EXPECT_THAT(asked(guess.request(), read_view), refused_as(Reject::emergency_marks));
  EXPECT_THAT(asked(reading.request(), read_view), refused_as(Reject::emergency_marks));
}

// A token is of one record; marks and proofs are of one doctor, one time, one htxU, one T_b and one hospital.
TEST_F(emergency_attack, tokens_marks_and_proofs_of_something_else_are_refused) {
  const std::vector<SecretKey> crossed = s.tokens({places[1], places[0]});
  EXPECT_THAT(asked(begin(EmergencyKind::read, scope, htxu, crossed).request(), read_view), refused_as(Reject::emergency_marks));
  EmergencyView view = read_view;
  std::swap(committed(view).marks[0], committed(view).marks[1]);
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_marks));
  view = read_view;
  committed(view).marks.pop_back();
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_marks));
  view = read_view;
  ++committed(view).ts3;
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_marks));
  view = read_view;
  committed(view).marks[0] = emergency_mark(tokens[0], s.employer.signing.identity, committed(view).ts3);  // of another's read
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_marks));

  // The doctor's own request under another committed tx_ur: the proofs are of the first.
  EmergencyRequest request = reading.request();
  request.htxu[0] ^= 1;
  EXPECT_THAT(asked(by_doctor(request, b_of(reading)), read_view), refused_as(Reject::emergency_marks));
  EXPECT_THAT(asked(begin(EmergencyKind::read, scope, request.htxu, tokens).request(), read_view), accepted());
}

// Published, T_b was unsigned: who sits in between put its own there and read the answer.
TEST_F(emergency_attack, an_exchanged_t_b_is_refused) {
  const Scalar own = Scalar::random(s.rng);
  EmergencyRequest request = reading.request();
  request.t_b = own * G1::generator();
  EXPECT_THAT(asked(request, read_view), refused_as(Reject::emergency_marks));
  request = opening.request();
  request.t_b = own * G1::generator();
  EXPECT_THAT(asked(request, open_view), refused_as(Reject::request_signature));
  // Signed by somebody else, who may be a doctor.
  const IdentityKeys mallory = s.enrol({Role::doctor, {"dr-mallory.st-luke"}, 1});
  request = signed_again(s.ppub, mallory.signing, own, request, s.rng);
  EXPECT_THAT(asked(request, open_view), refused_as(Reject::signature_other_key));
  request.proof.public_point = s.doctor.signing.public_point;
  EXPECT_THAT(asked(request, open_view), refused_as(Reject::request_signature));
  // The doctor itself, who does not know the b of the T_b that it sends: another's, seen in a request.
  EXPECT_THAT(asked(by_doctor(opening.request(), own), open_view), refused_as(Reject::request_signature));
}

// One committed request served at every hospital; the signature did not cover which.
TEST_F(emergency_attack, a_replay_at_another_hospital_is_refused) {
  EXPECT_THAT(asked(reading.request(), read_view, s.employer), refused_as(Reject::grant_not_for_us));
  EXPECT_THAT(asked(opening.request(), open_view, s.employer), refused_as(Reject::grant_not_for_us));
  // The doctor asks there itself: the committed hUR is of η, and η of the hospital.
  EmergencyScope elsewhere = scope;
  elsewhere.hospital = s.employer.signing.identity;
  EXPECT_THAT(asked(begin(EmergencyKind::read, elsewhere, htxu, tokens).request(), read_view, s.employer),
              refused_as(Reject::emergency_other_request));
  // An answer of one hospital is nothing to a request to another.
  AcceptedEmergency taken = must(asked(opening.request(), open_view));
  taken.persisted();
  elsewhere = opening_scope;
  elsewhere.hospital = s.employer.signing.identity;
  EXPECT_THAT(begin(EmergencyKind::open, elsewhere, htxu, {}).open_keyslot(s.doctor, must(taken.answer_keyslot(as_bytes("the slot")))),
              refused_as(Reject::sealed_invalid));
}

TEST_F(emergency_attack, another_patient_record_or_nonce_than_was_committed_is_refused) {
  std::vector<EmergencyScope> others(4, scope);
  others[0].patient.name = {"0th3r"};
  others[1].records.items = {{1, 1}, {2, 1}};
  others[2].records.items = {{1, 1}};
  others[3].nonce[31] ^= 1;
  for (const EmergencyScope& other : others) {
    EXPECT_THAT(asked(begin(EmergencyKind::read, other, htxu, s.tokens(other.records.items)).request(), read_view),
                refused_as(Reject::emergency_other_request));
  }
  EmergencyScope somebody = opening_scope;
  somebody.patient.name = {"0th3r"};
  EXPECT_THAT(asked(begin(EmergencyKind::open, somebody, htxu, {}).request(), open_view), refused_as(Reject::emergency_other_request));
  // An opening that was committed is no reading, and the other way round.
  EXPECT_THAT(asked(reading.request(), open_view), refused_as(Reject::emergency_other_request));
  EXPECT_THAT(asked(opening.request(), read_view), refused_as(Reject::emergency_other_request));
  EmergencyView view = open_view;
  committed(view).hur = emergency_hash(EmergencyKind::read, scope);
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_other_request));
}

// Published, the doctor's signature did not cover the hospital that backs it.
TEST_F(emergency_attack, another_backer_or_doctor_than_was_committed_is_refused) {
  EmergencyView view = read_view;
  committed(view).hospital = s.hospital.signing.identity;
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_parties));
  view = read_view;
  committed(view).doctor.name = {"dr-mallory.st-luke"};
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_parties));
  // A licence of another hospital than the one that signed htxU.
  EmergencyRequest request = reading.request();
  request.licence = must(issue_licence(s.ppub, s.hospital.signing,
                                       {s.hospital.signing.identity, s.doctor.signing.identity, 3, Time(0), Sharing::now + 9}, s.rng));
  EXPECT_THAT(asked(by_doctor(request, b_of(reading)), read_view), refused_as(Reject::emergency_parties));
  request.licence = s.license({Role::doctor, {"dr-mallory.st-luke"}, 1});
  EXPECT_THAT(asked(by_doctor(request, b_of(reading)), read_view), refused_as(Reject::request_licence));
  // Somebody else's committed request, with her licence and signature, and the tokens that only the first has proved.
  const IdentityKeys mallory = s.enrol({Role::doctor, {"dr-mallory.st-luke"}, 1});
  view = read_view;
  view.doctor = mallory.signing.verification_key();
  EXPECT_THAT(asked(signed_again(s.ppub, mallory.signing, b_of(reading), request, s.rng), view), refused_as(Reject::emergency_parties));
}

// The patient could be guessed from the public hash: a few thousand names, or all handles of a hospital.
TEST_F(emergency_attack, the_public_hash_does_not_say_who_the_patient_is) {
  const Bytes32 on_sup = emergency_hash(EmergencyKind::open, opening_scope);
  EXPECT_NE(hash({encode(opening_scope.patient)}), on_sup);
  EmergencyScope guess = opening_scope;  // the name is right
  guess.nonce = {};
  EXPECT_NE(emergency_hash(EmergencyKind::open, guess), on_sup);
  guess = scope;
  guess.nonce = {};
  EXPECT_NE(emergency_hash(EmergencyKind::read, guess), emergency_hash(EmergencyKind::read, scope));
}

// R1.
TEST_F(emergency_attack, b_0_gives_no_key) {
  EmergencyRequest request = opening.request();
  request.t_b = G1();
  request = by_doctor(request, Scalar(0));
  EXPECT_THAT(decode<EmergencyRequest>(encode(request)), refused_as(Reject::point_is_identity));
  const auto answer = [&]() -> Checked<Answer> {
    TRY(AcceptedEmergency taken, asked(request, open_view));
    taken.persisted();
    return taken.answer_keyslot(as_bytes("the slot"));
  };
  EXPECT_THAT(answer(), refused_as(Reject::point_is_identity));
}

TEST_F(emergency_attack, an_answer_is_opened_as_what_was_asked_for) {
  AcceptedEmergency taken = must(asked(opening.request(), open_view));
  taken.persisted();
  const Answer slot = must(taken.answer_keyslot(as_bytes("the slot")));
  EXPECT_THAT(opening.open_records(s.doctor, slot), refused_as(Reject::emergency_kind));
  EXPECT_THAT(reading.open_keyslot(s.doctor, slot), refused_as(Reject::emergency_kind));
  EXPECT_THAT(reading.open_records(s.doctor, slot), refused_as(Reject::answer_records));
  const IdentityKeys mallory = s.enrol({Role::doctor, {"dr-mallory.st-luke"}, 1});
  EXPECT_THAT(opening.open_keyslot(mallory, slot), refused_as(Reject::sealed_invalid));
  expect_every_field_counts(slot, {{"T_a", Reject::sealed_invalid}, {"body", Reject::sealed_invalid}},
                            [&](const Answer& changed) { return opening.open_keyslot(s.doctor, changed); });
}

TEST_F(emergency_view, what_was_not_committed_or_lies_too_far_back_is_refused) {
  EXPECT_THAT(asked(reading.request(), read_view), accepted());
  EmergencyView view = read_view;
  view.committed.reset();
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_not_committed));
  view = read_view;
  committed(view).committed = Time(Sharing::now.value() - emergency_life);
  EXPECT_THAT(asked(reading.request(), view), accepted());
  committed(view).committed = Time(Sharing::now.value() - emergency_life - 1);
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::emergency_expired));
}

TEST_F(emergency_view, a_revoked_doctor_an_old_view_and_an_old_request_are_refused) {
  EmergencyView view = read_view;
  view.doctor_is_revoked = true;
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::doctor_revoked));
  view = read_view;
  view.newest_sblock = Time(Sharing::now.value() - request_window);
  EXPECT_THAT(asked(reading.request(), view), accepted());
  view.newest_sblock = Time(Sharing::now.value() - request_window - 1);
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::sup_behind));
  const std::uint64_t time = Sharing::now.value();
  view.now = view.newest_sblock = Time(time + request_window);
  EXPECT_THAT(asked(reading.request(), view), accepted());
  ++view.now;
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::request_time));
  const EmergencyRequester early = must(EmergencyRequester::begin(s.ppub, s.doctor, s.licence, EmergencyKind::read, scope, htxu,
                                                                  Sharing::pointers(tokens), Time(time + request_window), s.rng));
  EXPECT_THAT(asked(early.request(), read_view), accepted());
  view.now = view.newest_sblock = Time(time - 1);
  EXPECT_THAT(asked(early.request(), view), refused_as(Reject::request_time));
}

TEST_F(emergency_view, a_used_request_and_a_bad_licence_are_refused) {
  memory = must(asked(reading.request(), read_view)).to_persist().copy();
  EXPECT_THAT(asked(reading.request(), read_view), accepted());  // the same again
  EXPECT_THAT(asked(begin(EmergencyKind::read, scope, htxu, tokens).request(), read_view), refused_as(Reject::emergency_used));
  memory = {};
  EmergencyView view = read_view;
  view.licence_issuer = s.hospital.signing.verification_key();
  EXPECT_THAT(asked(reading.request(), view), refused_as(Reject::licence_issuer));
  EmergencyRequest request = reading.request();
  request.licence = must(
      issue_licence(s.ppub, s.employer.signing, {s.employer.signing.identity, s.doctor.signing.identity, 3, Time(0), Sharing::now}, s.rng));
  EXPECT_THAT(asked(by_doctor(request, b_of(reading)), read_view), refused_as(Reject::licence_expired));
}

// Where a reading has tokens to prove, an opening has the signature alone.
std::vector<FieldRule> rules_of(Reject records, Reject htxu, Reject t_b) {
  const auto other = Reject::emergency_other_request;
  const auto request = Reject::request_signature;
  const auto licence = Reject::signature_invalid;
  return {{"kind", Reject::emergency_kind},
          {"patient role", other},
          {"patient name", other},
          {"patient version", other},
          {"hospital role", Reject::grant_not_for_us},
          {"hospital name", Reject::grant_not_for_us},
          {"hospital version", Reject::grant_not_for_us},
          {"records", records},
          {"nonce", other},
          {"htxU", htxu},
          {"time", request},
          {"T_b", t_b},
          {"proofs", Reject::emergency_marks},
          {"L", Reject::signature_other_key},
          {"h", request},
          {"v", request},
          {"v_b", request},
          {"licence hospital role", Reject::emergency_parties},
          {"licence hospital name", Reject::emergency_parties},
          {"licence hospital version", Reject::emergency_parties},
          {"licence doctor role", Reject::request_licence},
          {"licence doctor name", Reject::request_licence},
          {"licence doctor version", Reject::request_licence},
          {"device", licence},
          {"issued", licence},
          {"expires", licence},
          {"licence L", Reject::signature_other_key},
          {"licence h", licence},
          {"licence v", licence}};
}

TEST_F(emergency_attack, every_field_of_a_reading_counts) {
  expect_every_field_counts(reading.request(), rules_of(Reject::emergency_other_request, Reject::emergency_marks, Reject::emergency_marks),
                            [&](const EmergencyRequest& changed) { return asked(changed, read_view); });
}

TEST_F(emergency_attack, every_field_of_an_opening_counts) {
  expect_every_field_counts(opening.request(), rules_of(Reject::emergency_kind, Reject::request_signature, Reject::request_signature),
                            [&](const EmergencyRequest& changed) { return asked(changed, open_view); });
}

}  // namespace
}  // namespace caduceus
