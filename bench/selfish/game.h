// One attacker against honest miners, with SUP over them or without: block after block, in simulated time (docs/SUPERVISION.md).
#pragma once

#include <deque>
#include <optional>

#include "bench/selfish/attacker.h"
#include "bench/selfish/supervisor.h"

namespace caduceus::bench::selfish {

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

class Game final : public Surroundings {
 public:
  Game(const GameSetup& setup, std::uint64_t seed);
  Game(const Game&) = delete;
  Game& operator=(const Game&) = delete;

  Outcome play(std::uint64_t blocks);

  [[nodiscard]] const Blocks& blocks() const override { return blocks_; }
  [[nodiscard]] BlockId best() const override { return known_.best(); }
  [[nodiscard]] BlockId anchor() const override { return sup_.anchor(); }
  [[nodiscard]] bool is_supervised() const override { return has_sup() && !sup_.is_silent(now_); }
  [[nodiscard]] BlockId anchor_after(std::span<const BlockId> shown_now) override;
  [[nodiscard]] std::uint64_t age_if_late(BlockId block) const override { return sup_.age_if_late(block); }
  void show(BlockId block) override;

 private:
  [[nodiscard]] bool has_sup() const { return setup_.sup.rules.branch != sup::BranchRule::none; }
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
  View known_;   // all that is shown, above SUP's newest anchor
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
