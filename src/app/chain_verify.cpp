// caduceus chain: both chains from block 0 on, checked again. MED's so far.
#include <iostream>

#include "app/command.h"
#include "app/commands.h"
#include "app/med_folder.h"
#include "host/node/med_check.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

struct VerifyOptions {
  std::filesystem::path directory;
  std::size_t threads = 2;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the folder of who has a node of MED; it must not run")->required();
    command.add_option("--threads", threads, "that verify signatures")->check(CLI::Range(1, 256))->capture_default_str();
    command.add_flag("--json", json, "print one JSON object");
  }
};

Result<void> verify(const VerifyOptions& options) {
  const NodeFolder folder(options.directory, "med");
  TRY(const sup::Genesis genesis, folder.genesis());
  if (!std::filesystem::exists(folder.store())) return failure(folder.store().string() + " is not there: this node has never run");
  TRY(const auto store, store::open_rocks_store(folder.store(), MedStore::columns));
  const MedTerms terms = med_terms(genesis);
  TRY(const MedChecked checked,
      check_med(*store, terms, options.threads, [](std::uint64_t blocks) { std::clog << blocks << " blocks are right\n"; }));
  show(options.json, {{"final", "newest final block", checked.final.value()},
                      {"blocks", "blocks that are right", checked.blocks},
                      {"records", "records in them", checked.records},
                      {"nodes", "nodes of states", checked.nodes}});
  return {};
}

}  // namespace

void add_chain(CLI::App& app, int& status) {
  auto* chain = app.add_subcommand("chain", "check what a node keeps");
  chain->require_subcommand(1);
  add_command<VerifyOptions>(*chain, status, "verify", "a node's store of MED: work, targets, signatures, states, every key and value",
                             "chain verify --dir h1 --json", verify);
}

}  // namespace caduceus
