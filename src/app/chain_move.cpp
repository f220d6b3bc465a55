// caduceus chain export, import: both chains from one machine to another in a file.
#include <iostream>

#include "app/chain_snapshot.h"
#include "app/command.h"
#include "app/commands.h"
#include "host/store/rocks_store.h"

namespace caduceus {
namespace {

struct ExportOptions {
  std::filesystem::path directory;
  std::filesystem::path out;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--dir", directory, "the hospital's folder; its node must not run meanwhile")->required();
    command.add_option("--out", out, "a new file")->required();
    command.add_flag("--json", json, "print one JSON object");
  }
};
struct ImportOptions {
  std::filesystem::path from;
  std::filesystem::path directory;
  std::size_t threads = 2;
  bool json = false;

  void declare(CLI::App& command) {
    command.add_option("--from", from, "the snapshot")->required();
    command.add_option("--dir", directory, "the folder of a hospital or a miner, made by its init, whose node has no chain yet")
        ->required();
    command.add_option("--threads", threads, "that verify signatures")->check(CLI::Range(1, 256))->capture_default_str();
    command.add_flag("--json", json, "print one JSON object");
  }
};

Progress tell(const std::string& what) {
  return [what](Height med) { std::clog << what << " MED up to height " << med.value() << '\n'; };
}

std::vector<Shown> shown_of(const SnapshotSummary& summary, bool json) {
  return {{"sup_height", "SUP: committed block", summary.sup.value()},
          {"time", "of", shown(json, summary.time)},
          {"final", "MED: newest final block", summary.med.value()},
          {"bytes", "bytes of the file", summary.bytes}};
}

Result<void> export_chains(const ExportOptions& options) {
  const NodeFolder sup(options.directory, "sup"), med(options.directory, "med");
  TRY(const sup::Genesis genesis, sup.genesis());
  if (!std::filesystem::exists(sup.store()) || !std::filesystem::exists(med.store())) {
    return failure(options.directory.string() + " has no node of both chains that ever ran");
  }
  TRY(const auto sup_store, store::open_rocks_store(sup.store(), SupStore::columns));
  TRY(const auto med_store, store::open_rocks_store(med.store(), MedStore::columns));
  TRY(const SnapshotSummary summary, write_snapshot(options.out, genesis, *sup_store, *med_store, tell("written:")));
  show(options.json, shown_of(summary, options.json));
  return {};
}

// A replica that may have said something before, and has no memory of it, has to wait; so that is on disk first. One that was restored from a backup
// waits already.
Result<sup::Abstention> begin_to_wait(store::Store& store, const sup::Genesis& genesis) {
  TRY(const auto there, SupStore::open(store, genesis.network(), ~std::uint64_t{0}));
  const sup::Recovered found = there->recover({});
  if (found.committed || !found.uncommitted.empty()) return failure("there is a chain of SUP already: a replica's memory is not replaced");
  sup::Abstention wait = sup::abstain_from(wall_clock(), genesis.med.epoch_length);
  if (found.abstention && found.abstention->until > wait.until) wait = *found.abstention;
  TRY_VOID(store.write(SupStore::restored(genesis.network(), wait)));
  return wait;
}

// Of an import that was killed when only MED's folder had no name yet: SUP's state is kept last, when all else is on disk.
Result<std::optional<SnapshotSummary>> left_unnamed(store::Store& store, const sup::Genesis& genesis, const std::filesystem::path& med_made,
                                                    const std::filesystem::path& file) {
  TRY(const auto there, SupStore::open(store, genesis.network(), ~std::uint64_t{0}));
  const sup::Recovered found = there->recover({});
  std::error_code error;
  if (!found.committed || !std::filesystem::exists(med_made, error)) return std::nullopt;
  const SupHeader& block = found.committed->block;
  return SnapshotSummary{block.height, block.time, block.roots.anchor_height, std::filesystem::file_size(file, error)};
}

Result<void> import_chains(const ImportOptions& options) {
  const NodeFolder sup(options.directory, "sup"), med(options.directory, "med");
  TRY(const sup::Genesis genesis, sup.genesis());
  const std::filesystem::path med_made = med.store().string() + ".importing";
  if (std::filesystem::exists(med.store())) return failure(med.store().string() + " is there already: import into a node that never ran");
  std::unique_ptr<store::Store> sup_store;  // a hospital's
  std::optional<SnapshotSummary> summary;
  if (std::filesystem::exists(options.directory / "sup.json")) {
    TRY(sup_store, store::open_rocks_store(sup.store(), SupStore::columns));
    TRY(summary, left_unnamed(*sup_store, genesis, med_made, options.from));
  }
  std::error_code error;
  sup::Abstention wait;
  if (!summary) {
    if (sup_store) {
      TRY(wait, begin_to_wait(*sup_store, genesis));
    }
    std::filesystem::remove_all(med_made, error);
    TRY(const auto med_store, store::open_rocks_store(med_made, MedStore::columns));
    TRY(summary, read_snapshot(options.from, genesis, {sup_store.get(), wait, *med_store}, options.threads, tell("right:")));
  }
  std::filesystem::rename(med_made, med.store(), error);
  if (error) return failure("cannot make " + med.store().string() + ": " + error.message());
  TRY_VOID(sync_folder(options.directory));
  std::vector<Shown> all = shown_of(*summary, options.json);
  if (wait.until != Time{}) all.push_back({"votes_again", "votes on SUP once it has a block as late as", shown(options.json, wait.until)});
  show(options.json, all);
  return {};
}

}  // namespace

void add_chain_move(CLI::App& chain, int& status) {
  add_command<ExportOptions>(chain, status, "export", "both chains into a file: SUP's state with its proof, MED's final blocks",
                             "chain export --dir h1 --out chains", export_chains);
  add_command<ImportOptions>(chain, status, "import", "both chains out of such a file, all of it checked, for a node that never ran",
                             "chain import --from chains --dir h5", import_chains);
}

}  // namespace caduceus
