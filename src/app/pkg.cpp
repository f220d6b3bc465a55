// caduceus pkg: the enrolment authority, which makes the system's parameters and every identity's keys (PROTOCOL.md §2).
#include "app/pkg.h"

#include "app/authority.h"
#include "app/commands.h"

namespace caduceus {
namespace {

struct Options {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the authority's folder")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

void show_parameters(const Options& options, const AuthoritySecrets& secrets) {
  const AuthorityFolder folder(options.directory);
  const Bytes bytes = encode(secrets.known.parameters);
  show(options.json, {{"keystore", "master secrets", folder.keystore().string()},
                      {"authority", "public, for everybody", folder.known().string()},
                      {"parameters", "system parameters", to_hex(bytes)},
                      {"sha256", "their SHA-256", to_hex(sha256(bytes))},
                      {"server", "its server's certificate", to_hex(fingerprint(secrets.server_certificate.value))}});
}

Result<void> init(const Options& options) {
  const AuthorityFolder folder(options.directory);
  if (folder.exists()) {
    return failure(folder.keystore().string() + " is there already: this authority has its master secrets (see caduceus pkg parameters)");
  }
  TRY(const SecretBytes passphrase, options.passphrase.read(true, "a passphrase for the master secrets: "));
  TRY(const AuthoritySecrets secrets, folder.make(passphrase));
  show_parameters(options, secrets);
  return {};
}

Result<void> parameters(const Options& options) {
  const AuthorityFolder folder(options.directory);
  TRY_VOID(folder.check());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the master secrets: "));
  TRY(const AuthoritySecrets secrets, folder.open(passphrase));
  show_parameters(options, secrets);
  return {};
}

}  // namespace

void add_pkg(CLI::App& app, int& status) {
  auto* pkg = app.add_subcommand("pkg", "the enrolment authority: system parameters and identity keys");
  pkg->require_subcommand(1);
  add_command<Options>(*pkg, status, "init", "make the master secrets, in an encrypted keystore, and the public file of the authority",
                       "pkg init --dir authority --passphrase-file passphrase --json", init);
  add_command<Options>(*pkg, status, "parameters", "print the system parameters again",
                       "pkg parameters --dir authority --passphrase-file passphrase", parameters);
  add_pkg_token(*pkg, status);
  add_pkg_serve(*pkg, status);
}

}  // namespace caduceus
