// For tests of commands: an authority whose server runs, and whoever enrols there.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "app/authority_client.h"
#include "app/member.h"
#include "test/process.h"
#include "test/temporary_folder.h"

namespace caduceus {

class AppWorld : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path("passphrase")) << "open sesame\n";
    ASSERT_EQ(caduceus("pkg init --dir " + path("authority") + sesame()).status, 0);
    start_authority();
  }
  void TearDown() override { EXPECT_EQ(authority_->stop(), 0); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::string sesame() const { return " --passphrase-file " + path("passphrase"); }
  [[nodiscard]] static Outcome caduceus(const std::string& arguments) { return run(CADUCEUS_BINARY " " + arguments); }

  void start_authority() {
    authority_.reset();
    authority_ = std::make_unique<Process>(CADUCEUS_BINARY " pkg serve --json --dir " + path("authority") +
                                           " --listen 127.0.0.1:" + std::to_string(port_) + sesame() + " 2>>" + path("log"));
    port_ = nlohmann::json::parse(authority_->line()).at("port");
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // NAME.token
  [[nodiscard]] Outcome give_token(const std::string& role, const std::string& name, const std::string& more = "") const {
    return caduceus("pkg token --dir " + path("authority") + " --role " + role + " --name " + name + " --address " + address() + " --out " +
                    path(name + ".token") + more);
  }
  [[nodiscard]] Outcome enrol(const std::string& token, const std::string& to) const {
    return caduceus("enrol --token " + path(token + ".token") + " --dir " + path(to) + sesame() + " --json");
  }
  // Into the folder of its name.
  void join(const std::string& role, const std::string& name, const std::string& more = "") const {
    const Outcome token = give_token(role, name, more);
    ASSERT_EQ(token.status, 0) << token.output;
    const Outcome enrolled = enrol(name, name);
    ASSERT_EQ(enrolled.status, 0) << enrolled.output;
  }
  // Under a name that the authority draws.
  void join_patient(const std::string& folder) const {
    const Outcome token =
        caduceus("pkg token --dir " + path("authority") + " --role patient --address " + address() + " --out " + path(folder + ".token"));
    ASSERT_EQ(token.status, 0) << token.output;
    const Outcome enrolled = enrol(folder, folder);
    ASSERT_EQ(enrolled.status, 0) << enrolled.output;
  }
  [[nodiscard]] MemberSecrets secrets_of(const std::string& name) const {
    auto secrets = MemberFolder(path(name)).open(SecretBytes(as_bytes("open sesame")));
    CHECK(secrets.has_value());
    return *std::move(secrets);
  }
  [[nodiscard]] std::string member(const std::string& name) const { return path(name) + "/member"; }

  static void expect_failure(const Outcome& outcome, const std::string& reason) {
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.output.find(reason), std::string::npos) << outcome.output;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Process> authority_;
  std::uint16_t port_ = 0;
};

}  // namespace caduceus
