// caduceus pkg: the enrolment authority, which makes the system's parameters and every identity's keys (PROTOCOL.md §2).
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "core/crypto/hash.h"
#include "core/crypto/keystore.h"
#include "core/crypto/registration.h"
#include "host/node/system_random.h"
#include "host/store/keystore_file.h"
#include "host/store/passphrase.h"

namespace caduceus {
namespace {

struct Options {
  std::filesystem::path directory;
  std::filesystem::path passphrase_file;
  int passphrase_descriptor = -1;
  bool json = false;

  [[nodiscard]] std::filesystem::path keystore() const { return directory / "master.keystore"; }
  [[nodiscard]] PassphraseSource passphrase(bool is_new) const {
    if (!passphrase_file.empty()) return ReadFromFile{passphrase_file};
    if (passphrase_descriptor >= 0) return ReadFromDescriptor{passphrase_descriptor};
    return AskOnTerminal{is_new};
  }
};

void print_parameters(const Options& options, const MasterSecrets& secrets) {
  const Bytes bytes = encode(SystemParameters::of(secrets));
  const std::string digest = to_hex(sha256(bytes));
  if (options.json) {
    std::cout << nlohmann::json{{"keystore", options.keystore().string()}, {"parameters", to_hex(bytes)}, {"sha256", digest}}.dump()
              << '\n';
  } else {
    std::cout << "master secrets:    " << options.keystore().string() << " (keep it and its passphrase apart)\n"
              << "system parameters: " << to_hex(bytes) << "\n"
              << "their SHA-256:     " << digest << '\n';
  }
}

Result<void> init(const Options& options) {
  if (std::filesystem::exists(options.keystore())) {
    return failure(options.keystore().string() + " is there already: this authority has its master secrets (see caduceus pkg parameters)");
  }
  if (::mkdir(options.directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return failure("cannot make the folder " + options.directory.string() + ": " + std::strerror(errno));
  }
  TRY(const SecretBytes passphrase, read_passphrase(options.passphrase(true), "a passphrase for the master secrets: "));
  SystemRandom random;
  const MasterSecrets secrets = MasterSecrets::random(random);
  TRY_VOID(create_keystore_file(options.keystore(), seal_keystore(encode_secret(secrets), passphrase, Argon2Cost{}, random)));
  print_parameters(options, secrets);
  return {};
}

Result<void> parameters(const Options& options) {
  if (!std::filesystem::exists(options.keystore())) {
    return failure("there is no authority in " + options.directory.string() + ": make one with caduceus pkg init --dir " +
                   options.directory.string());
  }
  TRY(const SecretBytes passphrase, read_passphrase(options.passphrase(false), "the passphrase of the master secrets: "));
  TRY(const SecretBytes sealed, load_keystore_file(options.keystore()));
  const auto content = open_keystore(sealed.expose(), passphrase);
  if (!content) return failure("cannot open the keystore " + options.keystore().string() + ": " + std::string(explain(content.error())));
  const auto secrets = decode<MasterSecrets>(content->expose());
  if (!secrets) return failure(options.keystore().string() + " holds no master secrets: " + std::string(explain(secrets.error())));
  print_parameters(options, *secrets);
  return {};
}

void add_command(CLI::App& pkg, int& status, const std::string& name, const std::string& description, Result<void> (*run)(const Options&)) {
  auto* command = pkg.add_subcommand(name, description);
  auto options = std::make_shared<Options>();
  command->add_option("--dir", options->directory, "the authority's folder")->required();
  auto* file = command->add_option("--passphrase-file", options->passphrase_file, "read the passphrase from the first line of this file");
  command->add_option("--passphrase-fd", options->passphrase_descriptor, "read it from this open file descriptor")
      ->check(CLI::NonNegativeNumber)
      ->excludes(file);
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Without either, the passphrase is asked for on the terminal.\nExample: caduceus pkg " + name +
                  " --dir authority --passphrase-file passphrase --json");
  command->callback([options, run, &status] {
    if (const auto done = run(*options); !done) {
      std::cerr << "caduceus: " << done.error().message << '\n';
      status = 1;
    }
  });
}

}  // namespace

void add_pkg(CLI::App& app, int& status) {
  auto* pkg = app.add_subcommand("pkg", "the enrolment authority: system parameters and identity keys");
  pkg->require_subcommand(1);
  add_command(*pkg, status, "init", "make the three master secrets and an encrypted keystore for them", init);
  add_command(*pkg, status, "parameters", "print the system parameters again", parameters);
}

}  // namespace caduceus
