// A selfish miner in the simulator: the model's attacker (bench/selfish), who sees a real node's blocks and the hospitals' newest state, and whose blocks
// get about in messages.
#pragma once

#include <map>
#include <memory>

#include "bench/selfish/attacker.h"
#include "core/sup/state.h"
#include "test/sim/kernel.h"

namespace caduceus::sim {

class SelfishMiner final : public bench::selfish::Surroundings {
 public:
  using BlockId = bench::selfish::BlockId;

  // What it knows of SUP beforehand; milliseconds.
  struct Knowledge {
    sup::AnchorRules rules;
    std::uint64_t observe = 0;  // Δ
    std::uint64_t idle = 0;  // before_listing() is told as often
  };
  SelfishMiner(Kernel& kernel, const MblockHeader& genesis, const Knowledge& knowledge, const bench::selfish::Strategy& strategy);

  // Its node found this block; holds this one, parents first.
  void found(const MblockHeader& header);
  void heard(const MblockHeader& header);
  // SUP's newest committed block, and the state after it, at whichever hospital has it first.
  void follow(const SupHeader& newest, const std::shared_ptr<const sup::SupState>& state);
  void before_listing();
  // From now on it keeps nothing back.
  void retire();

  [[nodiscard]] bool is_withheld(const MblockHash& block) const;
  [[nodiscard]] std::vector<MblockHeader> withheld() const;
  // What it shows since it was asked last, parents first.
  [[nodiscard]] std::vector<MblockHeader> take_shown() { return std::exchange(to_tell_, {}); }
  [[nodiscard]] std::uint64_t lost() const { return attacker_.lost(); }

 private:
  [[nodiscard]] const bench::selfish::Blocks& blocks() const override { return blocks_; }
  [[nodiscard]] BlockId best() const override { return known_.best(); }
  [[nodiscard]] BlockId anchor() const override { return anchor_; }
  [[nodiscard]] bool is_supervised() const override { return state_ != nullptr; }
  [[nodiscard]] BlockId anchor_after(std::span<const BlockId> shown_now) override;
  [[nodiscard]] std::uint64_t age_if_late(BlockId block) const override;
  void show(BlockId block) override;

  [[nodiscard]] Time wall() const { return headers_.front().time + kernel_.now().value(); }
  BlockId add(const MblockHeader& header, bool is_own);
  void bind();

  Kernel& kernel_;
  Knowledge knowledge_;
  bench::selfish::Blocks blocks_;
  std::vector<MblockHeader> headers_;  // by BlockId
  std::vector<bool> is_shown_;
  std::map<MblockHash, BlockId> ids_;
  std::vector<BlockId> shown_;  // above the anchor, in that order
  bench::selfish::View known_;
  BlockId anchor_ = 0;
  SupHeader newest_;
  std::shared_ptr<const sup::SupState> state_;  // after that
  std::vector<MblockHeader> to_tell_;
  bool is_retired_ = false;
  bench::selfish::Attacker attacker_;
};

}  // namespace caduceus::sim
