// All headers above the root, which is MED's newest anchor and first the genesis block, their rules, and the fork choice: most work above the
// root wins (PROTOCOL.md §9, docs/MED.md). Pure: whoever asks brings the time.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/chain/med_parameters.h"

namespace caduceus::med {

// Of the body: not looked at yet, or what came out. Bodies are looked at parents first, since each needs the state after its parent.
enum class BodyState : std::uint8_t { unknown, valid, invalid };  // invalid too: above an invalid one

struct HeldHeader {
  MblockHeader header;
  MblockHash hash{};
  const HeldHeader* parent = nullptr;  // none of the root
  const HeldHeader* next = nullptr;  // above it on the way to the best header; none of that, and of what is not on the way
  Work work;  // summed up from the tree's first root on; to be compared, within one tree
  std::uint64_t arrival = 0;  // counts headers
  BodyState body = BodyState::unknown;
  std::uint64_t validated = 0;  // counts valid bodies

  [[nodiscard]] Height height() const { return header.height; }
  [[nodiscard]] bool is_on_the_way() const { return parent == nullptr || parent->next == this; }
};

// The fork choice: whether a block leads instead of the one that led before it came. As much work is not enough: the first to arrive stays.
[[nodiscard]] inline bool takes_the_lead(const Work& block, const Work& leading) { return block > leading; }

class HeaderTree {
 public:
  static constexpr std::size_t median_span = 11;
  static constexpr std::uint64_t most_ahead = 120'000;  // ms, of a header's time before the clock
  static constexpr std::size_t most_headers = 100'000;  // at 60 s, ten weeks without an anchor; 450 bytes each

  // `recent`: the root, whose body counts as valid, and as many as ten headers below it, lowest first; of a new chain, the genesis block
  // only. Parameters that were checked.
  HeaderTree(const MedParameters& parameters, const MblockHeader& genesis, std::span<const MblockHeader> recent);
  HeaderTree(const MedParameters& parameters, const MblockHeader& genesis) : HeaderTree(parameters, genesis, {&genesis, 1}) {}
  // A copy's headers would have the parents of the other. Moved, headers stay where they are.
  HeaderTree(const HeaderTree&) = delete;
  HeaderTree& operator=(const HeaderTree&) = delete;
  HeaderTree(HeaderTree&&) = default;
  HeaderTree& operator=(HeaderTree&&) = default;
  ~HeaderTree() = default;

  // A held header stays where it is until move_root(), or until add() drops it for a heavier one where the tree is full.
  [[nodiscard]] const HeldHeader& root() const { return *root_; }
  [[nodiscard]] const HeldHeader* find(const MblockHash& hash) const;
  [[nodiscard]] std::size_t size() const { return by_arrival_.size(); }

  // Keeps it. Its sender is at fault for Reject::mblock_version, mblock_invalid_ancestor, mblock_height, mblock_target, mblock_work, mblock_time
  // (not above median_time() of its parent, or before its parent's where it names the same Sblock) and mblock_sblock_order (the Sblock it
  // names is below its parent's, or another of that height). Nobody is for mblock_known, mblock_below_root, mblock_parent (ask for the headers up to it), mblock_time_future (to be
  // tried again) and mblock_full.
  [[nodiscard]] Checked<const HeldHeader*> add(const MblockHeader& header, Time now);

  // What a block above this one needs: its target, and a time above the median of this one's and of the ten before it; not before this
  // one's, unless it names a newer Sblock.
  [[nodiscard]] Bytes32 target_above(const HeldHeader& parent) const;
  [[nodiscard]] Time median_time(const HeldHeader& parent) const;

  // Held; its parent's body is valid, or it is the root (CHECK).
  void set_body_valid(const MblockHash& hash);
  // Held, not the root, its body not valid (CHECK). All above it are invalid, too.
  void set_invalid(const MblockHash& hash);

  // The most work; the first to arrive where several have it. Some bodies on the way to it may not have been looked at.
  [[nodiscard]] const HeldHeader& best_header() const { return *best_header_; }
  // The same among those of which all bodies from the root on are valid; on a tie, the first whose body was: a header without a
  // body is no claim. The root if there is none.
  [[nodiscard]] const HeldHeader& best_block() const { return *best_block_; }

  // Above the root, and their bodies are valid; as that was found.
  [[nodiscard]] std::vector<const HeldHeader*> valid_bodies() const;
  // Those whose bodies were not looked at: by arrival, and what is heavier than the best block before the others.
  [[nodiscard]] std::vector<const HeldHeader*> unknown_bodies() const;

  // What the way from one to the other leaves, highest first, and enters, lowest first.
  struct Path {
    std::vector<const HeldHeader*> leave;
    std::vector<const HeldHeader*> enter;
  };
  [[nodiscard]] static Path path(const HeldHeader& from, const HeldHeader& to);

  // Hashes from this header down: ten one by one, then in steps that double; the last is the root's.
  [[nodiscard]] std::vector<MblockHash> locator(const HeldHeader& from) const;
  [[nodiscard]] std::vector<MblockHash> locator() const { return locator(*best_header_); }
  // For who sent a locator: up to `most` headers of the branch of best_block(), lowest first, from where it leaves the first block of the
  // locator that is held. Nothing when none is: the asker is to be answered from the archive. Nor when the last one, which is the asker's
  // root, is not on that branch: to the asker all of it would be below the anchor.
  [[nodiscard]] std::optional<std::vector<MblockHeader>> headers_after(std::span<const MblockHash> locator, std::size_t most) const;

  // A block that is held and not invalid (CHECK) is the new anchor: what does not grow on it goes, were it heavier. Returns the headers
  // above the old root up to the new one, lowest first, to be archived.
  std::vector<MblockHeader> move_root(const MblockHash& hash);

 private:
  [[nodiscard]] Checked<void> check(const HeldHeader& parent, const MblockHeader& header, const MblockHash& hash, Time now) const;
  [[nodiscard]] bool has_room_for(const HeldHeader& parent, const Work& work);
  void choose_again();
  void lead_to(const HeldHeader& best_header);

  MedParameters parameters_;
  MblockHeader genesis_;
  std::vector<Time> below_;  // times of the last blocks below the root, lowest first
  std::map<MblockHash, HeldHeader> headers_;
  std::vector<HeldHeader*> by_arrival_;  // so a parent stands before its children
  std::map<std::uint64_t, const HeldHeader*> unknown_bodies_;  // by arrival
  const HeldHeader* root_ = nullptr;
  const HeldHeader* best_header_ = nullptr;
  const HeldHeader* best_block_ = nullptr;
  std::uint64_t arrived_ = 0;
  std::uint64_t validated_ = 0;
};

}  // namespace caduceus::med
