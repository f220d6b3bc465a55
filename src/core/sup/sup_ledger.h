// SUP's ledger: what its blocks do (ledger.h), on top of its state, its rules and its pool. One owner: the replica's.
#pragma once

#include "core/sup/body_check.h"
#include "core/sup/mempool.h"
#include "core/sup/transition.h"

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
  // A header that is to be observed; that its Mblock is held and valid is for MED to see to. Reject::observed_known, observed_parent,
  // observed_height, observed_sblock, observed_time: by the newest committed state and what waits already; pool_full.
  [[nodiscard]] Checked<void> submit(const MblockHeader& header);

  // After the newest committed block that was committed or loaded.
  [[nodiscard]] const SupState& state() const { return *newest_; }
  [[nodiscard]] const Mempool& pool() const { return pool_; }

  [[nodiscard]] StateRef genesis() const override { return genesis_; }
  [[nodiscard]] Checked<StateRef> execute(const StateRef& parent, const BlockPlace& place, ByteView body) override;
  [[nodiscard]] Bytes assemble(const StateRef& parent, const BlockPlace& place) override;
  [[nodiscard]] Pooled pooled() const override;
  void equivocation(const Equivocation& evidence) override;
  void committed(const SupBlock& block, const StateRef& state) override;
  [[nodiscard]] StateRef load(const SupHeader& committed) override;
  [[nodiscard]] std::optional<StatePart> part(const StateRef& state, ByteView cursor) const override;
  [[nodiscard]] std::unique_ptr<Restorer> restore() const override;
  void joined(const SupHeader& block, const StateRef& state) override;

 private:
  void renew(const SupHeader& block, const StateRef& state);
  // The Mblocks that another may follow, in the newest state.
  [[nodiscard]] std::map<MblockHash, Height> known_mblocks() const;
  // Whether it can be observed, now or later: it may name an Sblock that is not committed here yet.
  [[nodiscard]] Checked<void> may_be_observed(const MblockHeader& header) const;

  SupTerms terms_;
  StateArchive& archive_;
  std::shared_ptr<const SupState> genesis_;
  std::shared_ptr<const SupState> newest_;
  Mempool pool_;
  std::map<Place, Equivocation> evidence_;  // not committed yet
  std::vector<MblockHeader> observed_;  // to be observed, by arrival
};

}  // namespace caduceus::sup
