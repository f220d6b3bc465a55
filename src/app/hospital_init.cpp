// caduceus hospital init: what a hospital needs beside its keys to serve on both chains, and to doctors, patients and the other hospitals.
#include "app/command.h"
#include "app/commands.h"
#include "app/hospital_folder.h"
#include "app/med_folder.h"
#include "app/public_file.h"
#include "app/sup_folder.h"

namespace caduceus {
namespace {

struct InitOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::filesystem::path network;
  bool mines = false, mines_not = false;
  std::optional<std::uint64_t> publish_seconds;
  BlobOptions blobs;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder, where it enrolled")->required();
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--network", network, "the network file: where hospitals and miners listen, this one too")->required();
    auto* const mine = command.add_flag("--mine", mines, "the hospital mines MED as well");
    command.add_flag("--no-mine", mines_not, "it does not; so by default")->excludes(mine);
    command
        .add_option("--publish-seconds", publish_seconds,
                    "how long new records wait for others, to be one bundle on MED; " + std::to_string(HospitalConfig().publish_seconds) +
                        " by default")
        ->check(CLI::Range(std::uint64_t{1}, HospitalConfig::longest_publish));
    blobs.declare(command);
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

// What hospital.json has stays where nothing is said of it.
Result<HospitalConfig> config_of(const InitOptions& options, const HospitalFolder& folder) {
  HospitalConfig config;
  if (folder.is_made()) {
    TRY(config, folder.config());
  }
  if (options.mines || options.mines_not) config.mines = options.mines;
  if (options.publish_seconds) config.publish_seconds = *options.publish_seconds;
  if (!options.blobs.place.empty()) {
    TRY(config.blobs, options.blobs.service());
    TRY_VOID(open_blobs(config.blobs, {}));  // what is wrong with it is said here
  }
  return config;
}

Result<void> init(const InitOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  TRY(const Network network, load_network(options.network, genesis));
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY(const sup::Place place, sup_place(secrets, genesis));
  const Identity& self = secrets.known.identity;
  const auto own = network.hospitals.find(self.name.value);
  if (own == network.hospitals.end()) return failure(options.network.string() + " does not say where " + to_string(self) + " listens");
  TRY_VOID(sup_peers(genesis, place, network.sup_nodes()));
  const HospitalFolder folder(options.directory);
  TRY(const HospitalConfig config, config_of(options, folder));
  TRY_VOID(folder.make(genesis, network, self, config));
  show(options.json, {{"identity", "hospital", to_string(self)},
                      {"sup", "SUP listens on", own->second.sup},
                      {"med", "MED listens on", own->second.med},
                      {"records", "records on", own->second.records},
                      {"mining", "mining", config.mines},
                      {"publish_seconds", "publishes every, in seconds", config.publish_seconds},
                      {"blobs", "records' bytes are in", to_string(config.blobs, folder.blobs())}});
  return {};
}

}  // namespace

void add_hospital_init(CLI::App& hospital, int& status) {
  add_command<InitOptions>(hospital, status, "init", "make a hospital's node; when it is there already, what no option says stays as it is",
                           "hospital init --dir h1 --genesis genesis --network network.json --passphrase-file passphrase", init);
}

}  // namespace caduceus
