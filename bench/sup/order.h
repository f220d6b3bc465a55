// `bench sup --mode order`: consensus alone. Commands are 32 bytes that nobody signed, a client's are ordered as it sent them, nothing is
// executed and nothing is on disk: what is left is SUP's own cost.
#pragma once

#include <deque>

#include "host/node/sup_node.h"

namespace caduceus::bench {

constexpr std::size_t command_size = 32;

// A client's commands, of numbers first, first + 1, …
struct Commands {
  std::uint64_t first = 1;
  Blob<command_size, 1U << 20U> bytes;

  static auto fields(auto& self) { return std::tie(self.first, self.bytes); }
  [[nodiscard]] std::uint64_t count() const { return bytes.value.size() / command_size; }
};

// All commands up to this number are committed.
struct Ordered {
  std::uint64_t last = 0;

  static auto fields(auto& self) { return std::tie(self.last); }
};

// Of one client. A state is how many commands there were, and the hash over all of them.
class OrderLedger final : public sup::Ledger {
 public:
  explicit OrderLedger(std::size_t most_in_block) : most_in_block_(most_in_block) {}

  void pool(const Commands& commands);
  [[nodiscard]] std::uint64_t ordered() const { return ordered_; }

  [[nodiscard]] sup::StateRef genesis() const override;
  [[nodiscard]] Checked<sup::StateRef> execute(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) override;
  [[nodiscard]] Bytes assemble(const sup::StateRef& parent, const sup::BlockPlace& place) override;
  [[nodiscard]] sup::Pooled pooled() const override;
  [[nodiscard]] bool has_news() const override { return false; }
  [[nodiscard]] bool may_vote(const sup::StateRef& /*parent*/, const sup::BlockPlace& /*place*/, ByteView /*body*/) override {
    return true;
  }
  void tick(Tick /*now*/) override {}
  [[nodiscard]] std::optional<Tick> next_tick() const override { return {}; }
  void equivocation(const Equivocation& /*evidence*/) override {}
  void committed(const SupBlock& block, const sup::StateRef& state) override;
  // It forgets: a replica of it never restarts, and nobody joins.
  [[nodiscard]] sup::StateRef load(const SupHeader& committed) override;
  [[nodiscard]] std::optional<sup::StatePart> part(const sup::StateRef& /*state*/, ByteView /*cursor*/) const override { return {}; }
  [[nodiscard]] std::unique_ptr<sup::Restorer> restore() const override;
  void joined(const SupHeader& /*block*/, const sup::StateRef& /*state*/) override {}

 private:
  std::size_t most_in_block_;
  std::uint64_t ordered_ = 0;  // committed
  std::uint64_t first_ = 1;    // of pool_
  Bytes pool_;
};

class OrderService final : public Service {
 public:
  explicit OrderService(OrderLedger& ledger) : ledger_(ledger) {}
  void serve(SupNode& node) { node_ = &node; }

  void on_frame(PeerId from, Channel channel, Bytes content) override;
  void on_down(PeerId peer) override { std::erase(clients_, peer); }
  void on_committed(const std::vector<SupBlock>& blocks) override;

 private:
  OrderLedger& ledger_;
  SupNode* node_ = nullptr;
  std::vector<PeerId> clients_;
};

}  // namespace caduceus::bench
