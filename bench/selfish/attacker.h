// A miner that keeps blocks back: what it decides (docs/SUPERVISION.md). It plays in the model (game.h) and, over messages, in the simulator (test/sim/selfish_miner.h).
#pragma once

#include <span>

#include "bench/selfish/view.h"

namespace caduceus::bench::selfish {

// What an attacker does. None of it: it mines as everybody.
struct Strategy {
  bool withholds = false;  // Eyal and Sirer's, by heights
  bool leads_stubbornly = false;  // one ahead after an honest block, shows as much as that and not all
  bool forks_stubbornly = false;  // found a block in a race, keeps it
  unsigned trails = 0;  // goes on mining when so far behind
  bool knows_sup = false;  // plays SUP forward: shows the fewest blocks with which its branch is anchored, races when that is open
  bool waits = false;  // decides at the last moment at which an Sblock would still list what it shows
  bool keeps_fresh = false;  // shows what would go stale
  bool picks = false;  // withholds a first block only if its root is in the lower half
  bool lures = false;  // shows what can never be anchored any more, so that others mine on it until they hear
};

// What it sees of the world, and does there.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  [[nodiscard]] virtual const Blocks& blocks() const = 0;
  // The best one of all that is shown, above anchor().
  [[nodiscard]] virtual BlockId best() const = 0;
  // SUP's newest, committed or not.
  [[nodiscard]] virtual BlockId anchor() const = 0;
  // SUP anchors, and is not silent now.
  [[nodiscard]] virtual bool is_supervised() const = 0;
  // What SUP anchors when it has listed all that is shown, these blocks among them: a tie is drawn anew at each call.
  [[nodiscard]] virtual BlockId anchor_after(std::span<const BlockId> shown_now) = 0;
  // How old this block will be when it is observed, if it is not shown now but the next time that before_listing() is told.
  [[nodiscard]] virtual std::uint64_t age_if_late(BlockId block) const = 0;
  virtual void show(BlockId block) = 0;
};

// Its own branch: blocks on top of one that all have seen, the first of them shown.
class Attacker {
 public:
  Attacker(Surroundings& around, const Strategy& strategy) : around_(around), strategy_(strategy) {}

  // What it mines on.
  [[nodiscard]] BlockId tip() const;
  [[nodiscard]] std::span<const BlockId> withheld() const { return std::span(own_).subspan(shown_); }
  // Blocks that it withheld until they were worth nothing.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

  void found(BlockId block);  // on top of tip()
  void heard();  // an honest block, before any other miner does
  void before_listing();  // the next Sblock lists what is shown by now
  void anchored();
  // Shows what it still has, if that is ahead.
  void end();
  // Gives its branch up, and mines on what is shown.
  void adopt();

 private:
  [[nodiscard]] bool plays_forward() const { return strategy_.knows_sup && around_.is_supervised(); }
  [[nodiscard]] std::uint32_t height() const;  // of its tip
  [[nodiscard]] std::uint32_t public_height() const;
  [[nodiscard]] bool has_rival() const;
  [[nodiscard]] bool descends(BlockId block, BlockId from) const;
  [[nodiscard]] bool is_alive_under(BlockId anchor) const;
  void follow_heights();
  void play_forward();
  // Whether its branch is not cut off when it shows its first `count` blocks now, however a tie is drawn.
  [[nodiscard]] bool wins_with(std::size_t count);
  static constexpr unsigned draws = 5;
  void show(std::size_t count);
  void show_up_to(std::uint32_t height);

  Surroundings& around_;
  Strategy strategy_;
  std::vector<BlockId> own_;
  std::size_t shown_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace caduceus::bench::selfish
