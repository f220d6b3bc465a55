// The binary as a user calls it.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/crypto/registration.h"
#include "test/process.h"
#include "test/temporary_folder.h"

namespace caduceus {
namespace {

Outcome run(const std::string& arguments) { return caduceus::run(CADUCEUS_BINARY " " + arguments); }

class App : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const std::string directory = (folder.path() / "authority").string();
  const std::string passphrase = (folder.path() / "passphrase").string();

  void SetUp() override { std::ofstream(passphrase) << "open sesame\n"; }
  [[nodiscard]] Outcome pkg(const std::string& command, const std::string& rest = " --json") const {
    return run("pkg " + command + " --dir " + directory + " --passphrase-file " + passphrase + rest);
  }
};

TEST_F(App, an_authority_keeps_its_parameters) {
  const Outcome made = pkg("init");
  ASSERT_EQ(made.status, 0) << made.output;
  const auto json = nlohmann::json::parse(made.output);
  EXPECT_TRUE(decode<SystemParameters>(*from_hex(json.at("parameters").get<std::string>())));
  EXPECT_EQ(pkg("parameters").output, made.output);
  EXPECT_NE(pkg("parameters", "").output.find(json.at("sha256").get<std::string>()), std::string::npos);
}

TEST_F(App, an_authority_is_not_made_twice) {
  ASSERT_EQ(pkg("init").status, 0);
  const Outcome again = pkg("init");
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.output.find("is there already"), std::string::npos) << again.output;
  EXPECT_EQ(pkg("parameters").status, 0);
}

TEST_F(App, a_wrong_passphrase_opens_nothing) {
  ASSERT_EQ(pkg("init").status, 0);
  std::ofstream(passphrase) << "open barley\n";
  const Outcome refused = pkg("parameters");
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.output.find("wrong passphrase"), std::string::npos) << refused.output;
}

TEST_F(App, the_passphrase_can_come_from_a_descriptor_and_is_never_an_argument) {
  EXPECT_EQ(run("pkg init --dir " + directory + " --passphrase-fd 0 --json < " + passphrase).status, 0);
  EXPECT_EQ(run("pkg init --dir " + directory + " --passphrase sesame").status, 2);
  EXPECT_EQ(run("pkg init --dir " + directory + " --passphrase-fd -1").status, 2);
}

TEST_F(App, errors_say_what_to_do) {
  const Outcome none = pkg("parameters");
  EXPECT_EQ(none.status, 1);
  EXPECT_NE(none.output.find("caduceus pkg init --dir"), std::string::npos) << none.output;
  EXPECT_EQ(run("pkg init --dir /proc/none --passphrase-file " + passphrase).status, 1);
  EXPECT_EQ(run("setsid").status, 2);
  EXPECT_EQ(run("").status, 2);
}

TEST_F(App, help_has_an_example) {
  EXPECT_NE(run("--help").output.find("Example: caduceus pkg init"), std::string::npos);
  for (const std::string command : {"pkg init",
                                    "pkg parameters",
                                    "pkg token",
                                    "pkg serve",
                                    "enrol",
                                    "consortium new",
                                    "consortium show",
                                    "register",
                                    "doctor init",
                                    "doctor sync",
                                    "doctor serve",
                                    "doctor status",
                                    "doctor write",
                                    "doctor ask",
                                    "doctor grants",
                                    "doctor fetch",
                                    "doctor emergency open",
                                    "doctor emergency read",
                                    "patient init",
                                    "patient status",
                                    "patient visit",
                                    "patient sync",
                                    "patient serve",
                                    "patient records",
                                    "patient read",
                                    "patient requests",
                                    "patient grant",
                                    "patient deny",
                                    "patient grants",
                                    "patient revoke",
                                    "patient accesses",
                                    "patient dispute",
                                    "patient biometrics enrol",
                                    "patient publish",
                                    "patient backup",
                                    "patient restore",
                                    "hospital hire",
                                    "hospital revoke",
                                    "hospital reinstate",
                                    "hospital serve"}) {
    const Outcome help = run(command + " --help");
    EXPECT_EQ(help.status, 0);
    EXPECT_NE(help.output.find("Example: caduceus " + command), std::string::npos) << help.output;
    EXPECT_EQ(run(command + " --no-such-option").status, 2) << command;
  }
}

// HOUSE.md: nothing of caduceus-lab is linked into caduceus.
TEST_F(App, knows_nothing_of_the_laboratory) {
  for (const char* arguments : {"bench", "bench crypto", "sim", "--plant double-vote", "pkg --plant x"}) {
    EXPECT_EQ(run(arguments).status, 2) << arguments;
  }
  std::ifstream binary(CADUCEUS_BINARY, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(binary)), {});
  ASSERT_GT(bytes.size(), 100'000U);
  for (const char* word : {"--plant", "caduceus-lab", "floor_us", "SeededRng"}) EXPECT_EQ(bytes.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace caduceus
