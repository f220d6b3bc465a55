// What the blocks of SUP do. Consensus asks for no more: it orders bodies, and the ledger says which are valid and what follows.
// All replicas agree on the blocks, so a ledger has to be deterministic: the same parent state and block give the same state everywhere.
#pragma once

#include <memory>

#include "core/chain/sup_block.h"

namespace caduceus::sup {

// The state after a block; it never changes, and later ones share what they can with it.
struct LedgerState {
  virtual ~LedgerState() = default;
  SupRoots roots;
};
using StateRef = std::shared_ptr<const LedgerState>;

// What waits for a block: nothing, less than one block holds, or at least one block's.
enum class Pooled : std::uint8_t { nothing, partial, full };

class Ledger {
 public:
  virtual ~Ledger() = default;

  [[nodiscard]] virtual StateRef genesis() const = 0;
  // The state after this block on top of the parent's. The reason when anything in the body is invalid there.
  [[nodiscard]] virtual Checked<StateRef> execute(const StateRef& parent, Height height, Time time, ByteView body) = 0;
  // A body that execute() accepts there: what is pooled, what was observed. Possibly empty.
  [[nodiscard]] virtual Bytes assemble(const StateRef& parent, Height height, Time time) = 0;
  [[nodiscard]] virtual Pooled pooled() const = 0;
  // Two proposals in one view: to be put into a block.
  virtual void equivocation(const Equivocation& evidence) = 0;
  // In the order of their heights, each once.
  virtual void committed(const SupBlock& block, const StateRef& state) = 0;
  // The state after a block that was committed before a restart.
  [[nodiscard]] virtual StateRef load(const SupHeader& committed) = 0;
};

}  // namespace caduceus::sup
