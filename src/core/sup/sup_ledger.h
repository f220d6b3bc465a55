// SUP's ledger: what its blocks do (ledger.h), on top of its state, its rules and its pool. One owner: the replica's.
#pragma once

#include "core/sup/body_check.h"
#include "core/sup/mempool.h"
#include "core/sup/observations.h"

namespace caduceus::sup {

// The host's store of states: SupState::open() of the nodes that for_each_node_only_in() gave it (core/chain/trie_store.h).
class StateArchive {
 public:
  virtual ~StateArchive() = default;
  // The state after a committed block: to be durable in the write that makes the block so.
  virtual void keep(const SupHeader& committed, const std::shared_ptr<const SupState>& state) = 0;
  [[nodiscard]] virtual std::shared_ptr<const SupState> load(const SupHeader& committed) = 0;
};

// Who takes part, and by which rules. What it refers to outlives the ledger.
struct SupTerms {
  NetworkId net{};
  const Committee& committee;
  const Rules& rules;
  MblockHash med_genesis{};
  AnchorRules anchoring;
  std::uint64_t observe = 2000;  // Δ (R17.2), ms
};

// The state after this body on top of the parent's; its signatures were verified. Reject as decode_body(), and as Transition's.
[[nodiscard]] Checked<std::shared_ptr<const SupState>> execute(const SupTerms& terms, const SupState& parent, const BlockPlace& place,
                                                               ByteView body);

class SupLedger : public Ledger {
 public:
  SupLedger(SupTerms terms, StateArchive& archive, const PoolLimits& limits = {});

  // A client's transaction. One that was committed before is refused as transaction_known: state().committed() says when. Valid on top of
  // the newest committed state, or refused as Transition::apply() would, and as Mempool::add().
  [[nodiscard]] Checked<void> submit(VerifiedTransaction transaction, Time now);
  // MED's node here holds this block, its body is valid: to be observed, and voted for.
  void step(const MblockSeen& seen);
  // Of blocks that were proposed to be observed, and are not held here, since it was asked last.
  [[nodiscard]] std::vector<MblockHeader> take_missing() { return std::exchange(missing_, {}); }

  // After the newest committed block that was committed or loaded.
  [[nodiscard]] const SupState& state() const { return *newest_; }
  [[nodiscard]] const Mempool& pool() const { return pool_; }

  [[nodiscard]] StateRef genesis() const override { return genesis_; }
  [[nodiscard]] Checked<StateRef> execute(const StateRef& parent, const BlockPlace& place, ByteView body) override;
  [[nodiscard]] Bytes assemble(const StateRef& parent, const BlockPlace& place) override;
  [[nodiscard]] Pooled pooled() const override;
  [[nodiscard]] bool has_news() const override { return observations_.is_due(now_); }
  [[nodiscard]] bool may_vote(const StateRef& parent, const BlockPlace& place, ByteView body) override;
  void tick(Tick now) override { now_ = now; }
  [[nodiscard]] std::optional<Tick> next_tick() const override { return observations_.next_due(); }
  void equivocation(const Equivocation& evidence) override;
  void committed(const SupBlock& block, const StateRef& state) override;
  [[nodiscard]] StateRef load(const SupHeader& committed) override;
  [[nodiscard]] std::optional<StatePart> part(const StateRef& state, ByteView cursor) const override;
  [[nodiscard]] std::unique_ptr<Restorer> restore() const override;
  void joined(const SupHeader& block, const StateRef& state) override;

 private:
  void renew(const SupHeader& block, const StateRef& state);

  SupTerms terms_;
  StateArchive& archive_;
  std::shared_ptr<const SupState> genesis_;
  std::shared_ptr<const SupState> newest_;
  Mempool pool_;
  std::map<Place, Equivocation> evidence_;  // not committed yet
  Observations observations_;
  std::vector<MblockHeader> missing_;
  Tick now_;
};

}  // namespace caduceus::sup
