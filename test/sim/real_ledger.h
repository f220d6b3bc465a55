// The product's ledger in a simulated replica, and the transactions of a small consortium that it is fed with.
#pragma once

#include <functional>
#include <map>

#include "core/sup/sup_ledger.h"
#include "test/sim/sim_ledger.h"
#include "test/sup_world.h"

namespace caduceus::sim {

// Signed once and for all: signing takes longer than simulating does.
class SignedTransactions {
 public:
  static const SignedTransactions& all();

  [[nodiscard]] const TransactionKeys& keys() const { return keys_; }
  // From 1, round and round: accounts first, then what the people do with them.
  [[nodiscard]] const VerifiedTransaction& at(std::uint64_t number) const { return transactions_[(number - 1) % transactions_.size()]; }

  // When the first of them are made, and how far apart; milliseconds.
  static constexpr Time first{1'000'000};
  static constexpr std::uint64_t apart = 600;

 private:
  SignedTransactions();
  TransactionKeys keys_;
  std::vector<VerifiedTransaction> transactions_;
};

// States of committed blocks, on a simulated disk.
class SimStates final : public sup::StateArchive {
 public:
  void keep(const SupHeader& committed, const std::shared_ptr<const sup::SupState>& state) override {
    states_[encode(committed.roots)] = state;
  }
  [[nodiscard]] std::shared_ptr<const sup::SupState> load(const SupHeader& committed) override {
    return states_.at(encode(committed.roots));
  }

 private:
  std::map<Bytes, std::shared_ptr<const sup::SupState>> states_;
};

class RealLedger final : public sup::SupLedger, public SimLedger {
 public:
  RealLedger(sup::SupTerms terms, SimStates& states, std::function<Time()> clock)
      : SupLedger(std::move(terms), states), clock_(std::move(clock)) {}

  [[nodiscard]] sup::Ledger& ledger() override { return *this; }
  void pool(std::uint64_t transaction) override { static_cast<void>(submit(SignedTransactions::all().at(transaction), clock_())); }
  [[nodiscard]] Bytes body_of(std::uint64_t transaction) const override;
  [[nodiscard]] Bytes body_too_long() const override;
  [[nodiscard]] sup::StateRef state_of(const SupHeader& block) override { return seen_.at(encode(block.roots)); }

  [[nodiscard]] Checked<sup::StateRef> execute(const sup::StateRef& parent, const sup::BlockPlace& place, ByteView body) override;
  [[nodiscard]] sup::StateRef load(const SupHeader& committed) override;
  void joined(const SupHeader& block, const sup::StateRef& state) override;

 private:
  std::function<Time()> clock_;
  std::map<Bytes, sup::StateRef> seen_;  // by their roots
};

}  // namespace caduceus::sim
