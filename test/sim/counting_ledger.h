// A ledger for simulating consensus by itself: transactions are numbers, and its state is a checksum of all numbers so far.
#pragma once

#include <deque>
#include <set>

#include "test/sim/sim_ledger.h"

namespace caduceus::sim {

class CountingLedger final : public sup::Ledger, public SimLedger {
 public:
  static constexpr std::size_t most_in_block = 8;

  [[nodiscard]] sup::Ledger& ledger() override { return *this; }
  void pool(std::uint64_t transaction) override { pool_.insert(transaction); }
  [[nodiscard]] Bytes body_of(std::uint64_t transaction) const override { return encode(List<std::uint64_t, 4096>{{transaction}}); }
  [[nodiscard]] Bytes body_too_long() const override { return encode(List<std::uint64_t, 8192>{std::vector<std::uint64_t>(4097, 1)}); }
  [[nodiscard]] sup::StateRef state_of(const SupHeader& block) override { return load(block); }
  [[nodiscard]] const std::vector<Equivocation>& evidence() const { return evidence_; }

  [[nodiscard]] sup::StateRef genesis() const override;
  [[nodiscard]] Checked<sup::StateRef> execute(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) override;
  [[nodiscard]] Bytes assemble(const sup::StateRef& parent, const sup::BlockPlace& place) override;
  [[nodiscard]] sup::Pooled pooled() const override;
  [[nodiscard]] bool has_news() const override { return false; }
  [[nodiscard]] bool may_vote(const sup::StateRef& /*parent*/, const sup::BlockPlace& /*place*/, ByteView /*body*/) override {
    return true;
  }
  void tick(Tick /*now*/) override {}
  [[nodiscard]] std::optional<Tick> next_tick() const override { return std::nullopt; }
  void equivocation(const Equivocation& evidence) override { evidence_.push_back(evidence); }
  void committed(const SupBlock& block, const sup::StateRef& state) override;
  [[nodiscard]] sup::StateRef load(const SupHeader& committed) override;
  [[nodiscard]] std::optional<sup::StatePart> part(const sup::StateRef& state, ByteView cursor) const override;
  [[nodiscard]] std::unique_ptr<sup::Restorer> restore() const override;
  void joined(const SupHeader& /*block*/, const sup::StateRef& /*state*/) override {}

  // The numbers of a body.
  static Checked<List<std::uint64_t, 4096>> numbers(ByteView body);

 private:
  std::set<std::uint64_t> pool_;
  std::vector<Equivocation> evidence_;
};

}  // namespace caduceus::sim
