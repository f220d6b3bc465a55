// When a block of SUP is committed (PROTOCOL.md §8), and the proof of it that anybody can check who knows the committee.
#pragma once

#include "core/chain/sup_block.h"

namespace caduceus {

// A certified block b'', its parent b' and b'’s parent b. How far down it commits, if at all: depth 3, as published, commits b when the
// views of b, b', b'' are consecutive; depth 2 commits b' when those of b', b'' are.
enum class Commits : std::uint8_t { nothing, parent, grandparent };
Commits commits(unsigned depth, View grandparent, View parent, View certified);

// A committed block, the one or two above it, and the certificate of the last.
struct CommitProof {
  SupHeader block;
  List<SupHeader, 2, 1> above;  // b'' at depth 2; b', b'' at depth 3
  QuorumCertificate qc;

  static auto fields(auto& self) { return std::tie(self.block, self.above, self.qc); }
  friend bool operator==(const CommitProof&, const CommitProof&) = default;
};

// Reject::block_parent (they do not follow each other), commit_views (nothing is committed by it), and as verify() of the QC.
[[nodiscard]] Checked<void> verify(const NetworkId& net, const Committee& committee, unsigned depth, const CommitProof& proof);

}  // namespace caduceus
