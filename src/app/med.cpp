// caduceus med: a node on the public chain, of a hospital or a miner.
#include "app/command.h"
#include "app/commands.h"
#include "app/med_ask.h"
#include "app/med_folder.h"
#include "app/network.h"
#include "app/public_file.h"
#include "app/serve.h"
#include "host/node/med_server.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

struct InitOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::string listen;
  std::vector<std::string> nodes;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's or the miner's folder")->required();
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--listen", listen, "HOST:PORT where this node listens")->required();
    command
        .add_option("--node", nodes,
                    "a node of MED, h2=HOST:PORT or miner:m1=HOST:PORT; those that this one is to know, which know it; itself, too")
        ->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

// Of a miner, who finds in the network file where it listens and whom it knows.
struct MinerOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::filesystem::path network;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the miner's folder")->required();
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--network", network, "the consortium's network file, which says where the miner listens")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

struct ServeOptions {
  std::filesystem::path directory;
  std::size_t threads = 1;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's or the miner's folder")->required();
    command.add_option("--threads", threads, "that verify signatures")->check(CLI::Range(1, 256))->capture_default_str();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object when it listens");
  }
};
struct MineOptions : ServeOptions {
  std::size_t miners = 1;
  unsigned share = 100;

  void declare(CLI::App& command) {
    ServeOptions::declare(command);
    command.add_option("--mining-threads", miners, "that search for blocks")->check(CLI::Range(1, 256))->capture_default_str();
    command.add_option("--cpu-share", share, "of a core, that each of these takes at most, in hundredths")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
  }
};

Result<void> make_node(const std::filesystem::path& directory, const sup::Genesis& genesis, const Member& known, const NodeConfig& config,
                       bool json) {
  TRY_VOID(check_med_member(known, genesis));
  TRY_VOID(med_addresses(genesis, config.nodes));
  TRY_VOID(NodeFolder(directory, "med").make(genesis, config));
  show(json, {{"identity", "node of", to_string(known.identity)},
              {"listen", "which listens on", config.listen},
              {"network", "network", to_hex(genesis.network())},
              {"mblock", "block 0", to_hex(mblock_hash(genesis.first_mblock()))}});
  return {};
}

Result<void> init(const InitOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the node's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  return make_node(options.directory, genesis, secrets.known, {options.listen, options.nodes}, options.json);
}

Result<void> init_miner(const MinerOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  TRY(const Network network, load_network(options.network, genesis));
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the miner's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  const Identity& self = secrets.known.identity;
  const auto own = network.miners.find(self.name.value);
  if (self.role != Role::miner || own == network.miners.end()) {
    return failure(options.network.string() + " does not say where a miner " + to_string(self) + " listens: add it under \"miners\"");
  }
  return make_node(options.directory, genesis, secrets.known, {own->second, network.med_nodes()}, options.json);
}

Result<void> run_node(const ServeOptions& options, const MineOptions* mine) {
  const NodeFolder folder(options.directory, "med");
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const NodeConfig config, folder.config());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the node's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY_VOID(check_med_member(secrets.known, genesis));
  TRY(std::vector<PeerAddress> peers, med_peers(genesis, secrets.known.identity, config.nodes));

  TRY(const auto store, store::open_rocks_store(folder.store(), MedStore::columns));
  boost::asio::io_context loop(1);
  MedServer::Options server_options;
  server_options.threads = options.threads;
  if (mine != nullptr) server_options.mining = MedServer::Mining{secrets.known.identity, mine->miners, mine->share};
  TRY(const auto server, MedServer::open(loop, MedTerms::of(genesis), identities_of(peers), *store, server_options));
  std::vector<ServedPort> listeners;
  listeners.push_back({"", {secrets.credentials(), config.listen, std::move(peers), {}, MedServer::limits(), {}}, server->events()});
  return serve_until_stopped(
      loop, std::move(listeners), [&](auto transports) { server->start(*transports[0]); },
      {{"height", "newest block", server->node().node().chain().best().height().value()},
       {"network", "network", to_hex(genesis.network())},
       {"mining", "mining", mine != nullptr}},
      options.json);
}

Result<void> serve(const ServeOptions& options) { return run_node(options, nullptr); }
Result<void> mine(const MineOptions& options) { return run_node(options, &options); }

}  // namespace

void add_med(CLI::App& app, int& status) {
  auto* med = app.add_subcommand("med", "the public chain: a node, mining, and what anybody enrolled asks a node");
  med->require_subcommand(1);
  add_command<InitOptions>(
      *med, status, "init", "make a hospital's or a miner's node",
      "med init --dir m1 --genesis genesis --listen 0.0.0.0:7101 --node miner:m1=m1.example:7101 --node h2=h2.example:7101 …", init);
  add_command<ServeOptions>(*med, status, "serve", "take part in MED, until SIGTERM", "med serve --dir h1 --passphrase-file passphrase",
                            serve);
  add_command<MineOptions>(*med, status, "mine", "take part, and mine, until SIGTERM",
                           "med mine --dir m1 --passphrase-file passphrase --cpu-share 25", mine);
  add_med_questions(*med, status);
}

void add_miner(CLI::App& app, int& status) {
  auto* miner = app.add_subcommand("miner", "a miner's node of the public chain");
  miner->require_subcommand(1);
  add_command<MinerOptions>(*miner, status, "init", "make a miner's node", "miner init --dir m1 --genesis genesis --network network.json",
                            init_miner);
  add_command<MineOptions>(*miner, status, "serve", "mine, until SIGTERM",
                           "miner serve --dir m1 --passphrase-file passphrase --cpu-share 25", mine);
  add_med_status(*miner, status);
}

}  // namespace caduceus
