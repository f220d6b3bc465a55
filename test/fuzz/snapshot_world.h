// A consortium of two hospitals, and the snapshot of both its chains when SUP had one block, and MED none: the same in every run.
#pragma once

#include "core/chain/commit.h"
#include "core/sup/genesis.h"

namespace caduceus::fuzz {

// docs/FORMATS.md, "A snapshot of both chains". Each piece begins with its kind.
struct SnapshotHead {
  Text<1, 32> kind{"caduceus chains 1"};
  NetworkId net{};
  CommitProof sup;
  static auto fields(auto& self) { return std::tie(self.kind, self.net, self.sup); }
};
constexpr Byte head_piece = 0, sup_piece = 1, med_piece = 2, end_piece = 3;

struct SnapshotWorld {
  SnapshotWorld();

  sup::Genesis genesis;
  SnapshotHead head;
  std::vector<Bytes> pieces;
};
const SnapshotWorld& snapshot_world();

// The pieces as a file has them, each behind its length.
Bytes snapshot_file(std::span<const Bytes> pieces);

}  // namespace caduceus::fuzz
