// One attacker against honest miners, with SUP over them or without: block after block, in simulated time (docs/SUPERVISION.md).
#pragma once

#include <deque>
#include <optional>

#include "bench/selfish/supervisor.h"

namespace caduceus::bench::selfish {

// What an attacker does. None of it: it mines as everybody.
struct Strategy {
  bool withholds = false;      // Eyal and Sirer's, by heights
  bool leads_stubbornly = false;   // one ahead after an honest block, shows as much as that and not all
  bool forks_stubbornly = false;   // found a block in a race, keeps it
  unsigned trails = 0;             // goes on mining when so far behind
  bool knows_sup = false;      // plays SUP forward: shows the fewest blocks with which its branch is anchored, races when that is open
  bool waits = false;          // decides at the last moment at which an Sblock would still list what it shows
  bool keeps_fresh = false;    // shows what would go stale
  bool picks = false;          // withholds a first block only if its root is in the lower half
  bool lures = false;          // shows what can never be anchored any more, so that others mine on it until they hear
};

struct GameSetup {
  double alpha = 0.3;  // the attacker's share of the work
  double gamma = 0.5;  // share of the honest miners who hear of the attacker's block first when both come at once
  std::uint64_t interval = 60'000;  // ms, of Mblocks
  SupSetup sup;
  Strategy attacker;
};

struct Outcome {
  std::uint64_t attackers = 0;  // blocks on the chain at the end
  std::uint64_t honest = 0;
  std::uint64_t mined = 0;
  std::uint32_t deepest = 0;  // most blocks that an honest miner left at once
};

class Game;

// Its own branch: blocks on top of one that all have seen, the first of them shown.
class Attacker {
 public:
  Attacker(Game& game, const Strategy& strategy) : game_(game), strategy_(strategy) {}

  // What it mines on.
  [[nodiscard]] BlockId tip() const;
  void found(BlockId block);
  void heard();        // an honest block, before any other miner does
  void before_listing();  // the next Sblock lists what is shown by now
  void anchored();
  // Shows what it still has, if that is ahead.
  void end();

 private:
  [[nodiscard]] bool is_supervised() const;
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
  void adopt() {
    own_.clear();
    shown_ = 0;
  }

  Game& game_;
  Strategy strategy_;
  std::vector<BlockId> own_;
  std::size_t shown_ = 0;
};

class Game {
 public:
  Game(const GameSetup& setup, std::uint64_t seed);
  Game(const Game&) = delete;
  Game& operator=(const Game&) = delete;

  Outcome play(std::uint64_t blocks);

  // What the attacker sees and does.
  [[nodiscard]] const GameSetup& setup() const { return setup_; }
  [[nodiscard]] const Blocks& blocks() const { return blocks_; }
  [[nodiscard]] const View& known() const { return known_; }  // all that is shown, above SUP's newest anchor, committed or not
  [[nodiscard]] bool is_supervised() const { return setup_.sup.rules.branch != sup::BranchRule::none; }
  [[nodiscard]] const Supervisor& sup() const { return sup_; }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] SeededRng& rng() { return rng_; }
  void show(BlockId block);

 private:
  void run_sup(std::uint64_t until);
  void make_sblock();
  void mine();
  BlockId add(BlockId parent, bool is_attackers);
  // To the two groups of honest miners.
  void deliver(std::optional<BlockId> honest);
  void see(View& view, BlockId block);
  [[nodiscard]] double draw() { return static_cast<double>(rng_.next() >> 11U) * 0x1p-53; }

  GameSetup setup_;
  SeededRng rng_;
  Blocks blocks_;
  View first_;   // of those who hear of the honest block first
  View second_;  // of those who hear of the attacker's
  View known_;
  Supervisor sup_;
  Attacker attacker_;
  std::uint64_t now_ = 0;
  std::uint64_t sblocks_ = 0;
  bool has_told_ = false;  // the attacker, that the next Sblock is about to list
  struct Binding {
    std::uint64_t at;  // sblocks_
    BlockId anchor;
  };
  std::deque<Binding> bindings_;
  std::vector<BlockId> released_;  // by the attacker, just now
  std::uint32_t deepest_ = 0;
};

}  // namespace caduceus::bench::selfish
