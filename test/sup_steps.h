// For tests of SUP's state: blocks of a few transactions, one on top of the other.
#pragma once

#include "core/sup/transition.h"
#include "test/sup_world.h"

namespace caduceus::sup {

using StatePtr = std::shared_ptr<const SupState>;

// Terms that nobody signed: whoever looks at signatures has looked at them before.
template <class Terms>
SupTransaction unsigned_of(const Terms& terms) {
  return SupSigned<Terms>{terms, {}, {}};
}

struct Steps {
  StatePtr state = SupState::genesis({0xa0});
  Height height;
  Time time{10'000'000};
  AnchorRules anchoring;

  [[nodiscard]] Transition next() const { return Transition(*state, place(), anchoring); }
  [[nodiscard]] BlockPlace place() const { return {{static_cast<Byte>(height.value())}, height + 1, time}; }
  // Whether the next block could carry it.
  [[nodiscard]] Checked<void> valid(const SupTransaction& transaction) const { return next().apply(transaction); }
  // The next block: the first refusal, and then the state stays as it is.
  Checked<void> block(std::span<const SupTransaction> transactions) {
    Transition after = next();
    for (const SupTransaction& transaction : transactions) TRY_VOID(after.apply(transaction));
    state = after.state();
    ++height;
    return {};
  }
  Checked<void> block(const SupTransaction& transaction) { return block({&transaction, 1}); }
  Checked<void> block(const std::vector<MblockHeader>& observed) {
    Transition after = next();
    for (const MblockHeader& header : observed) TRY_VOID(after.observe(header));
    state = after.state();
    ++height;
    return {};
  }
  void block() { CHECK(block(std::span<const SupTransaction>()).has_value()); }
};

}  // namespace caduceus::sup
