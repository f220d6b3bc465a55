// caduceus hospital serve: a hospital's node on both chains, in one process.
#include "app/commands.h"
#include "app/med_folder.h"
#include "app/serve.h"
#include "app/sup_folder.h"
#include "host/node/hospital_node.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

struct ServeOptions {
  std::filesystem::path directory;
  std::size_t threads = 1;
  std::uint64_t keep_blocks = 0;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder, in which caduceus sup init and med init made its nodes")->required();
    command.add_option("--threads", threads, "that verify signatures, for each chain")->check(CLI::Range(1, 256))->capture_default_str();
    command
        .add_option("--keep-blocks", keep_blocks,
                    "how many of SUP's newest blocks stay on disk; all by default. The state always stays, and so does MED")
        ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0}));
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object when it listens");
  }
};

Result<void> serve(const ServeOptions& options) {
  const NodeFolder sup_folder(options.directory, "sup"), med_folder(options.directory, "med");
  TRY(const sup::Genesis genesis, sup_folder.genesis());
  TRY(const NodeConfig sup_config, sup_folder.config());
  TRY(const NodeConfig med_config, med_folder.config());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY(const sup::Place place, sup_place(secrets, genesis));
  TRY(std::vector<PeerAddress> sup_peers_of_ours, sup_peers(genesis, place, sup_config.nodes));
  TRY(std::vector<PeerAddress> med_peers_of_ours, med_peers(genesis, secrets.known.identity, med_config.nodes));

  TRY(const auto sup_store, store::open_rocks_store(sup_folder.store(), SupStore::columns));
  TRY(const auto med_store, store::open_rocks_store(med_folder.store(), MedStore::columns));
  boost::asio::io_context loop(1);
  HospitalNode::Options node_options;
  node_options.sup = {options.threads, options.keep_blocks == 0 ? ~std::uint64_t{0} : options.keep_blocks};
  node_options.med.threads = options.threads;
  TRY(const auto node, HospitalNode::open(loop, genesis, place, *std::move(secrets.consensus), {*sup_store, *med_store},
                                          identities_of(med_peers_of_ours), std::move(node_options)));
  std::vector<Listener> listeners;
  listeners.push_back(
      {"sup_", {secrets.credentials(), sup_config.listen, std::move(sup_peers_of_ours), {}, {}, {}}, node->sup().events()});
  listeners.push_back({"med_",
                       {secrets.credentials(), med_config.listen, std::move(med_peers_of_ours), {}, MedServer::limits(), {}},
                       node->med().events()});
  const med::Chain& med = node->med().node().node().chain();
  return serve_until_stopped(
      loop, std::move(listeners), [&](auto transports) { node->start(*transports[0], *transports[1]); },
      {{"sup_height", "newest block of SUP", node->sup().node().replica().committed().height().value()},
       {"height", "newest block of MED", med.best().height().value()},
       {"anchor_height", "newest anchored block of MED", med.anchor().height().value()},
       {"network", "network", to_hex(genesis.network())}},
      options.json);
}

}  // namespace

void add_hospital_serve(CLI::App& hospital, int& status) {
  add_command<ServeOptions>(hospital, status, "serve", "run the hospital's node, on both chains, until SIGTERM",
                            "hospital serve --dir h1 --passphrase-file passphrase", serve);
}

}  // namespace caduceus
