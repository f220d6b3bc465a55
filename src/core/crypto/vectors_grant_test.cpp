// Sharing with consent against @noble/curves'.
#include "test/vectors_sharing.h"

namespace caduceus {
namespace {

class GrantVectors : public testing::Test {
 protected:
  const Json file = load_vectors("grant");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  const Identity hospital = identity_at(file, "hospital");
  const SigningKey doctor = signing_key_of(file.at("doctor"));
  const SignedLicence licence = value_at<SignedLicence>(file.at("licence"), "signed");
  const Grant grant = value_at<Grant>(file.at("grant"), "grant");
  const SealingKey sealing_key{hospital, secret_at<Scalar>(file.at("hospital_sealing_key"), "secret"),
                               value_at<G1>(file.at("hospital_sealing_key"), "public_key")};
  const Time now = time_at(file, "checked_at");
  const AgreedVisit visit;
  SeededRng any{1};

  [[nodiscard]] GrantRequester ask(const Json& v) const {
    ScriptedRng rng;
    rng.scalar(bytes_at(v, "b")).bytes(bytes_at(v, "fresh32"));
    return must(GrantRequester::begin(ppub, doctor, licence, grant, {places_at(v, "records")}, time_at(v, "time"), rng));
  }
  [[nodiscard]] HospitalView view(const GrantRequest& request) const {
    return {now, now, registered(request.policy.doctor), registered(request.licence.licence.hospital), false};
  }
  [[nodiscard]] Checked<AcceptedRequest> check(const GrantRequest& request, Rng& rng) const {
    return AcceptedRequest::check(ppub, hospital, visit.hospital, request, view(request), {}, rng);
  }

  // Why a request that fails these checks is refused here, where they have an order.
  [[nodiscard]] Reject refusal(const Json& v, const GrantRequest& request) const {
    if (fails(v, "policy_patient") || fails(v, "policy_hospital")) return Reject::grant_not_for_us;
    if (fails(v, "policy_records")) return Reject::grant_records;
    if (fails(v, "time")) return Reject::request_time;
    if (fails(v, "policy_in_force")) return now < request.policy.not_before ? Reject::grant_not_yet_in_force : Reject::grant_expired;
    if (fails(v, "licence_doctor")) return Reject::request_licence;
    const SignedLicence& theirs = request.licence;
    if (fails(v, "licence_in_force")) return now < theirs.licence.issued ? Reject::licence_not_yet_valid : Reject::licence_expired;
    const bool other_licence_key = theirs.signature.public_point != licence.signature.public_point;
    if (fails(v, "licence_signature")) return other_licence_key ? Reject::signature_other_key : Reject::signature_invalid;
    if (!fails(v, "proof")) return Reject::grant_forged;  // "binding"
    if (request.proof.public_point != doctor.public_point) return Reject::signature_other_key;
    return text_at(v, "what").starts_with("R1:") ? Reject::point_is_identity : Reject::request_signature;
  }
};

TEST_F(GrantVectors, licence_and_sealing_key) {
  const Json& v = file.at("licence");
  ScriptedRng rng;
  rng.bytes(bytes_at(v, "fresh32"));
  const SigningKey issuer = signing_key_of(v.at("issuer"));
  const Licence given{identity_at(v, "hospital"), identity_at(v, "doctor"), v.at("device"), time_at(v, "issued"), time_at(v, "expires")};
  EXPECT_EQ(to_hex(encode(given)), text_at(v, "bytes"));
  EXPECT_EQ(to_hex(encode(must(issue_licence(ppub, issuer, given, rng)))), text_at(v, "signed"));
  EXPECT_EQ(sealing_key.secret.expose() * G1::generator(), sealing_key.public_key);
}

TEST_F(GrantVectors, grant) {
  const Json& v = file.at("grant");
  const Json& given = v.at("policy");
  const std::vector<RecordPlace> places = places_at(given, "records");
  const Policy policy{value_at<ByteArray<16>>(given, "id"),
                      identity_at(given, "patient"),
                      identity_at(given, "doctor"),
                      identity_at(given, "hospital"),
                      {places},
                      time_at(given, "not_before"),
                      time_at(given, "expires"),
                      {text_at(given, "purpose")},
                      given.at("uses")};
  EXPECT_EQ(to_hex(encode(policy)), text_at(given, "bytes"));
  EXPECT_EQ(value_at<Policy>(given, "bytes"), policy);
  EXPECT_EQ(to_hex(policy_hash(policy)), text_at(v, "policy_hash"));

  const Grant ours = must(make_grant(policy, visit.patient, visit.factors(places)));
  EXPECT_EQ(to_hex(ours.alpha.encode()), text_at(v, "alpha_c"));
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(to_hex(visit.factor(places[i]).expose().encode()), text_at(v.at("records")[i], "factor"));
    EXPECT_EQ(to_hex(ours.factors.items.at(i).encode()), text_at(v.at("records")[i], "f_j"));
  }
  EXPECT_EQ(to_hex(encode(ours)), text_at(v, "grant"));
}

TEST_F(GrantVectors, policies) {
  for (const auto& v : file.at("policies")) {
    const auto policy = value_at<Policy>(v, "policy");
    EXPECT_EQ(encode(policy), bytes_at(v, "policy")) << text_at(v, "what");
    EXPECT_EQ(to_hex(policy_hash(policy)), text_at(v, "policy_hash")) << text_at(v, "what");
  }
}

TEST_F(GrantVectors, requests) {
  for (const auto& v : file.at("requests")) {
    SCOPED_TRACE(text_at(v, "what"));
    const GrantRequester requester = ask(v);
    const GrantRequest& request = requester.request();
    EXPECT_EQ(to_hex(request.t_b.encode()), text_at(v, "b_point"));
    EXPECT_EQ(to_hex(request.alpha_cb.encode()), text_at(v, "alpha_cb"));
    EXPECT_EQ(to_hex(request.proof.public_point.encode()), text_at(v, "public_point"));
    EXPECT_EQ(to_hex(request.proof.challenge.encode()), text_at(v, "h"));
    EXPECT_EQ(to_hex(request.proof.response.encode()), text_at(v, "v"));
    EXPECT_EQ(to_hex(request.proof.response_b.encode()), text_at(v, "v_b"));
    EXPECT_EQ(to_hex(encode(request)), text_at(v, "request"));
    EXPECT_EQ(to_hex(request_hash(request)), text_at(v, "request_hash"));
    expect_sealed(sealing_key, "req", v);
  }
}

TEST_F(GrantVectors, answers) {
  for (const auto& v : file.at("requests")) {
    SCOPED_TRACE(text_at(v, "what"));
    const Json& answered = v.at("answer");
    ScriptedRng rng;
    rng.scalar(bytes_at(answered, "a"));
    AcceptedRequest accepted = must(check(value_at<GrantRequest>(v, "request"), rng));
    EXPECT_TRUE(rng.is_used_up());
    accepted.persisted();
    EXPECT_EQ(to_hex(accepted.t_a().encode()), text_at(answered, "t_a"));

    const std::vector<RecordPlace> places = places_at(v, "records");
    std::vector<RecordBody> bodies;
    for (const auto& record : answered.at("records")) bodies.push_back(body_of(record));
    const Answer answer = must(accepted.answer(visit.factors(places), pointers_to(bodies)));
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Json& record = answered.at("records").at(i);
      EXPECT_EQ(to_hex(must(accepted.record_key(i, visit.factor(places[i]))).expose()), text_at(record, "sk"));
      const Bytes& sealed = answer.bodies.items.at(i).value;
      if (record.contains("sealed")) {
        EXPECT_EQ(to_hex(sealed), text_at(record, "sealed"));
      } else {
        EXPECT_EQ(sealed.size(), record.at("sealed_length"));
        EXPECT_EQ(to_hex(sha256(sealed)), text_at(record, "sealed_sha256"));
      }
    }
    const Bytes encoded = encode(answer);
    if (answered.contains("answer")) {
      EXPECT_EQ(to_hex(encoded), text_at(answered, "answer"));
    } else {
      EXPECT_EQ(encoded.size(), answered.at("answer_length"));
      EXPECT_EQ(to_hex(sha256(encoded)), text_at(answered, "answer_sha256"));
    }

    const auto opened = must(ask(v).open(must(decode<Answer>(encoded))));
    ASSERT_EQ(opened.size(), bodies.size());
    for (std::size_t i = 0; i < opened.size(); ++i) {
      EXPECT_EQ(encode(opened[i].head), encode(bodies[i].head));
      EXPECT_TRUE(std::ranges::equal(opened[i].emr.expose(), bodies[i].emr.expose()));
    }
  }
}

TEST_F(GrantVectors, refused_requests) {
  ASSERT_FALSE(file.at("refused_requests").empty());
  for (const auto& v : file.at("refused_requests")) {
    const auto request = value_at<GrantRequest>(v, "request");
    expect_refused(check(request, any), refusal(v, request), v);
  }
}

TEST_F(GrantVectors, refused_sealed_requests) {
  const auto open = [&](const Bytes& bytes) -> Checked<SecretBytes> {
    TRY(const SealedTo sealed, decode<SealedTo>(bytes));
    return open_sealed(sealing_key, "req", sealed);
  };
  ASSERT_FALSE(file.at("refused_sealed").empty());
  for (const auto& v : file.at("refused_sealed")) expect_refused(open(bytes_at(v, "bytes")), reason_of(v), v);
}

TEST_F(GrantVectors, refused_answers) {
  const GrantRequester requester = ask(file.at("requests")[0]);
  const auto open = [&](const Bytes& bytes) -> Checked<std::vector<RecordBody>> {
    TRY(const Answer answer, decode<Answer>(bytes));
    return requester.open(answer);
  };
  ASSERT_FALSE(file.at("refused_answers").empty());
  for (const auto& v : file.at("refused_answers")) expect_refused(open(bytes_at(v, "bytes")), reason_of(v), v);
}

TEST_F(GrantVectors, what_is_malformed) {
  const Reasons own{
      {"the policy expires no later than it begins", Reject::policy_period},
      {"the uses are not 1 to 1000", Reject::policy_uses},
      {"not a factor a record", Reject::grant_factors},
      {"the device is not 0 to 15", Reject::licence_device},
  };
  expect_malformed<Policy>(file.at("malformed_policies"), own);
  expect_malformed<Grant>(file.at("malformed_grants"), own);
  expect_malformed<GrantRequest>(file.at("malformed_requests"), own);
}

}  // namespace
}  // namespace caduceus
