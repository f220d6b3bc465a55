// caduceus light: MED's headers, and proofs against them, for whoever has no node: a patient. It believes none of the nodes that it asks.
#include "app/command.h"
#include "app/commands.h"
#include "app/light_session.h"
#include "app/med_folder.h"
#include "app/public_file.h"
#include "core/med/emr_index.h"
#include "core/med/state.h"

namespace caduceus {
namespace {

struct InitOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::vector<std::string> nodes;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "your folder: anybody's who is enrolled")->required();
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--node", nodes, "a node of MED to be asked, h2=HOST:PORT or miner:m1=HOST:PORT: several, of different owners")
        ->required();
    command.add_flag("--json", json, "print one JSON object");
  }
};

struct LightOptions {
  std::filesystem::path directory;
  PassphraseOptions passphrase;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "your folder")->required();
    passphrase.declare(command);
    command.add_flag("--json", json, "print one JSON object; follow: one a line");
  }
  [[nodiscard]] Result<std::unique_ptr<LightSession>> open() const {
    TRY(const SecretBytes words, passphrase.read(false, "the passphrase of your keys: "));
    TRY(const MemberSecrets member, MemberFolder(directory).open(words));
    return LightSession::open(directory, member);
  }
};
struct ProofOptions : LightOptions {
  std::string record;

  void declare(CLI::App& command) {
    LightOptions::declare(command);
    command.add_option("--record", record, "the record's htxM, in hexadecimal")->required();
  }
};
struct IndexOptions : LightOptions {
  std::string account;
  std::string entry;

  void declare(CLI::App& command) {
    LightOptions::declare(command);
    command.add_option("--account", account, "the name of the patient's account on MED")->required();
    command.add_option("--entry", entry, "an entry's id, in hexadecimal; without it, what the account has in all");
  }
};

// Of exactly so many bytes. `what`: "htxM".
template <class T>
Result<T> parse_hex(const std::string& text, const std::string& what) {
  const auto bytes = from_hex(text);
  const auto value = bytes ? decode<T>(*bytes) : reject(Reject::too_short);
  if (!value) return failure("\"" + text + "\" is no " + what + ": " + std::to_string(2 * T{}.size()) + " hexadecimal digits");
  return *value;
}

// A number of up to 32 bytes, in hexadecimal.
std::string to_text(const Work& work) {
  const std::string digits = to_hex(work.big_endian());
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

Result<void> init(const InitOptions& options) {
  TRY(const sup::Genesis genesis, load<sup::Genesis>(options.genesis, "a genesis"));
  TRY(const Member known, load_member(MemberFolder(options.directory).known()));
  if (known.authority != genesis.authority) return failure("another authority enrolled you than the one in genesis");
  TRY_VOID(med_addresses(genesis, options.nodes));
  TRY_VOID(NodeFolder(options.directory, "light").make(genesis, {"", options.nodes}));
  show(options.json, {{"identity", "light client of", to_string(known.identity)},
                      {"network", "network", to_hex(genesis.network())},
                      {"mblock", "block 0", to_hex(mblock_hash(genesis.first_mblock()))},
                      {"nodes", "nodes", options.nodes}});
  return {};
}

nlohmann::json to_json(const LightNode::NodeView& node) {
  nlohmann::json json{{"node", to_string(node.identity)}, {"connected", node.view.has_value()}, {"banned", node.banned}};
  if (!node.view) return json;
  json["height"] = node.view->height.value();
  json["work"] = to_text(node.view->work);
  json["silences"] = node.view->silences;
  return json;
}

std::string to_text(const LightNode::NodeView& node) {
  if (!node.view) return node.banned.empty() ? "does not answer" : "banned: " + node.banned;
  std::string text = "height " + std::to_string(node.view->height.value()) + ", work " + to_text(node.view->work);
  if (node.view->silences > 0) text += ", silent " + std::to_string(node.view->silences) + " times";
  return text;
}

Result<void> status(const LightOptions& options) {
  TRY(const auto session, options.open());
  TRY_VOID(session->sync());
  const LightNode& node = session->node();
  const med::HeldHeader& tip = node.tip();
  const auto& anchor = node.client().anchor();
  std::vector<Shown> all{{"network", "network", to_hex(session->genesis().network())},
                         {"height", "newest block", tip.height().value()},
                         {"block", "its hash", to_hex(tip.hash)},
                         {"time", "its time (Unix milliseconds)", tip.header.time.value()},
                         {"work", "work up to it, in hexadecimal", to_text(tip.work)},
                         {"final_height", "anchored block", node.final().height.value()},
                         {"final", "its hash", to_hex(mblock_hash(node.final()))},
                         {"certified", "by SUP's block of height", nullptr}};
  if (anchor) all.back().value = anchor->block.height.value();
  nlohmann::json nodes = nlohmann::json::array();
  for (const LightNode::NodeView& view : node.nodes()) {
    nodes.push_back(to_json(view));
    if (!options.json) all.push_back({"", to_string(view.identity), to_text(view)});
  }
  if (options.json) all.push_back({"nodes", "", std::move(nodes)});
  show(options.json, all);
  return {};
}

Result<void> follow(const LightOptions& options) {
  TRY(const auto session, options.open());
  std::string last;
  session->follow([&] {
    const LightNode& node = session->node();
    const std::size_t connected = node.client().peers().size();
    const std::string tip = to_hex(node.tip().hash), final = to_hex(mblock_hash(node.final()));
    const auto height = node.tip().height().value(), final_height = node.final().height.value();
    std::string line;
    if (options.json) {
      line = nlohmann::json{{"height", height}, {"block", tip}, {"final_height", final_height}, {"final", final}, {"connected", connected}}
                 .dump();
    } else {
      line = "block " + std::to_string(height) + " " + tip + ", anchored " + std::to_string(final_height) + " " + final + ", " +
             std::to_string(connected) + " of " + std::to_string(node.nodes().size()) + " nodes";
    }
    if (line == last) return;
    std::cout << line << '\n' << std::flush;
    last = std::move(line);
  });
  return {};
}

Result<void> proof(const ProofOptions& options) {
  TRY(const auto htxm, parse_hex<TransactionHash>(options.record, "htxM"));
  TRY(const auto session, options.open());
  TRY_VOID(session->sync());
  const auto found = session->find({&htxm, 1}).front();
  if (!found) return failure("none of its nodes has that, or they keep it back");
  show(options.json, {{"record", "record", to_hex(htxm)},
                      {"doctor", "written by", to_string(found->terms.doctor)},
                      {"hospital", "of", to_string(found->terms.hospital)},
                      {"written", "at (Unix milliseconds)", found->terms.written.value()},
                      {"height", "proved to be in the block of height", found->header.height.value()},
                      {"block", "its hash", to_hex(mblock_hash(found->header))},
                      {"above", "blocks on top", found->above},
                      {"final", "anchored", found->is_final}});
  return {};
}

// What is not there is proved, too.
Result<void> index(const IndexOptions& options) {
  Bytes key = med::index_record_key(options.account);
  if (!options.entry.empty()) {
    TRY(const auto id, parse_hex<med::EntryId>(options.entry, "entry's id"));
    key = med::index_entry_key(options.account, id);
  }
  TRY(const auto session, options.open());
  TRY_VOID(session->sync());
  LightNode& node = session->node();
  TRY(const auto answer, session->wait_for(node.look_up(med::StateKey::storage(med::emr_index_name, key))));
  const auto& value = std::get<std::optional<Bytes>>(answer.proven);
  std::vector<Shown> all{{"account", "account", options.account},
                         {"height", "proved after the anchored block", node.final().height.value()},
                         {"block", "its hash", to_hex(answer.block)},
                         {"found", "is there", value.has_value()}};
  if (value && options.entry.empty()) {
    const auto record = decode<med::IndexRecord>(*value);
    if (!record) return refused("the account's record", record.error());
    std::vector<std::string> holders;
    if (record->slot) {
      for (const Identity& one : record->slot->holders.items) holders.push_back(to_string(one));
    }
    all.push_back({"entries", "entries", record->entries});
    all.push_back({"bytes", "bytes of these", record->bytes});
    all.push_back({"slot", "its keyslot", record->slot ? to_hex(record->slot->slot) : ""});
    all.push_back({"holders", "which is held by", std::move(holders)});
  } else if (value) {
    const auto entry = decode<SealedEntry>(*value);
    if (!entry) return refused("the entry", entry.error());
    all.push_back({"version", "version", entry->version});
    all.push_back({"sealed", "sealed", to_hex(entry->sealed.value)});
  }
  show(options.json, all);
  return {};
}

}  // namespace

void add_light(CLI::App& app, int& status_of_process) {
  auto* light = app.add_subcommand("light", "the public chain for who has no node: its headers, and proofs checked against them");
  light->require_subcommand(1);
  add_command<InitOptions>(*light, status_of_process, "init", "say which nodes are asked; none of them is believed",
                           "light init --dir pat-1 --genesis genesis --node h1=h1.example:7101 --node miner:m1=m1.example:7101", init);
  add_command<LightOptions>(*light, status_of_process, "follow", "keep up with the chain, until SIGTERM; says when it has a newer block",
                            "light follow --dir pat-1 --passphrase-file passphrase --json", follow);
  add_command<LightOptions>(*light, status_of_process, "status",
                            "the newest block, the newest anchored one, and what each node's chain is worth",
                            "light status --dir pat-1 --json", status);
  add_command<ProofOptions>(*light, status_of_process, "proof", "that a record is in a block",
                            "light proof --dir pat-1 --record 3f… --json", proof);
  add_command<IndexOptions>(*light, status_of_process, "index", "what the EMR index has under an account, after the newest anchored block",
                            "light index --dir pat-1 --account 7b… --json", index);
}

}  // namespace caduceus
