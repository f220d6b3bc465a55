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
  bool add(const MblockHeader& header) {
    if (after_.observe(header)) put(body_.observed.items, header);
    return body_.observed.items.size() < SupBody::most_observed;
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

}  // namespace

SupLedger::SupLedger(SupTerms terms, StateArchive& archive, const PoolLimits& limits)
    : terms_(std::move(terms)),
      archive_(archive),
      genesis_(SupState::genesis(terms_.med_genesis)),
      newest_(genesis_),
      pool_(limits),
      observations_(terms_.observe) {}

Checked<void> SupLedger::submit(VerifiedTransaction transaction, Time now) {
  Transition trial(*newest_, {{}, {}, now}, terms_.anchoring);
  TRY_VOID(trial.apply(transaction.value()));
  return pool_.add(std::move(transaction));
}

void SupLedger::step(const MblockSeen& seen) {
  if (seen.header.height > newest_->anchor().height) observations_.step(seen);
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
  observations_.list(now_, [&](const MblockHeader& header) { return body.add(header); });
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
  return fullness == Pooled::nothing && !evidence_.empty() ? Pooled::partial : fullness;
}

bool SupLedger::may_vote(const StateRef& parent, const BlockPlace& place, ByteView body) {
  const auto decoded = decode_body(body);
  CHECK(decoded.has_value());
  const auto& listed = decoded->observed.items;
  if (listed.empty()) return true;
  missing_.clear();
  for (const MblockHeader& header : listed) {
    if (!observations_.holds(mblock_hash(header))) missing_.push_back(header);
  }
  if (!missing_.empty()) return false;
  Transition after(as_sup(parent), place, terms_.anchoring);
  return observations_.may_vote(after, listed, now_);
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
  observations_.renew(*newest_);
  archive_.keep(block, newest_);
}

StateRef SupLedger::load(const SupHeader& committed) {
  newest_ = archive_.load(committed);
  return newest_;
}

std::optional<StatePart> SupLedger::part(const StateRef& state, ByteView cursor) const { return snapshot_part(as_sup(state), cursor); }
std::unique_ptr<Restorer> SupLedger::restore() const { return std::make_unique<SnapshotRestorer>(); }

}  // namespace caduceus::sup
