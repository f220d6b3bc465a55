// Genesis from public files, hospitals' nodes, and licences.
#include "app/command.h"
#include "app/hospital_folder.h"
#include "test/app_world.h"

namespace caduceus {
namespace {

class Consortia : public AppWorld {
 protected:
  void SetUp() override {
    AppWorld::SetUp();
    join("hospital", "h1");
    join("hospital", "h2");
    join("doctor", "dr-lee", " --hospital h1");
  }
  [[nodiscard]] Outcome found(const std::string& members, const std::string& more = " --json") const {
    return caduceus("consortium new --name demo --authority " + path("authority/authority") + members + " --out " + path("genesis") + more);
  }
  [[nodiscard]] std::string both() const { return " --hospital " + member("h1") + " --hospital " + member("h2"); }
};

TEST_F(Consortia, a_genesis_names_its_hospitals) {
  const Outcome made = found(both(), " --devnet --depth 2 --json");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto json = nlohmann::json::parse(made.output);
  const auto genesis = load<sup::Genesis>(path("genesis"), "a genesis");
  ASSERT_TRUE(genesis);
  EXPECT_EQ(json.at("network"), to_hex(genesis->network()));
  EXPECT_EQ(genesis->commit_depth, 2);
  EXPECT_EQ(genesis->timing, sup::devnet_timing);
  EXPECT_EQ(genesis->med, sup::devnet_med);
  EXPECT_EQ(genesis->anchoring, sup::devnet_anchoring);
  EXPECT_EQ(json.at("mblock"), to_hex(mblock_hash(med_genesis(genesis->network(), sup::devnet_med, genesis->time))));
  EXPECT_EQ(genesis->place_of(secrets_of("h2").known.identity), 1);
  EXPECT_EQ(genesis->hospitals.items[0].consensus, secrets_of("h1").consensus->public_key);
  EXPECT_EQ(json.at("hospitals").at(0).at("fingerprint"), fingerprint_of(genesis->hospitals.items[0]));

  EXPECT_EQ(caduceus("consortium show " + path("genesis") + " --json").output, made.output);
  EXPECT_NE(caduceus("consortium show " + path("genesis")).output.find(fingerprint_of(genesis->hospitals.items[1])), std::string::npos);
  expect_failure(found(both()), "cannot create");
  expect_failure(caduceus("consortium show " + path("h1.token")), "is not a genesis");
}

TEST_F(Consortia, who_does_not_belong_there_is_refused) {
  expect_failure(found(" --hospital " + member("h1") + " --hospital " + member("h1")), "(genesis_hospital)");
  expect_failure(found(" --hospital " + member("dr-lee")), "is no hospital");
  EXPECT_EQ(found("").status, 2);
  EXPECT_EQ(found(both(), " --depth 4").status, 2);

  const MemberSecrets thief = secrets_of("h2");
  Member changed = *load_member(member("h1"));
  changed.consensus = thief.known.consensus;  // with its possession
  ASSERT_TRUE(write_durably(member("h1"), encode(changed), IfExists::replace));
  expect_failure(found(both()), "the signature does not verify");
  SystemRandom random;
  changed.sign(thief.keys.signing, random);
  ASSERT_TRUE(write_durably(member("h1"), encode(changed), IfExists::replace));
  expect_failure(found(both()), "under another L");
  EXPECT_FALSE(std::filesystem::exists(path("genesis")));
}

TEST_F(Consortia, a_hospital_that_is_made_again_keeps_what_it_is_not_told) {
  ASSERT_EQ(found(both(), " --devnet --json").status, 0);
  const auto listen_at = [&](int port) {
    nlohmann::json json;
    json["pkg"] = "127.0.0.1:7000";
    for (const std::string name : {"h1", "h2"}) {
      for (const std::string of : {"sup", "med", "records"}) json["hospitals"][name][of] = "127.0.0.1:" + std::to_string(port++);
    }
    std::ofstream(path("network.json")) << json;
  };
  const auto init = [&](const std::string& more) {
    return caduceus("hospital init --dir " + path("h1") + " --genesis " + path("genesis") + " --network " + path("network.json") +
                    sesame() + " --json" + more);
  };
  const HospitalFolder folder(path("h1"));
  const auto expect = [&](const std::string& more, bool mines, std::uint64_t publish_seconds) {
    const Outcome made = init(more);
    ASSERT_EQ(made.status, 0) << made.output;
    const auto config = folder.config();
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->mines, mines) << more;
    EXPECT_EQ(config->publish_seconds, publish_seconds) << more;
    const auto json = nlohmann::json::parse(made.output);
    EXPECT_EQ(json.at("mining").get<bool>(), mines);
    EXPECT_EQ(json.at("publish_seconds").get<std::uint64_t>(), publish_seconds);
  };
  listen_at(7001);
  expect("", false, 30);
  expect(" --mine --publish-seconds 7", true, 7);
  listen_at(8001);
  expect("", true, 7);
  EXPECT_EQ(folder.sup().config()->listen, "127.0.0.1:8001");
  expect(" --publish-seconds 8", true, 8);
  expect(" --no-mine", false, 8);
  EXPECT_EQ(init(" --mine --no-mine").status, 2);

  // Its bucket, which is not asked for that.
  const std::string bucket = R"({"endpoint": "https://127.0.0.1:1", "bucket": "b", "region": "r", "credentials": "/none", "ca": ""})";
  std::ofstream(path("h1/hospital.json")) << R"({"mine": true, "publish_seconds": 9, "blobs": )" << bucket << "}";
  expect("", true, 9);
  const auto config = folder.config();
  ASSERT_TRUE(config && config->blobs);
  EXPECT_EQ(to_json(*config->blobs), nlohmann::json::parse(bucket));

  std::ofstream(path("h1/hospital.json")) << "{}";
  expect_failure(init(""), "remove it and run caduceus hospital init again");
}

TEST_F(Consortia, a_hospital_hires_its_own_doctors) {
  const auto hire = [&](const std::string& hospital, const std::string& more) {
    return caduceus("hospital hire --dir " + path(hospital) + " --doctor " + member("dr-lee") + " --out " + path("licence") + sesame() +
                    more);
  };
  const Outcome hired = hire("h1", " --device 3 --days 30 --json");
  ASSERT_EQ(hired.status, 0) << hired.output;
  const auto licence = load<SignedLicence>(path("licence"), "a licence");
  ASSERT_TRUE(licence);
  EXPECT_EQ(licence->licence.device, 3);
  const MemberSecrets hospital = secrets_of("h1");
  const G1& ppub = hospital.known.authority.parameters.signing;
  const VerificationKey key = hospital.keys.signing.verification_key();
  EXPECT_TRUE(verify_licence(ppub, key, *licence, wall_clock() + 29ULL * 86'400'000));
  EXPECT_FALSE(verify_licence(ppub, key, *licence, wall_clock() + 30ULL * 86'400'000));
  EXPECT_TRUE(load<SignedLicence>(nlohmann::json::parse(hired.output).at("kept").get<std::string>(), "a licence"));

  expect_failure(hire("h2", " --device 3"), "was not enrolled as a doctor of hospital:h2#1");
  expect_failure(hire("dr-lee", " --device 3"), "is no hospital");
  EXPECT_EQ(hire("h1", " --device 16").status, 2);
  std::ofstream(path("passphrase")) << "open barley\n";
  expect_failure(hire("h1", " --device 4"), "wrong passphrase");
  std::ofstream(path("passphrase")) << "open sesame\n";
}

}  // namespace
}  // namespace caduceus
