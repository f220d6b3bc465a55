// Which of MED's branches an Sblock anchors, and up to which block (PROTOCOL.md §9, R17): a function of what SUP has observed up to the block's
// parent, so that voters compute what the leader computed. The rules are data; docs/SUPERVISION.md has the figures that they were chosen from.
#pragma once

#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "core/chain/mblock_header.h"

namespace caduceus::sup {

enum class BranchRule : Byte {
  none = 0,  // nothing is ever anchored
  longest = 1,  // as published: most blocks; on a tie the smallest Merkle root, which its miner knows beforehand
  heaviest =
      2,  // R17.3: most work; on a tie the tip that was observed by the earlier Sblock, then the smallest H("tie", parent Sblock, branch root)
};
constexpr bool is_known(BranchRule rule) { return rule <= BranchRule::heaviest; }

struct AnchorRules {
  BranchRule branch = BranchRule::heaviest;
  Byte depth = 0;  // R17.4: k, so many blocks of the branch's upper end stay unanchored
  std::uint64_t fresh_step = 0;  // R17.5: ms of Sblock time between two steps of the beacon; 0: every block weighs its work

  static auto fields(auto& self) { return std::tie(self.branch, self.depth, self.fresh_step); }
  // Reject::genesis_parameters: a depth above 100, a step above a day, or one where the branch is not the heaviest.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const AnchorRules&, const AnchorRules&) = default;
};

// Chosen from docs/SUPERVISION.md's figures (docs/decisions/0014). An honest block is never old: a step is at least as long as it takes, at T_idle, from
// the newest committed Sblock until a block that names it is observed.
constexpr AnchorRules production_anchoring{.fresh_step = 15'000};  // ¼ of 60 s
constexpr AnchorRules devnet_anchoring{.fresh_step = 5'500};  // more than ¼ of 2 s: Sblocks are a second apart when nothing else happens

// R17.5: counts Sblock time in steps, at most one an Sblock: after SUP was silent for hours nothing is older than before.
struct Beacon {
  Time stepped;
  std::uint64_t count = 0;

  // The next Sblock, of this time, not before the last one's; step as AnchorRules::fresh_step.
  void advance(Time sblock, std::uint64_t step);

  static auto fields(auto& self) { return std::tie(self.stepped, self.count); }
  friend bool operator==(const Beacon&, const Beacon&) = default;
};

// An Mblock above the newest anchor.
struct ObservedBlock {
  MblockHash hash{};
  MblockHeader header;
  Height observed;  // by the Sblock of this height
  std::uint64_t age = 0;  // steps of the beacon from the Sblock it names to that one
  std::uint64_t number = 0;  // counts observed blocks
  Work work;  // the header's

  friend bool operator==(const ObservedBlock&, const ObservedBlock&) = default;
};
constexpr std::uint64_t most_fresh_age = 2;  // R17.5: what is older weighs nothing, unless all is

// Where the branch is chosen.
struct BranchQuestion {
  MblockHash anchor{};  // the newest
  BlockHash parent{};  // of the Sblock that anchors: unknown to a miner beforehand
  std::span<const ObservedBlock> observed;  // in the order of observation, each the child of the anchor or of one before it
};

// The place, among the observed blocks, of the one that becomes the anchor.
[[nodiscard]] std::optional<std::size_t> block_to_anchor(const AnchorRules& rules, const BranchQuestion& question);

// The blocks from the anchor (exclusive) up to the one at this place, lowest first.
[[nodiscard]] std::vector<MblockHash> branch_of(std::span<const ObservedBlock> observed, std::size_t tip);
// The place of this block.
[[nodiscard]] std::optional<std::size_t> place_of(std::span<const ObservedBlock> observed, const MblockHash& hash);

}  // namespace caduceus::sup
