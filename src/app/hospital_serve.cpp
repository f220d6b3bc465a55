// caduceus hospital serve: a hospital's node on both chains, and its records port, in one process.
#include "app/commands.h"
#include "app/hospital_folder.h"
#include "app/med_folder.h"
#include "app/serve.h"
#include "app/sup_folder.h"
#include "host/node/hospital_node.h"
#include "host/node/node_chains.h"
#include "host/node/record_server.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

// Threads that wait, most of their time, for a service on another machine.
constexpr std::size_t wait_for_blobs = 8;

struct ServeOptions {
  std::filesystem::path directory;
  std::size_t threads = 1;
  std::uint64_t keep_blocks = 0;
  unsigned share = 100;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder, made by caduceus hospital init")->required();
    command.add_option("--threads", threads, "that verify and compute, for each chain and for records")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command
        .add_option("--keep-blocks", keep_blocks,
                    "how many of SUP's newest blocks stay on disk; all by default. The state always stays, and so does MED")
        ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0}));
    command.add_option("--cpu-share", share, "of one core, in percent, for mining, if the hospital mines")
        ->check(CLI::Range(1U, 100U))
        ->capture_default_str();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object when it listens");
  }
};

// Of the other hospitals.
std::vector<PeerAddress> record_peers(const sup::Genesis& genesis, const Network& network, const Identity& self) {
  std::vector<PeerAddress> peers;
  for (const sup::Hospital& hospital : genesis.hospitals.items) {
    const auto ports = network.hospitals.find(hospital.identity.name.value);
    if (hospital.identity != self && ports != network.hospitals.end()) peers.push_back({hospital.identity, ports->second.records});
  }
  return peers;
}

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

Result<void> serve(const ServeOptions& options) {
  const HospitalFolder folder(options.directory);
  TRY(const sup::Genesis genesis, folder.genesis());
  TRY(const Network network, folder.network(genesis));
  TRY(const HospitalConfig config, folder.config());
  TRY(const SecretBytes passphrase, options.passphrase.read(false, "the passphrase of the hospital's keys: "));
  TRY(MemberSecrets secrets, MemberFolder(options.directory).open(passphrase));
  TRY(const sup::Place place, sup_place(secrets, genesis));
  const Identity self = secrets.known.identity;
  TRY(const HospitalPorts ports, [&]() -> Result<HospitalPorts> {
    const auto own = network.hospitals.find(self.name.value);
    if (own == network.hospitals.end()) return failure("the network file does not say where " + to_string(self) + " listens");
    return own->second;
  }());
  TRY(std::vector<PeerAddress> sup_peers_of_ours, sup_peers(genesis, place, network.sup_nodes()));
  TRY(std::vector<PeerAddress> med_peers_of_ours, med_peers(genesis, self, network.med_nodes()));
  std::vector<PeerAddress> record_peers_of_ours = record_peers(genesis, network, self);

  TRY(const auto sup_store, store::open_rocks_store(folder.sup().store(), SupStore::columns));
  TRY(const auto med_store, store::open_rocks_store(folder.med().store(), MedStore::columns));
  TRY(const auto record_store, store::open_rocks_store(folder.records(), RecordRoom::columns));
  TRY(const auto blobs, open_blobs(config.blobs, folder.blobs()));
  boost::asio::io_context loop(1);
  HospitalNode::Options node_options;
  node_options.sup = {options.threads, options.keep_blocks == 0 ? ~std::uint64_t{0} : options.keep_blocks};
  node_options.med.threads = options.threads;
  if (config.mines) node_options.med.mining = MedServer::Mining{self, 1, options.share};
  TRY(const auto node, HospitalNode::open(loop, genesis, place, *std::move(secrets.consensus), {*sup_store, *med_store},
                                          identities_of(med_peers_of_ours), std::move(node_options)));
  NodeChains chains(node->sup(), node->med());
  const auto credentials = [&] { return secrets.credentials(); };
  std::vector<ServedPort> listeners;
  listeners.push_back({"sup_", {credentials(), ports.sup, std::move(sup_peers_of_ours), {}, {}, {}}, node->sup().events()});
  listeners.push_back(
      {"med_", {credentials(), ports.med, std::move(med_peers_of_ours), {}, MedServer::limits(), {}}, node->med().events()});
  RecordServer::Options record_options;
  record_options.threads = options.threads + (config.blobs ? wait_for_blobs : 0);
  record_options.publish_every = std::chrono::seconds(config.publish_seconds);
  record_options.checkpoint = folder.checkpoint();
  TRY(const auto records, RecordServer::open(loop, genesis, hospital_keys(secrets), identities_of(record_peers_of_ours), *record_store,
                                             *blobs, chains, record_options));
  listeners.push_back(
      {"records_", {credentials(), ports.records, std::move(record_peers_of_ours), {}, RecordServer::limits(), {}}, *records});
  const med::Chain& med = node->med().node().node().chain();
  return serve_until_stopped(
      loop, std::move(listeners),
      [&](auto transports) {
        node->start(*transports[0], *transports[1]);
        records->start(*transports[2]);
      },
      {{"identity", "hospital", to_string(self)},
       {"ports", "ports of SUP, MED, records", {port_of(ports.sup), port_of(ports.med), port_of(ports.records)}},
       {"sup_height", "newest block of SUP", node->sup().node().replica().committed().height().value()},
       {"height", "newest block of MED", med.best().height().value()},
       {"anchor_height", "newest anchored block of MED", med.anchor().height().value()},
       {"mining", "mining", config.mines},
       {"blobs", "records' bytes are in", to_string(config.blobs, folder.blobs())},
       {"network", "network", to_hex(genesis.network())}},
      options.json);
}

}  // namespace

void add_hospital_serve(CLI::App& hospital, int& status) {
  add_command<ServeOptions>(hospital, status, "serve", "run the hospital's node, on both chains and for records, until SIGTERM",
                            "hospital serve --dir h1 --passphrase-file passphrase", serve);
}

}  // namespace caduceus
