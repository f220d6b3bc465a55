// The enrolment authority's server, and those who enrol there, as processes.
#include "app/authority.h"
#include "test/app_world.h"

namespace caduceus {
namespace {

class Enrolment : public AppWorld {
 protected:
  [[nodiscard]] EnrolmentToken token(const std::string& name) const {
    auto token = load<EnrolmentToken>(path(name + ".token"), "a token");
    CHECK(token.has_value());
    return *std::move(token);
  }
  [[nodiscard]] AuthorityFolder authority() const { return AuthorityFolder(path("authority")); }
  [[nodiscard]] AuthorityClient newcomer(const std::string& name) const {
    auto client = AuthorityClient::connect(address(), token(name).server);
    CHECK(client.has_value());
    return *std::move(client);
  }
  // Of a newcomer who made its keys itself.
  [[nodiscard]] EnrolmentRequest request(const std::string& name, const Identity& identity) {
    const auto known = load<sup::Authority>(authority().known(), "an authority");
    CHECK(known.has_value());
    const auto for_certificate = certificate_request(make_tls_key());
    return {token(name).secret.copy(), begin_registration(known->parameters.signing, identity, random_).request, {*for_certificate}};
  }
  static EnrolmentRequest again(const EnrolmentRequest& request) {
    return {request.token.copy(), request.registration, request.certificate_request};
  }

  SystemRandom random_;
};

TEST_F(Enrolment, each_role_has_its_keys_and_nobody_else_can_read_them) {
  join("hospital", "h1");
  join("doctor", "dr-lee", " --hospital h1");
  join("miner", "m1");
  const MemberSecrets hospital = secrets_of("h1");
  const MemberSecrets doctor = secrets_of("dr-lee");
  EXPECT_TRUE(hospital.consensus && hospital.sealing);
  EXPECT_TRUE(!doctor.consensus && doctor.sealing);
  EXPECT_EQ(doctor.known.hospital, hospital.known.identity);
  EXPECT_TRUE(!secrets_of("m1").sealing);
  EXPECT_TRUE(load_member(member("h1")) && load_member(member("dr-lee")) && load_member(member("m1")));

  using std::filesystem::perms;
  for (const char* name : {"h1/member.keystore", "h1.token", "authority/master.keystore"}) {
    EXPECT_EQ(std::filesystem::status(path(name)).permissions(), perms::owner_read | perms::owner_write) << name;
  }
  EXPECT_EQ(std::filesystem::status(path("h1")).permissions(), perms::owner_all);
  EXPECT_FALSE(std::filesystem::exists(path("h1/pending.keystore")));
}

TEST_F(Enrolment, a_patients_name_says_nothing) {
  expect_failure(give_token("patient", "anna"), "drawn at random");
  const Outcome given =
      caduceus("pkg token --dir " + path("authority") + " --role patient --address " + address() + " --out " + path("p.token"));
  ASSERT_EQ(given.status, 0) << given.output;
  EXPECT_EQ(token("p").identity.name.value.size(), 20);
  EXPECT_EQ(enrol("p", "p").status, 0);
  const MemberSecrets patient = secrets_of("p");
  EXPECT_TRUE(patient.sealing && !patient.consensus) << "letters to patients are sealed to her";
  EXPECT_TRUE(load_member(member("p")));
}

TEST_F(Enrolment, a_newcomer_tells_nothing_to_another_server) {
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  EnrolmentToken changed = token("h1");
  changed.server[0] ^= 1;
  ASSERT_TRUE(write_durably(path("h1.token"), encode_secret(changed).expose(), IfExists::replace));
  expect_failure(enrol("h1", "h1"), "another server than the one you were told about");
  EXPECT_FALSE(std::filesystem::exists(path("h1")));
  EXPECT_FALSE(std::filesystem::exists(authority().issued(changed.identity)));
}

TEST_F(Enrolment, a_token_works_once) {
  join("hospital", "h1");
  expect_failure(enrol("h1", "thief"), "(token_used)");
  expect_failure(enrol("h1", "h1"), "is there already");
  std::filesystem::rename(path("h1.token"), path("old.token"));
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  expect_failure(enrol("h1", "thief2"), "(identity_enrolled)");
  std::filesystem::rename(path("h1.token"), path("old2.token"));
  ASSERT_EQ(give_token("hospital", "h1", " --version 2").status, 0);
  EXPECT_EQ(enrol("h1", "h1-again").status, 0);
}

TEST_F(Enrolment, a_token_expires_and_another_authoritys_is_unknown) {
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  const EnrolmentToken given = token("h1");
  const std::filesystem::path record = authority().token(given.secret);
  auto issued = load<IssuedToken>(record, "a token's record");
  ASSERT_TRUE(issued);
  EXPECT_GT(issued->expires, wall_clock() + 6 * 86'400'000);
  issued->expires = wall_clock();
  ASSERT_TRUE(write_durably(record, encode(*issued), IfExists::replace));
  expect_failure(enrol("h1", "h1"), "(token_expired)");
  std::filesystem::remove(record);
  expect_failure(enrol("h1", "h1"), "(token_unknown)");
}

TEST_F(Enrolment, an_answer_lost_on_its_way_is_given_again) {
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  // It cannot write what it was given: a name that is taken, by what is not there.
  std::filesystem::create_directory(path("h1"));
  std::filesystem::create_symlink(path("nowhere"), path("h1/member.keystore"));
  expect_failure(enrol("h1", "h1"), "cannot create");
  ASSERT_TRUE(std::filesystem::exists(authority().issued(token("h1").identity)));
  std::filesystem::remove(path("h1/member.keystore"));

  std::ofstream(path("passphrase")) << "open barley\n";
  expect_failure(enrol("h1", "h1"), "wrong passphrase");
  std::ofstream(path("passphrase")) << "open sesame\n";
  ASSERT_EQ(authority_->stop(), 0);
  expect_failure(enrol("h1", "h1"), "is it running");
  start_authority();
  const Outcome enrolled = enrol("h1", "h1");
  ASSERT_EQ(enrolled.status, 0) << enrolled.output;
  EXPECT_FALSE(std::filesystem::exists(path("h1/pending.keystore")));

  // A crash before the public file was written.
  std::filesystem::remove(member("h1"));
  EXPECT_EQ(enrol("h1", "h1").output, enrolled.output);
  EXPECT_TRUE(load_member(member("h1")));
}

TEST_F(Enrolment, the_same_request_has_the_same_answer_also_of_an_authority_that_was_killed) {
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  const EnrolmentRequest asked = request("h1", token("h1").identity);
  const auto first = newcomer("h1").ask(again(asked));
  ASSERT_TRUE(first) << first.error().message;
  authority_->stop(SIGKILL);
  start_authority();
  const auto second = newcomer("h1").ask(again(asked));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(std::ranges::equal(encode_secret(*first).expose(), encode_secret(*second).expose()));

  EnrolmentRequest other_key = again(asked);
  other_key.certificate_request.value = *certificate_request(make_tls_key());
  const auto third = newcomer("h1").ask(std::move(other_key));
  ASSERT_FALSE(third);
  EXPECT_NE(third.error().message.find("(token_used)"), std::string::npos);
}

TEST_F(Enrolment, what_is_asked_wrongly_is_refused_by_name) {
  ASSERT_EQ(give_token("hospital", "h1").status, 0);
  const auto refusal = [&](EnrolmentRequest asked) {
    const auto answer = newcomer("h1").ask(std::move(asked));
    return answer ? std::string("accepted") : answer.error().message;
  };
  const Identity self = token("h1").identity;
  EXPECT_NE(refusal(request("h1", {Role::hospital, {"h2"}, 1})).find("(token_identity)"), std::string::npos);
  EnrolmentRequest no_proof = request("h1", self);
  no_proof.registration.commitment = G1::generator();
  EXPECT_NE(refusal(std::move(no_proof)).find("(registration_proof)"), std::string::npos);
  EnrolmentRequest no_key = request("h1", self);
  no_key.certificate_request.value.back() ^= 1;
  EXPECT_NE(refusal(std::move(no_key)).find("(certificate_request)"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(authority().issued(self)));

  auto client = Client::connect({.address = address(), .self = std::nullopt, .server = token("h1").server}, std::chrono::seconds(5));
  ASSERT_TRUE(client);
  const auto answer = client->call(Bytes{77, 1, 2}, std::chrono::seconds(5));
  ASSERT_TRUE(answer);
  const auto said = decode<AuthorityAnswer>(*answer);
  ASSERT_TRUE(said && std::holds_alternative<Refusal>(*said));
  EXPECT_EQ(std::get<Refusal>(*said).reason.value, "unknown_value");
}

TEST_F(Enrolment, accounts_are_signed_as_they_were_issued) {
  join("hospital", "h1");
  join("doctor", "dr-lee", " --hospital h1");
  const MemberSecrets hospital = secrets_of("h1");
  const MemberSecrets doctor = secrets_of("dr-lee");
  const RegistrationTerms right{doctor.known.identity,
                                EncodedG1::of(doctor.known.public_point),
                                EncodedG1::of(doctor.known.sealing->key),
                                {},
                                {},
                                hospital.known.identity,
                                {}};
  const NetworkId net{7};
  const auto outcome = [&](const MemberSecrets& as, const RegistrationTerms& terms) {
    auto client = AuthorityClient::connect(address(), as.credentials());
    CHECK(client.has_value());
    const auto answer = client->ask(AccountRequest{net, terms});
    if (!answer) return answer.error().message;
    return verify_part(AffineG2(doctor.known.authority.accounts), account_statement(net, terms), *answer->signature.value()) ? std::string()
                                                                                                                             : "unsigned";
  };
  EXPECT_EQ(outcome(doctor, right), "");
  EXPECT_NE(outcome(hospital, right).find("(sender_other)"), std::string::npos);
  RegistrationTerms other_point = right;
  other_point.public_point = EncodedG1::of(hospital.known.public_point);
  EXPECT_NE(outcome(doctor, other_point).find("(account_issued)"), std::string::npos);
  RegistrationTerms other_hospital = right;
  other_hospital.hospital.name.value = "h2";
  EXPECT_NE(outcome(doctor, other_hospital).find("(account_hospital)"), std::string::npos);

  const auto nameless = AuthorityClient::connect(address(), token("h1").server)->ask(AccountRequest{net, right});
  ASSERT_FALSE(nameless);
  EXPECT_NE(nameless.error().message.find("(sender_other)"), std::string::npos);
}

// R3: whoever asks has the account that belongs to its certificate, and no other.
TEST_F(Enrolment, patients_accounts_are_as_the_authority_computes_them) {
  join("hospital", "h1");
  join_patient("ann");
  join_patient("eve");
  const MemberSecrets ann = secrets_of("ann");
  const MemberSecrets eve = secrets_of("eve");
  const auto ask = [&](const MemberSecrets& as, const NetworkId& net) {
    auto client = AuthorityClient::connect(address(), as.credentials());
    CHECK(client.has_value());
    return client->ask(PatientAccountRequest{net});
  };
  const auto right = [](const PatientAccount& account, const NetworkId& net, const Member& of) {
    return account.verify(net, of.authority, {of.identity, of.public_point});
  };
  const auto first = ask(ann, {7});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(right(*first, {7}, ann.known));
  EXPECT_EQ(right(*first, {8}, ann.known).error(), Reject::issued_identity);
  EXPECT_EQ(right(*first, {7}, eve.known).error(), Reject::issued_identity);
  Member other_point = ann.known;
  other_point.public_point = eve.known.public_point;
  EXPECT_EQ(right(*first, {7}, other_point).error(), Reject::account_issued);

  PatientAccount forged = std::move(*ask(ann, {7}));
  EXPECT_TRUE(std::ranges::equal(encode_secret(forged).expose(), encode_secret(*first).expose()));
  forged.key.k1 = first->key.k0.copy();
  EXPECT_EQ(right(forged, {7}, ann.known).error(), Reject::issued_aggregate_key);
  forged.terms.pkg_signature = EncodedG1::of(G1::generator());
  EXPECT_EQ(right(forged, {7}, ann.known).error(), Reject::transaction_pkg);
  EXPECT_TRUE(std::filesystem::exists(authority().accounts(ann.known.identity) / to_hex(NetworkId{7})));

  const auto hospitals = ask(secrets_of("h1"), {7});
  ASSERT_FALSE(hospitals);
  EXPECT_NE(hospitals.error().message.find("(transaction_parties)"), std::string::npos);
  for (int other = 1; other < 16; ++other) {
    std::ofstream(authority().accounts(ann.known.identity) / std::to_string(other));
  }
  const auto one_more = ask(ann, {9});
  ASSERT_FALSE(one_more);
  EXPECT_NE(one_more.error().message.find("(too_long)"), std::string::npos);
  EXPECT_TRUE(ask(ann, {7}));
}

}  // namespace
}  // namespace caduceus
