// A replica's ledger as the simulator handles it: one that only counts, or the product's.
#pragma once

#include "core/sup/ledger.h"

namespace caduceus::sim {

class SimLedger {
 public:
  static constexpr std::uint64_t invalid = ~std::uint64_t{0};  // no valid body holds it

  virtual ~SimLedger() = default;
  [[nodiscard]] virtual sup::Ledger& ledger() = 0;
  // Transactions have numbers, from 1; the same one may come again.
  virtual void pool(std::uint64_t transaction) = 0;
  // For liars: a body of it alone, valid or not; one of more transactions than a block may carry; and the state after a block that this
  // ledger saw.
  [[nodiscard]] virtual Bytes body_of(std::uint64_t transaction) const = 0;
  [[nodiscard]] virtual Bytes body_too_long() const = 0;
  [[nodiscard]] virtual sup::StateRef state_of(const SupHeader& block) = 0;
};

}  // namespace caduceus::sim
