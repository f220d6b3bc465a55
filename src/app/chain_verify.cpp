// caduceus chain: both chains from their first block on, checked again.
#include <iostream>

#include "app/chain_peers.h"
#include "app/chain_snapshot.h"
#include "app/command.h"
#include "app/commands.h"
#include "app/med_folder.h"
#include "app/public_file.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

struct VerifyOptions {
  std::filesystem::path directory;
  std::filesystem::path genesis;
  std::filesystem::path snapshot;
  std::vector<std::string> sup_nodes, med_nodes;
  PassphraseOptions passphrase;
  std::size_t threads = 2;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "your folder. What a node keeps in it is checked, of both chains; the node must not run")
        ->required();
    command.add_option("--sup-node", sup_nodes, "a node of SUP to be asked for its chain instead, h2=HOST:PORT; several are tried in turn");
    command.add_option("--med-node", med_nodes, "the same of MED, h2=HOST:PORT or miner:m1=HOST:PORT");
    command.add_option("--genesis", genesis, "the consortium's genesis; the folder of who has a node has one");
    command.add_option("--snapshot", snapshot, "check this file instead, as caduceus chain export makes it, against the genesis alone");
    passphrase.declare(command);
    command.add_option("--threads", threads, "that verify signatures")->check(CLI::Range(1, 256))->capture_default_str();
    command.add_flag("--json", json, "print one JSON object");
  }
};

// Where a chain is replayed: who was killed goes on there.
class Work {
 public:
  static Result<Work> open(const std::filesystem::path& directory, const std::string& chain, std::span<const std::string_view> columns) {
    std::filesystem::path folder = directory / "verify" / chain;
    TRY(auto opened, store::open_rocks_store(folder, columns));
    return Work(std::move(folder), std::move(opened));
  }
  [[nodiscard]] store::Store& store() const { return *store_; }
  // It came to its end: the next one begins anew.
  void remove() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 private:
  Work(std::filesystem::path folder, std::unique_ptr<store::Store> opened) : folder_(std::move(folder)), store_(std::move(opened)) {}
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
};

std::function<void(Height)> progress_of(const std::string& chain) {
  return [chain](Height height) { std::clog << chain << " is right up to height " << height.value() << '\n'; };
}

class Verification {
 public:
  explicit Verification(const VerifyOptions& options) : options_(options) {}

  Result<void> run() {
    const NodeFolder sup(options_.directory, "sup"), med(options_.directory, "med");
    const bool has_sup = !options_.sup_nodes.empty() || std::filesystem::exists(sup.store());
    const bool has_med = !options_.med_nodes.empty() || std::filesystem::exists(med.store());
    if (!has_sup && !has_med)
      return failure(options_.directory.string() + " has no node that ever ran: name nodes to be asked, --med-node or --sup-node");
    TRY_VOID(open());
    std::vector<Shown> shown;
    std::optional<sup::Anchor> anchor;
    if (has_sup) {
      TRY(const SupChecked checked, verify_sup(sup));
      anchor = checked.anchor;
      shown = {{"sup_height", "SUP: newest committed block", checked.newest.value()},
               {"sup_first", "SUP: oldest block", checked.first.value()},
               {"sup_executed", "SUP: blocks executed again", checked.executed},
               {"sup_transactions", "SUP: transactions", checked.transactions},
               {"sup_versions", "SUP: states", checked.versions},
               {"sup_nodes", "SUP: nodes of states", checked.nodes}};
    }
    if (has_med) {
      TRY(const MedChecked checked, verify_med(med, anchor));
      const std::vector<Shown> more{{"final", "MED: newest final block", checked.final.value()},
                                    {"height", "MED: newest block", checked.newest.value()},
                                    {"blocks", "MED: blocks", checked.blocks},
                                    {"records", "MED: records in them", checked.records},
                                    {"nodes", "MED: nodes of states", checked.nodes},
                                    {"anchored", "MED: has the block that SUP anchored", checked.has_anchor}};
      shown.insert(shown.end(), more.begin(), more.end());
    }
    show(options_.json, shown);
    return {};
  }

 private:
  // Genesis, and keys if a node is asked.
  Result<void> open() {
    if (options_.sup_nodes.empty() && options_.med_nodes.empty()) {
      TRY(genesis_, NodeFolder(options_.directory, "sup").genesis());
      return {};
    }
    AskOptions ask;
    ask.directory = options_.directory;
    ask.genesis = options_.genesis;
    ask.passphrase = options_.passphrase;
    ask.nodes = options_.sup_nodes.empty() ? options_.med_nodes : options_.sup_nodes;
    TRY(who_, ask.open("sup"));
    genesis_ = who_->genesis;
    if (who_->member.known.authority != genesis_.authority) return failure("another authority enrolled you than the one in genesis");
    return {};
  }

  Result<SupChecked> verify_sup(const NodeFolder& folder) {
    TRY(Work work, Work::open(options_.directory, "sup", SupReplay::columns));
    if (!options_.sup_nodes.empty()) {
      who_->nodes = options_.sup_nodes;
      auto checked = verify_sup_of(*who_, work.store(), options_.threads, progress_of("SUP"));
      if (checked) work.remove();
      return checked;
    }
    TRY(const Member self, load_member(options_.directory / "member"));
    const auto place = genesis_.place_of(self.identity);
    if (!place) return failure(to_string(self.identity) + " is not among the hospitals of this genesis (caduceus consortium show)");
    TRY(const auto store, store::open_rocks_store(folder.store(), SupStore::columns));
    auto checked = check_sup(*store, work.store(), genesis_, *place, options_.threads, progress_of("SUP"));
    work.remove();
    return checked;
  }

  Result<MedChecked> verify_med(const NodeFolder& folder, const std::optional<sup::Anchor>& anchor) {
    TRY(Work work, Work::open(options_.directory, "med", MedStore::columns));
    if (!options_.med_nodes.empty()) {
      who_->nodes = options_.med_nodes;
      auto checked = verify_med_of(*who_, work.store(), anchor, options_.threads, progress_of("MED"));
      if (checked) work.remove();
      return checked;
    }
    const MedTerms terms = MedTerms::of(genesis_);
    TRY(const auto store, store::open_rocks_store(folder.store(), MedStore::columns));
    auto checked = check_med(*store, work.store(), terms, anchor, options_.threads, progress_of("MED"));
    work.remove();
    return checked;
  }

  const VerifyOptions& options_;
  sup::Genesis genesis_;
  std::optional<AskOptions::Opened> who_;
};

Result<void> verify_snapshot(const VerifyOptions& options) {
  const NodeFolder folder(options.directory, "sup");
  TRY(const sup::Genesis genesis, options.genesis.empty() ? folder.genesis() : load<sup::Genesis>(options.genesis, "a genesis"));
  std::error_code ignored;
  std::filesystem::remove_all(options.directory / "verify" / "snapshot", ignored);  // one that was broken off is not gone on with
  TRY(Work work, Work::open(options.directory, "snapshot", MedStore::columns));
  auto checked = read_snapshot(options.snapshot, genesis, {nullptr, {}, work.store()}, options.threads, progress_of("MED"));
  work.remove();
  if (!checked) return failure(options.snapshot.string() + ": " + checked.error().message);
  show(options.json, {{"sup_height", "SUP: committed block", checked->sup.value()},
                      {"time", "of", shown(options.json, checked->time)},
                      {"final", "MED: newest final block", checked->med.value()},
                      {"bytes", "bytes of the file", checked->bytes}});
  return {};
}

Result<void> verify(const VerifyOptions& options) {
  return options.snapshot.empty() ? Verification(options).run() : verify_snapshot(options);
}

}  // namespace

void add_chain(CLI::App& app, int& status) {
  auto* chain = app.add_subcommand("chain", "what a node keeps of both chains: check it, take it elsewhere");
  chain->require_subcommand(1);
  add_command<VerifyOptions>(*chain, status, "verify",
                             "both chains again, from disk or as nodes show them: work, signatures, certificates, states, anchors",
                             "chain verify --dir h1 --json", verify);
  add_chain_move(*chain, status);
}

}  // namespace caduceus
