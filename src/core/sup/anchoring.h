// Which of MED's branches an Sblock anchors (PROTOCOL.md §9, R17): a function of what SUP has observed up to the block's parent, so that
// voters compute what the leader computed.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/chain/mblock_header.h"

namespace caduceus::sup {

// An Mblock above the newest anchor.
struct ObservedBlock {
  MblockHash hash{};
  MblockHeader header;
  Height observed;           // by the Sblock of this height
  std::uint64_t number = 0;  // counts observed blocks

  friend bool operator==(const ObservedBlock&, const ObservedBlock&) = default;
};

// Where the branch is chosen.
struct BranchQuestion {
  MblockHash anchor{};                      // the newest
  BlockHash parent{};                       // of the Sblock that anchors: unknown to a miner beforehand
  std::span<const ObservedBlock> observed;  // not empty; in the order of observation, each the child of the anchor or of one before it
};

// The place of the tip among the observed blocks.
using BranchChoice = std::function<std::size_t(const BranchQuestion&)>;

// R17.3: most work; on a tie the tip that was observed by the earlier Sblock, then the smallest H("tie", parent Sblock, branch root).
[[nodiscard]] std::size_t heaviest_branch(const BranchQuestion& question);

// The blocks from the anchor (exclusive) up to the one at this place, lowest first.
[[nodiscard]] std::vector<MblockHash> branch_of(std::span<const ObservedBlock> observed, std::size_t tip);
// The place of this block.
[[nodiscard]] std::optional<std::size_t> place_of(std::span<const ObservedBlock> observed, const MblockHash& hash);

}  // namespace caduceus::sup
