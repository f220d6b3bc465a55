// Registration, certificateless signatures and licences against @noble/curves'.
#include <map>

#include "core/crypto/licence.h"
#include "core/crypto/registration.h"
#include "test/vectors.h"

namespace caduceus {
namespace {

class RegistrationVectors : public testing::Test {
 protected:
  const Json file = load_vectors("registration");
  MasterSecrets secrets;
  SystemParameters parameters;

  void SetUp() override {
    const Json& given = file.at("master_secrets");
    secrets.signing.expose() = value_at<Scalar>(given, "signing");
    secrets.agreement.expose() = value_at<Scalar>(given, "agreement");
    secrets.aggregate.expose() = value_at<Scalar>(given, "aggregate");
    parameters = SystemParameters::of(secrets);
  }
  static PendingRegistration begin(const SystemParameters& parameters, const Json& entity) {
    ScriptedRng rng;
    rng.scalar(bytes_at(entity, "secret_value")).bytes(bytes_at(entity, "proof_fresh32"));
    return begin_registration(parameters.signing, identity_at(entity, "identity"), rng);
  }
};

TEST_F(RegistrationVectors, parameters) {
  EXPECT_EQ(to_hex(encode(parameters)), text_at(file.at("system_parameters"), "bytes"));
  for (const auto& v : file.at("refused_system_parameters")) {
    EXPECT_EQ(decode<SystemParameters>(bytes_at(v, "system_parameters")).error(), Reject::parameters_inconsistent) << text_at(v, "what");
  }
}

TEST_F(RegistrationVectors, request_and_issued_keys) {
  for (const auto& entity : file.at("entities")) {
    const PendingRegistration pending = begin(parameters, entity);
    EXPECT_EQ(to_hex(encode(pending.request)), text_at(entity, "request"));
    ScriptedRng rng;
    rng.scalar(bytes_at(entity, "pkg_secret"));
    const auto issued = issue_keys(secrets, parameters, pending.request, rng);
    ASSERT_TRUE(issued);
    EXPECT_EQ(to_hex(encode_secret(*issued).expose()), text_at(entity, "issued_keys"));
    const auto keys = accept_keys(parameters, pending, *issued);
    ASSERT_TRUE(keys) << name(keys.error());
    EXPECT_EQ(to_hex(encode_secret(keys->signing.partial).expose()), text_at(entity, "partial"));
    EXPECT_EQ(to_hex(encode_secret(keys->aggregate.k1).expose()), text_at(entity, "aggregate_k1"));
  }
}

TEST_F(RegistrationVectors, what_is_refused) {
  for (const auto& v : file.at("refused_requests")) {
    const auto request = value_at<RegistrationRequest>(v, "request");
    const bool identity = text_at(v, "what") == "R would be the identity";
    EXPECT_EQ(verify_request(parameters.signing, request).error(), identity ? Reject::point_is_identity : Reject::registration_proof)
        << text_at(v, "what");
  }
  const std::map<std::string, Reject> reasons{
      {"partial", Reject::issued_partial_key},        {"identity", Reject::issued_identity},
      {"agreement_g1", Reject::issued_agreement_key}, {"agreement_g2", Reject::issued_agreement_key},
      {"aggregate_k0", Reject::issued_aggregate_key}, {"aggregate_k1", Reject::issued_aggregate_key}};
  const PendingRegistration doctor = begin(parameters, file.at("entities")[1]);
  for (const auto& v : file.at("refused_issued_keys")) {
    const auto issued = value_at<IssuedKeys>(v, "issued_keys");
    EXPECT_EQ(accept_keys(parameters, doctor, issued).error(), reasons.at(v.at("failed_checks")[0])) << text_at(v, "what");
  }
}

SigningKey signing_key(const Json& v) {
  return {identity_at(v, "signer"), value_at<G1>(v, "public_point"), Secret<Scalar>(value_at<Scalar>(v, "partial")),
          Secret<Scalar>(value_at<Scalar>(v, "secret_value"))};
}

TEST(CertificatelessVectors, signatures) {
  const Json file = load_vectors("certificateless");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  for (const auto& v : file.at("signatures")) {
    const SigningKey key = signing_key(v);
    EXPECT_EQ(to_hex(identity_factor(key.identity, ppub, key.public_point).encode()), text_at(v, "public_point_hash"));
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "fresh32"));
    const Bytes message = bytes_at(v, "message");
    const Signature signature = sign(ppub, key, text_at(v, "purpose"), message, rng);
    EXPECT_EQ(to_hex(encode(signature)), text_at(v, "signature"));
    EXPECT_TRUE(verify(ppub, key.verification_key(), text_at(v, "purpose"), message, signature));
  }
}

TEST(CertificatelessVectors, what_is_refused) {
  const Json file = load_vectors("certificateless");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  for (const auto& v : file.at("refused")) {
    // The signature's own L is taken for the registered one, so that the equation refuses it, not the comparison.
    const auto signature = value_at<Signature>(v, "signature");
    const VerificationKey signer{identity_at(v, "signer"), signature.public_point};
    const std::string what = text_at(v, "what");
    const bool identity = what.starts_with("made with the nonce 0") || what == "L = P1, h = 0, v = 0";
    EXPECT_EQ(name(verify(ppub, signer, text_at(v, "purpose"), bytes_at(v, "message"), signature).error()),
              name(identity ? Reject::point_is_identity : Reject::signature_invalid))
        << what;
  }
}

TEST(CertificatelessVectors, licence) {
  const Json file = load_vectors("certificateless");
  const G1 ppub = value_at<G1>(file, "ppub_sig");
  const Json& v = file.at("signed_licence");
  const Json& given = v.at("licence");
  const Licence licence{identity_at(given, "hospital"), identity_at(given, "doctor"), given.at("device").get<std::uint8_t>(),
                        Time(given.at("issued").get<std::uint64_t>()), Time(given.at("expires").get<std::uint64_t>())};
  EXPECT_EQ(to_hex(encode(licence)), text_at(given, "bytes"));
  const auto signed_licence = value_at<SignedLicence>(v, "bytes");
  EXPECT_EQ(signed_licence.licence, licence);
  const VerificationKey hospital{licence.hospital, signed_licence.signature.public_point};
  EXPECT_TRUE(verify_licence(ppub, hospital, signed_licence, licence.issued));

  for (const auto& s : file.at("signatures")) {
    if (identity_at(s, "signer") != licence.hospital) continue;
    ScriptedRng rng;
    rng.bytes(bytes_at(v, "fresh32"));
    EXPECT_EQ(to_hex(encode(*issue_licence(ppub, signing_key(s), licence, rng))), text_at(v, "bytes"));
    return;
  }
  FAIL() << "no signature of the licence's hospital among the vectors";
}

}  // namespace
}  // namespace caduceus
