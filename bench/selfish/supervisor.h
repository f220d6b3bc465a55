// SUP in the model: Sblocks at regular times that observe shown blocks and anchor by the real rule (core/sup/anchoring.h). A value: who wants to know
// what SUP would do copies it and plays it on.
#pragma once

#include <array>

#include "bench/selfish/view.h"
#include "core/base/rng.h"
#include "core/sup/anchoring.h"

namespace caduceus::bench::selfish {

// Of every fourth Sblock, n being 4: who makes it.
enum class FourthLeader : std::uint8_t {
  honest,
  eclipsed,  // hears of the attacker's blocks only
  lying,  // the attacker's: lists no honest block while the others would vote for that, its own at once, and draws the tie's Sblock hash anew
};

struct SupSetup {
  sup::AnchorRules rules;
  std::uint64_t interval = 2'000;  // ms between Sblocks
  std::uint64_t delta = 2'000;  // R17.2: how long a leader holds a block before it lists it
  unsigned lag = 3;  // an Sblock is committed when so many stand on it
  FourthLeader fourth = FourthLeader::honest;
  std::uint64_t cycle = 0;  // ms; 0: never silent
  std::uint64_t silent = 0;  // of a cycle's beginning, during which there are no Sblocks
};

BlockHash draw_hash(SeededRng& rng);

class Supervisor {
 public:
  Supervisor(const SupSetup& setup, const Blocks& blocks) : setup_(&setup), blocks_(&blocks), time_(next_time(0)) {}

  // Of the next Sblock; and until when a block has to be shown for an honest leader to list it there.
  [[nodiscard]] std::uint64_t time() const { return time_; }
  [[nodiscard]] std::uint64_t deadline() const { return time_ < setup_->delta ? 0 : time_ - setup_->delta; }
  [[nodiscard]] bool is_silent(std::uint64_t now) const;
  // What the newest committed Sblock counted, which miners name.
  [[nodiscard]] std::uint64_t committed_beacon() const;
  // How old a block will be that the Sblock after the next one observes.
  [[nodiscard]] std::uint64_t age_if_late(BlockId block) const;
  [[nodiscard]] BlockId anchor() const { return anchor_; }
  // How many blocks were observed or dropped: none is left that was shown.
  [[nodiscard]] bool has_listed_all() const { return shown_.empty(); }

  // In the order of their arrival.
  void show(BlockId block, std::uint64_t now) { shown_.push_back({block, now}); }
  // The next Sblock; whether it moved the anchor.
  bool make(SeededRng& rng);

 private:
  [[nodiscard]] bool anchor_next();
  void list();
  void list_for_the_attacker();
  void observe(BlockId block);
  [[nodiscard]] bool follows(BlockId block) const;
  // Whether such a leader makes the next Sblock.
  [[nodiscard]] bool is_fourth(FourthLeader who) const { return (index_ % 4 == 0 ? setup_->fourth : FourthLeader::honest) == who; }
  [[nodiscard]] std::uint64_t next_time(std::uint64_t after) const;

  const SupSetup* setup_;
  const Blocks* blocks_;
  std::uint64_t index_ = 1;  // of the next Sblock
  std::uint64_t time_;
  sup::Beacon beacon_;
  std::array<std::uint64_t, 8> counts_{};  // of the last Sblocks, by index
  BlockHash hash_{};  // of the last one
  BlockId anchor_ = 0;
  std::vector<sup::ObservedBlock> observed_;  // `number` is the BlockId
  bool may_anchor_ = false;  // something changed since the rule said nothing
  struct Shown {
    BlockId block;
    std::uint64_t at;
  };
  std::vector<Shown> shown_;  // and not listed
};

}  // namespace caduceus::bench::selfish
