// Both chains in a file, so that a new hospital or miner begins with a disk and not with the network (docs/FORMATS.md, "A snapshot of both
// chains"): SUP's state at a committed block with the proof of that block, and MED's blocks up to the one that it anchors. Whoever has the
// consortium's genesis can check all of it; nobody who made or carried it is trusted.
#pragma once

#include "app/node_folder.h"
#include "host/node/med_node.h"
#include "host/node/sup_store.h"

namespace caduceus {

struct SnapshotSummary {
  Height sup;  // the committed block
  Time time;  // of it
  Height med;  // the anchored one
  std::uint64_t bytes = 0;  // of the file
};
using Progress = std::function<void(Height med)>;

// A new file. Failure: it is there, the node never ran, MED has not come to SUP's newest anchor yet.
[[nodiscard]] Result<SnapshotSummary> write_snapshot(const std::filesystem::path& file, const sup::Genesis& genesis, store::Store& sup,
                                                     store::Store& med, const Progress& progress);

// Checks all of a file; MED's blocks are executed again into `med`, which has MedStore::columns and nothing in it. SUP's state goes into `sup`, if
// there is one: its replica then waits as `abstention` says. Failure: the first thing that is not right.
struct SnapshotTarget {
  store::Store* sup = nullptr;
  sup::Abstention abstention;
  store::Store& med;
};
[[nodiscard]] Result<SnapshotSummary> read_snapshot(const std::filesystem::path& file, const sup::Genesis& genesis,
                                                    const SnapshotTarget& to, std::size_t threads, const Progress& progress);

}  // namespace caduceus
