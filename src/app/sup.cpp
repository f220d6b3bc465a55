// caduceus sup: a hospital's node on the consortium chain.
#include <boost/asio/io_context.hpp>

#include "app/command.h"
#include "app/commands.h"
#include "app/node_folder.h"
#include "app/public_file.h"
#include "app/serve.h"
#include "app/sup_ask.h"
#include "app/sup_folder.h"
#include "host/node/sup_server.h"
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
    command.add_option("--dir", directory, "the hospital's folder")->required();
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--listen", listen, "HOST:PORT where this node listens")->required();
    command.add_option("--node", nodes, "where a hospital's node is, h2=HOST:PORT; all of them, this one too")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object");
  }
};

struct ServeOptions {
  std::filesystem::path directory;
  std::size_t threads = 1;
  std::uint64_t keep_blocks = 0;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder")->required();
    command.add_option("--threads", threads, "that verify signatures")->check(CLI::Range(1, 256))->capture_default_str();
    command.add_option("--keep-blocks", keep_blocks, "how many of the newest blocks stay on disk; all by default. The state always stays")
        ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0}));
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object when it listens");
  }
};

Result<void> init(const InitOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(const MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY(const sup::Place place, sup_place(secrets, genesis));
  TRY_VOID(sup_peers(genesis, place, options.nodes));
  TRY_VOID(NodeFolder(options.directory, "sup").make(genesis, {options.listen, options.nodes}));
  show(options.json, {{"identity", "hospital", to_string(secrets.known.identity)},
                      {"place", "place on the committee", place},
                      {"network", "network", to_hex(genesis.network())}});
  return {};
}

Result<void> serve(const ServeOptions& options) {
  const NodeFolder folder(options.directory, "sup");
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const NodeConfig config, folder.config());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY(const sup::Place place, sup_place(secrets, genesis));
  TRY(std::vector<PeerAddress> peers, sup_peers(genesis, place, config.nodes));

  TRY(const auto store, store::open_rocks_store(folder.store(), SupStore::columns));
  boost::asio::io_context loop(1);
  const SupServer::Options server_options{options.threads, options.keep_blocks == 0 ? ~std::uint64_t{0} : options.keep_blocks};
  TRY(const auto server, SupServer::open(loop, genesis, place, *std::move(secrets.consensus), *store, server_options));
  std::vector<ServedPort> listeners;
  listeners.push_back({"", {secrets.credentials(), config.listen, std::move(peers), {}, {}, {}}, server->events()});
  return serve_until_stopped(
      loop, std::move(listeners), [&](auto transports) { server->start(*transports[0]); },
      {{"height", "newest block", server->node().replica().committed().height().value()},
       {"network", "network", to_hex(genesis.network())}},
      options.json);
}

}  // namespace

void add_sup(CLI::App& app, int& status) {
  auto* sup = app.add_subcommand("sup", "the consortium chain: a hospital's node, and what anybody enrolled asks it");
  sup->require_subcommand(1);
  add_command<InitOptions>(
      *sup, status, "init", "make a hospital's node",
      "sup init --dir h1 --genesis genesis --listen 0.0.0.0:7001 --node h1=h1.example:7001 --node h2=h2.example:7001 …", init);
  add_command<ServeOptions>(*sup, status, "serve", "take part in SUP, until SIGTERM", "sup serve --dir h1 --passphrase-file passphrase",
                            serve);
  add_sup_questions(*sup, status);
}

}  // namespace caduceus
