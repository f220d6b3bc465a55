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

// A part of a state's content, and where the next begins: an empty one follows the last.
constexpr std::size_t most_part_bytes = 1U << 20U;
constexpr std::size_t most_cursor_bytes = 64;
struct StatePart {
  Blob<0, most_part_bytes> content;
  Blob<0, most_cursor_bytes> next;
};

// A state that is put together from its parts.
class Restorer {
 public:
  virtual ~Restorer() = default;
  // In their order. The reason when a part is none.
  [[nodiscard]] virtual Checked<void> add(ByteView part) = 0;
  // After the last. Reject::snapshot_roots.
  [[nodiscard]] virtual Checked<StateRef> finish(const SupRoots& roots) = 0;
};

// Where a body stands, or would: what is known of its block before the state after it is.
struct BlockPlace {
  BlockHash parent{};
  Height height;
  Time time;
};

// What waits for a block: nothing, less than one block holds, or at least one block's.
enum class Pooled : std::uint8_t { nothing, partial, full };

class Ledger {
 public:
  virtual ~Ledger() = default;

  [[nodiscard]] virtual StateRef genesis() const = 0;
  // The state after this block on top of the parent's. The reason when anything in the body is invalid there.
  [[nodiscard]] virtual Checked<StateRef> execute(const StateRef& parent, const BlockPlace& place, ByteView body) = 0;
  // A body that execute() accepts there: what is pooled, what was observed. Possibly empty.
  [[nodiscard]] virtual Bytes assemble(const StateRef& parent, const BlockPlace& place) = 0;
  [[nodiscard]] virtual Pooled pooled() const = 0;
  // Something waits that others may not know of: its leader is to propose at once, and nobody expects it to.
  [[nodiscard]] virtual bool has_news() const = 0;
  // Whether this replica has what a block is about, so that it may vote for it: asked of what execute() accepted on top of the parent, and again
  // while the answer is no. Never of what is certified.
  [[nodiscard]] virtual bool may_vote(const StateRef& parent, const BlockPlace& place, ByteView body) = 0;
  // The time, before anything else that happens then; and when has_news() changes by itself.
  virtual void tick(Tick now) = 0;
  [[nodiscard]] virtual std::optional<Tick> next_tick() const = 0;
  // Two proposals in one view: to be put into a block.
  virtual void equivocation(const Equivocation& evidence) = 0;
  // In the order of their heights, each once.
  virtual void committed(const SupBlock& block, const StateRef& state) = 0;
  // The state after a block that was committed before a restart.
  [[nodiscard]] virtual StateRef load(const SupHeader& committed) = 0;

  // From a cursor on, empty for the first part; nothing for a cursor that no part named.
  [[nodiscard]] virtual std::optional<StatePart> part(const StateRef& state, ByteView cursor) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Restorer> restore() const = 0;
  // The state after a committed block came as a snapshot; blocks below it will not come.
  virtual void joined(const SupHeader& block, const StateRef& state) = 0;
};

}  // namespace caduceus::sup
