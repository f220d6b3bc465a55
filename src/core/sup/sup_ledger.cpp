#include "core/sup/sup_ledger.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/sup/snapshot.h"

namespace caduceus::sup {
namespace {

// Fills a body up to what a block may hold.
class BodyBuilder {
 public:
  explicit BodyBuilder(Transition& after) : after_(after) {}

  void add(Place replica, const Equivocation& evidence) {
    if (body_.evidence.items.size() < SupBody::most_evidence && after_.apply(replica, evidence)) put(body_.evidence.items, evidence);
  }
  void add(const MblockHeader& header) {
    if (body_.observed.items.size() < SupBody::most_observed && after_.observe(header)) put(body_.observed.items, header);
  }
  [[nodiscard]] bool has_room(std::size_t size) const {
    return body_.transactions.items.size() < SupBody::most_transactions && size_ + size <= most_body_bytes;
  }
  Checked<void> add(const SupTransaction& transaction, std::size_t size) {
    TRY_VOID(after_.apply(transaction));
    body_.transactions.items.push_back(transaction);
    size_ += size;
    return {};
  }
  [[nodiscard]] Bytes take() const { return encode_body(body_); }

 private:
  template <class T>
  void put(std::vector<T>& list, const T& item) {
    list.push_back(item);
    size_ += encode(item).size();
  }

  Transition& after_;
  SupBody body_;
  std::size_t size_ = encode(SupBody()).size();
};

// Adds a header that follows from those before it.
Checked<void> extend(std::map<MblockHash, Height>& known, const MblockHeader& header) {
  const MblockHash hash = mblock_hash(header);
  if (known.contains(hash)) return reject(Reject::observed_known);
  const auto parent = known.find(header.previous);
  if (parent == known.end()) return reject(Reject::observed_parent);
  if (header.height != parent->second + 1) return reject(Reject::observed_height);
  known.emplace(hash, header.height);
  return {};
}

}  // namespace

SupLedger::SupLedger(SupTerms terms, StateArchive& archive, const PoolLimits& limits)
    : terms_(std::move(terms)), archive_(archive), genesis_(SupState::genesis(terms_.med_genesis)), newest_(genesis_), pool_(limits) {}

Checked<void> SupLedger::submit(VerifiedTransaction transaction, Time now) {
  Transition trial(*newest_, {{}, {}, now}, terms_.anchoring);
  TRY_VOID(trial.apply(transaction.value()));
  return pool_.add(std::move(transaction));
}

std::map<MblockHash, Height> SupLedger::known_mblocks() const {
  std::map<MblockHash, Height> known{{newest_->anchor().block, newest_->anchor().height}};
  for (const ObservedBlock& block : newest_->observed()) known.emplace(block.hash, block.header.height);
  return known;
}

Checked<void> SupLedger::may_be_observed(const MblockHeader& header) const {
  if (header.sblock_height >= newest_->tip().height) return {};
  return check_named(newest_->sblock(header.sblock_height), header);
}

Checked<void> SupLedger::submit(const MblockHeader& header) {
  auto known = known_mblocks();
  for (const MblockHeader& one : observed_) known.emplace(mblock_hash(one), one.height);
  TRY_VOID(extend(known, header));
  TRY_VOID(may_be_observed(header));
  if (observed_.size() >= SupBody::most_observed) return reject(Reject::pool_full);
  observed_.push_back(header);
  return {};
}

Checked<std::shared_ptr<const SupState>> execute(const SupTerms& terms, const SupState& parent, const BlockPlace& place, ByteView body) {
  TRY(const SupBody decoded, decode_body(body));
  Transition after(parent, place, terms.anchoring);
  for (const Equivocation& evidence : decoded.evidence.items) TRY_VOID(after.apply(terms.rules.leader(evidence.view), evidence));
  for (const MblockHeader& header : decoded.observed.items) TRY_VOID(after.observe(header));
  for (const SupTransaction& transaction : decoded.transactions.items) TRY_VOID(after.apply(transaction));
  return after.state();
}

Checked<StateRef> SupLedger::execute(const StateRef& parent, const BlockPlace& place, ByteView body) {
  return sup::execute(terms_, as_sup(parent), place, body);
}

Bytes SupLedger::assemble(const StateRef& parent, const BlockPlace& place) {
  Transition after(as_sup(parent), place, terms_.anchoring);
  BodyBuilder body(after);
  for (const auto& [replica, evidence] : evidence_) body.add(replica, evidence);
  for (const MblockHeader& header : observed_) body.add(header);
  std::vector<TransactionHash> invalid;
  pool_.for_each([&](const VerifiedTransaction& transaction, std::size_t size) {
    if (!body.has_room(size)) return false;
    const auto valid = body.add(transaction.value(), size);
    // What an ancestor carries stays until that is committed. Anything else waited too long, or for what will not come.
    if (!valid && valid.error() != Reject::transaction_known) invalid.push_back(transaction.hash());
    return true;
  });
  for (const TransactionHash& htx : invalid) pool_.remove(htx);
  return body.take();
}

Pooled SupLedger::pooled() const {
  const Pooled fullness = pool_.fullness();
  return fullness == Pooled::nothing && !(evidence_.empty() && observed_.empty()) ? Pooled::partial : fullness;
}

void SupLedger::equivocation(const Equivocation& evidence) {
  const Place replica = terms_.rules.leader(evidence.view);
  if (newest_->evidence(replica) || !verify(terms_.net, terms_.committee, terms_.rules, evidence)) return;
  evidence_.emplace(replica, evidence);
}

void SupLedger::committed(const SupBlock& block, const StateRef& state) {
  const auto body = decode_body(block.body.value);
  CHECK(body.has_value());
  for (const SupTransaction& transaction : body->transactions.items) pool_.remove(hash_of(transaction));
  renew(block.header, state);
}

void SupLedger::joined(const SupHeader& block, const StateRef& state) {
  renew(block, state);
  std::vector<TransactionHash> gone;
  pool_.for_each([&](const VerifiedTransaction& transaction, std::size_t /*size*/) {
    if (newest_->committed(transaction.hash())) gone.push_back(transaction.hash());
    return true;
  });
  for (const TransactionHash& htx : gone) pool_.remove(htx);
}

void SupLedger::renew(const SupHeader& block, const StateRef& state) {
  newest_ = std::dynamic_pointer_cast<const SupState>(state);
  CHECK(newest_ != nullptr);
  pool_.expire(block.time);
  std::erase_if(evidence_, [&](const auto& one) { return newest_->evidence(one.first).has_value(); });
  auto known = known_mblocks();
  std::erase_if(observed_, [&](const MblockHeader& header) { return !may_be_observed(header) || !extend(known, header); });
  archive_.keep(block, newest_);
}

StateRef SupLedger::load(const SupHeader& committed) {
  newest_ = archive_.load(committed);
  return newest_;
}

std::optional<StatePart> SupLedger::part(const StateRef& state, ByteView cursor) const { return snapshot_part(as_sup(state), cursor); }
std::unique_ptr<Restorer> SupLedger::restore() const { return std::make_unique<SnapshotRestorer>(); }

}  // namespace caduceus::sup
