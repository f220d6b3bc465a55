// Emergencies against @noble/curves'.
#include "core/crypto/vault.h"
#include "test/vectors_sharing.h"

namespace caduceus {
namespace {

class EmergencyVectors : public testing::Test {
 protected:
  const Json file = load_vectors("emergency");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  const IdentityKeys doctor = keys_of(file.at("doctor"));
  const SignedLicence licence = value_at<SignedLicence>(file.at("licence"), "signed");
  const Time now = time_at(file, "checked_at");
  const AgreedVisit visit;
  SeededRng any{1};

  static EmergencyKind kind_of(const Json& v) { return EmergencyKind(v.at("committed").at("kind").get<std::uint8_t>()); }
  static EmergencyScope scope_of(const Json& v) {
    const Json& given = v.at("scope");
    return {
        identity_at(given, "patient"), identity_at(given, "hospital"), {places_at(given, "records")}, value_at<Bytes32>(given, "nonce32")};
  }
  static CommittedEmergency committed_of(const Json& v) {
    const Json& given = v.at("committed");
    CommittedEmergency committed{kind_of(v), identity_at(given, "doctor"), identity_at(given, "hospital"), value_at<Bytes32>(given, "hur"),
                                 {},         time_at(given, "ts3"),        time_at(given, "ts3")};
    for (const auto& mark : given.at("marks")) committed.marks.push_back(value_of<Bytes32>(mark));
    return committed;
  }
  [[nodiscard]] std::vector<SecretKey> tokens(const List<RecordPlace, most_records_at_once>& places) const {
    std::vector<SecretKey> found(places.items.size());
    std::ranges::transform(places.items, found.begin(), [&](const RecordPlace& place) { return emergency_token(visit.factor(place)); });
    return found;
  }

  // The doctor asks for what `v`, open or read, describes.
  [[nodiscard]] EmergencyRequester ask(const Json& v) const {
    ScriptedRng rng;
    rng.scalar(bytes_at(v, "b")).bytes(bytes_at(v, "fresh32"));
    const EmergencyScope scope = scope_of(v);
    const auto held = tokens(scope.records);
    return must(EmergencyRequester::begin(ppub, doctor, licence, kind_of(v), scope, value_at<Bytes32>(v.at("committed"), "htxu"),
                                          Sharing::pointers(held), time_at(v, "time"), rng));
  }
  // The hospital of `v` is asked.
  [[nodiscard]] Checked<AcceptedEmergency> check(const Json& v, const EmergencyRequest& request, Rng& rng) const {
    EmergencyView view{now, now, {}, doctor.signing.verification_key(), registered(request.licence.licence.hospital), false};
    for (const char* which : {"open", "read"}) {
      if (value_at<Bytes32>(file.at(which).at("committed"), "htxu") == request.htxu) view.committed = committed_of(file.at(which));
    }
    const auto held = tokens(request.scope.records);
    return AcceptedEmergency::check(ppub, keys_of(v.at("hospital")), request, Sharing::pointers(held), view, {}, rng);
  }
  [[nodiscard]] AcceptedEmergency accept(const Json& v) const {
    ScriptedRng rng;
    rng.scalar(bytes_at(v.at("answer"), "a"));
    AcceptedEmergency accepted = must(check(v, value_at<EmergencyRequest>(v, "request"), rng));
    EXPECT_TRUE(rng.is_used_up());
    accepted.persisted();
    EXPECT_EQ(to_hex(accepted.t_a().encode()), text_at(v.at("answer"), "t_a"));
    return accepted;
  }

  // Why a request that fails these checks is refused here, where they have an order. Another htxU is one under which SUP has another request.
  [[nodiscard]] Reject refusal(const Json& v, const EmergencyRequest& request) const {
    if (fails(v, "scope_hospital")) return Reject::grant_not_for_us;
    if (fails(v, "time")) return Reject::request_time;
    if (fails(v, "htxu") || fails(v, "kind") || fails(v, "hur")) return Reject::emergency_other_request;
    if (fails(v, "doctors_hospital")) return Reject::emergency_parties;
    if (fails(v, "doctor")) return Reject::request_licence;
    if (fails(v, "marks") || fails(v, "macs")) return Reject::emergency_marks;
    if (fails(v, "licence_in_force")) return Reject::licence_expired;
    if (fails(v, "licence_signature")) return Reject::signature_invalid;
    // "proof"
    if (request.proof.public_point != doctor.signing.public_point) return Reject::signature_other_key;
    return text_at(v, "what").starts_with("R1:") ? Reject::point_is_identity : Reject::request_signature;
  }
};

TEST_F(EmergencyVectors, what_is_committed) {
  for (const char* which : {"open", "read"}) {
    SCOPED_TRACE(which);
    const Json& v = file.at(which);
    const EmergencyScope scope = scope_of(v);
    const CommittedEmergency committed = committed_of(v);
    EXPECT_EQ(to_hex(encode(scope)), text_at(v.at("scope"), "bytes"));
    EXPECT_EQ(to_hex(emergency_hash(committed.kind, scope)), text_at(v.at("committed"), "hur"));
    ASSERT_EQ(committed.marks.size(), v.at("records").size());
    for (std::size_t i = 0; i < committed.marks.size(); ++i) {
      const Json& record = v.at("records")[i];
      const RecordPlace place = scope.records.items.at(i);
      const SecretKey token = emergency_token(visit.factor(place));
      EXPECT_EQ(to_hex(encode(place)), text_at(record.at("place"), "bytes"));
      EXPECT_EQ(to_hex(visit.factor(place).expose().encode()), text_at(record, "factor"));
      EXPECT_EQ(to_hex(token.expose()), text_at(record, "tau"));
      EXPECT_EQ(to_hex(emergency_mark(token, committed.doctor, committed.ts3)), text_at(record, "mark"));
      EXPECT_EQ(to_hex(committed.marks[i]), text_at(record, "mark"));
    }
  }
}

TEST_F(EmergencyVectors, requests) {
  for (const char* which : {"open", "read"}) {
    SCOPED_TRACE(which);
    const Json& v = file.at(which);
    const EmergencyRequester requester = ask(v);
    const EmergencyRequest& request = requester.request();
    EXPECT_EQ(to_hex(request.t_b.encode()), text_at(v, "b_point"));
    for (std::size_t i = 0; i < request.proofs.items.size(); ++i) {
      EXPECT_EQ(to_hex(request.proofs.items[i]), text_at(v.at("records").at(i), "mac"));
    }
    EXPECT_EQ(to_hex(request.proof.challenge.encode()), text_at(v, "h"));
    EXPECT_EQ(to_hex(request.proof.response.encode()), text_at(v, "v"));
    EXPECT_EQ(to_hex(request.proof.response_b.encode()), text_at(v, "v_b"));
    EXPECT_EQ(to_hex(encode(request)), text_at(v, "request"));
    EXPECT_EQ(to_hex(request_hash(request)), text_at(v, "request_hash"));
    const Json& key = v.at("hospital_sealing_key");
    expect_sealed({request.scope.hospital, secret_at<Scalar>(key, "secret"), value_at<G1>(key, "public_key")}, "emergency", v);
  }
}

TEST_F(EmergencyVectors, an_opening) {
  const Json& v = file.at("open");
  const Json& answered = v.at("answer");
  const AcceptedEmergency accepted = accept(v);
  const Answer answer = must(accepted.answer_keyslot(bytes_at(answered, "keyslot")));
  EXPECT_EQ(to_hex(answer.bodies.items.at(0).value), text_at(answered, "sealed"));
  EXPECT_EQ(to_hex(seal_once(secret_at<Bytes32>(answered, "sk"), bytes_at(answered, "keyslot"))), text_at(answered, "sealed"));
  EXPECT_EQ(to_hex(encode(answer)), text_at(answered, "answer"));
  EXPECT_EQ(to_hex(must(ask(v).open_keyslot(doctor, value_at<Answer>(answered, "answer"))).expose()), text_at(answered, "keyslot"));
  EXPECT_EQ(to_hex(keyslot_hash(value_at<Keyslot>(answered, "keyslot"))), text_at(answered, "keyslot_hash"));
}

TEST_F(EmergencyVectors, a_reading) {
  const Json& v = file.at("read");
  const Json& answered = v.at("answer");
  const AcceptedEmergency accepted = accept(v);
  std::vector<RecordBody> bodies;
  for (const auto& record : answered.at("records")) bodies.push_back(body_of(record));
  const Answer answer = must(accepted.answer_records(pointers_to(bodies)));
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const Json& record = answered.at("records").at(i);
    EXPECT_EQ(to_hex(must(accepted.record_key(i)).expose()), text_at(record, "sk"));
    EXPECT_EQ(to_hex(answer.bodies.items.at(i).value), text_at(record, "sealed"));
  }
  EXPECT_EQ(to_hex(encode(answer)), text_at(answered, "answer"));

  const auto opened = must(ask(v).open_records(doctor, value_at<Answer>(answered, "answer")));
  ASSERT_EQ(opened.size(), bodies.size());
  for (std::size_t i = 0; i < opened.size(); ++i) {
    EXPECT_EQ(encode(opened[i].head), encode(bodies[i].head));
    EXPECT_TRUE(std::ranges::equal(opened[i].emr.expose(), bodies[i].emr.expose()));
  }
}

TEST_F(EmergencyVectors, refused_requests) {
  ASSERT_FALSE(file.at("refused_requests").empty());
  for (const auto& v : file.at("refused_requests")) {
    const auto request = value_at<EmergencyRequest>(v, "request");
    expect_refused(check(file.at("read"), request, any), refusal(v, request), v);
  }
}

TEST_F(EmergencyVectors, refused_answers) {
  const EmergencyRequester requester = ask(file.at("read"));
  const auto open = [&](const Bytes& bytes) -> Checked<std::vector<RecordBody>> {
    TRY(const Answer answer, decode<Answer>(bytes));
    return requester.open_records(doctor, answer);
  };
  ASSERT_FALSE(file.at("refused_answers").empty());
  for (const auto& v : file.at("refused_answers")) expect_refused(open(bytes_at(v, "bytes")), reason_of(v), v);
}

TEST_F(EmergencyVectors, what_is_malformed) {
  expect_malformed<EmergencyRequest>(file.at("malformed_requests"),
                                     {{"the kind is not 1 or 2", Reject::unknown_value},
                                      {"an opening names no record, a reading at least one", Reject::emergency_kind},
                                      {"not a MAC a record", Reject::emergency_marks}});
}

}  // namespace
}  // namespace caduceus
