#include "core/sup/state.h"

#include <algorithm>

#include "core/chain/merkle_tree.h"

namespace caduceus::sup {
namespace {

// The entries of a table, from a key on.
void for_each_in(const PatriciaTrie& trie, const Bytes& first, const std::function<bool(ByteView key, ByteView value)>& visit) {
  trie.for_each_from(first, [&](ByteView key, ByteView value) { return key[0] == first[0] && visit(key, value); });
}

}  // namespace

SupState::SupState(const SupRoots& after, PatriciaTrie state, PatriciaTrie revocations)
    : state_(std::move(state)), revocations_(std::move(revocations)) {
  roots = after;
  CHECK(roots.state == state_.root() && roots.revocations == revocations_.root());
}

std::shared_ptr<const SupState> SupState::genesis(const MblockHash& med_genesis) {
  const SupRoots roots{med_genesis, Height(0), MerkleTree(std::vector<Bytes32>()).root(), empty_trie_root, empty_trie_root};
  return std::make_shared<const SupState>(roots, PatriciaTrie(), PatriciaTrie());
}

std::shared_ptr<const SupState> SupState::open(const SupRoots& roots, const TrieStore& state, const TrieStore& revocations) {
  return std::make_shared<const SupState>(roots, PatriciaTrie(roots.state, state), PatriciaTrie(roots.revocations, revocations));
}

std::optional<EmergencyRecord> SupState::emergency(const TransactionHash& htxu) const {
  return record_in<EmergencyRecord>(state_, StateKey::emergency(htxu));
}

std::optional<CommittedEmergency> SupState::emergency_request(const TransactionHash& htxu) const {
  auto record = emergency(htxu);
  if (!record) return std::nullopt;
  EmergencyTerms& terms = record->terms;
  return CommittedEmergency{terms.kind, std::move(terms.doctor), std::move(terms.hospital), terms.hur, std::move(terms.marks.items),
                            terms.ts3,  record->committed.time};
}

void SupState::for_each_emergency(Height since,
                                  const std::function<bool(const TransactionHash& htxu, const EmergencyRecord& record)>& visit) const {
  for_each_in(state_, StateKey::emergency_page(since, 0), [&](ByteView /*key*/, ByteView value) {
    const auto page = as_record<EmergencyPage>(value);
    return std::ranges::all_of(page.items, [&](const TransactionHash& htxu) {
      const auto record = emergency(htxu);
      CHECK(record.has_value());
      return visit(htxu, *record);
    });
  });
}

std::optional<DisputeRecord> SupState::dispute(const TransactionHash& dispute) const {
  return record_in<DisputeRecord>(state_, StateKey::dispute(dispute));
}

bool SupState::is_revoked(const Identity& hospital, const Identity& doctor) const {
  return revocations_.get(revocation_key(hospital, doctor)).has_value();
}

TrieProof SupState::prove_revocation(const Identity& hospital, const Identity& doctor) const {
  return revocations_.prove(revocation_key(hospital, doctor));
}

std::optional<Account> SupState::account(const Identity& identity) const { return record_in<Account>(state_, StateKey::account(identity)); }

std::optional<PatientAccount> SupState::patient_account(const Identity& account) const {
  return record_in<PatientAccount>(state_, StateKey::patient_account(account));
}

std::vector<ObservedBlock> SupState::observed() const {
  std::vector<ObservedBlock> observed;
  for_each_in(state_, StateKey::table(Table::observed), [&](ByteView key, ByteView value) {
    auto record = as_record<ObservedRecord>(value);
    const MblockHash hash = mblock_hash(record.header);
    const Work work = record.header.work();
    observed.push_back({hash, std::move(record.header), record.observed, record.age, as_record<std::uint64_t>(key.subspan(1)), work});
    return true;
  });
  return observed;
}

SblockTip SupState::tip() const { return record_in<SblockTip>(state_, StateKey::tip()).value_or(SblockTip()); }

std::optional<SblockRecord> SupState::sblock(Height height) const { return record_in<SblockRecord>(state_, StateKey::sblock(height)); }

std::optional<Committed> SupState::committed(const TransactionHash& htx) const {
  if (const auto record = emergency(htx)) return record->committed;
  if (const auto record = dispute(htx)) return record->committed;
  return record_in<Committed>(state_, StateKey::transaction(htx));
}

std::optional<Equivocation> SupState::evidence(Place replica) const { return record_in<Equivocation>(state_, StateKey::evidence(replica)); }

const SupState& as_sup(const StateRef& state) {
  const auto* sup = dynamic_cast<const SupState*>(state.get());
  CHECK(sup != nullptr);
  return *sup;
}

Checked<void> check_revocations(const SupHeader& committed, const LedgerState& own) {
  if (committed.roots.revocations != own.roots.revocations) return reject(Reject::revocation_root);
  return {};
}

}  // namespace caduceus::sup
