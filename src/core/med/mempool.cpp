#include "core/med/mempool.h"

#include <set>

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus::med {

ItemId id_of(const Bundle& bundle) { return {ItemKind::bundle, sha256(encode(bundle))}; }
ItemId id_of(const Call& call) { return {ItemKind::call, sha256(encode(call))}; }

ItemId id_of(const Item& item) {
  if (const auto* bundle = std::get_if<SignedBundle>(&item)) return id_of(bundle->bundle);
  if (const auto* call = std::get_if<SignedCall>(&item)) return id_of(call->call);
  return {ItemKind::evidence, sha256(encode(std::get<ReuseEvidence>(item)))};
}

Checked<ItemId> Mempool::add(Signed<SignedBundle> bundle, const State& state, const BlockPlace& next) {
  const Identity& hospital = bundle.value().bundle.hospital;
  const ItemId id = id_of(bundle.value().bundle);
  if (items_.contains(id)) return reject(Reject::pool_known);
  const std::size_t size = encode(bundle.value()).size();
  if (bytes_ + size > limits_.bytes) return reject(Reject::pool_full);
  const auto share = hospital_bytes_.find(hospital);
  if ((share == hospital_bytes_.end() ? 0 : share->second) + size > limits_.hospital_bytes) return reject(Reject::pool_share);
  TRY_VOID(Transition(state, next).apply(bundle.value().bundle));
  bytes_ += size;
  hospital_bytes_[hospital] += size;
  return keep(id, std::move(bundle).take());
}

Checked<ItemId> Mempool::add(Signed<SignedCall> call, const State& state) {
  const Call& terms = call.value().call;
  const ItemId id = id_of(call.value().call);
  if (items_.contains(id)) return reject(Reject::pool_known);
  if (call_count_ >= limits_.calls) return reject(Reject::pool_full);
  if (state.is_retired(terms.account)) return reject(Reject::signer_retired);
  if (find_contract(terms.contract.value) == nullptr) return reject(Reject::contract_unknown);
  const std::uint64_t next = state.next_call(terms.account);
  if (terms.number < next) return reject(Reject::call_number);
  if (terms.number - next >= limits_.account_calls) return reject(Reject::pool_share);
  // Of two with one number the first stays.
  if (!calls_[terms.account].emplace(terms.number, id).second) return reject(Reject::pool_known);
  ++call_count_;
  return keep(id, std::move(call).take());
}

Checked<ItemId> Mempool::add(Signed<ReuseEvidence> evidence, const State& state) {
  const ItemId id = id_of(Item(evidence.value()));
  if (items_.contains(id)) return reject(Reject::pool_known);
  if (evidence_count_ >= limits_.evidence) return reject(Reject::pool_full);
  if (state.is_retired(evidence.value().signer)) return reject(Reject::signer_retired);
  ++evidence_count_;
  return keep(id, std::move(evidence).take());
}

ItemId Mempool::keep(const ItemId& id, Item item) {
  const std::size_t size = std::visit([](const auto& one) { return encode(one).size(); }, item);
  items_.emplace(id, Entry{std::move(item), size, arrived_});
  by_arrival_.emplace(arrived_++, id);
  return id;
}

const Item* Mempool::find(const ItemId& id) const {
  const auto found = items_.find(id);
  return found == items_.end() ? nullptr : &found->second.item;
}

std::vector<ItemId> Mempool::ids(std::size_t most) const {
  std::vector<ItemId> ids;
  for (const auto& [number, id] : by_arrival_) {
    if (ids.size() == most) break;
    ids.push_back(id);
  }
  return ids;
}

void Mempool::remove(std::map<ItemId, Entry>::iterator entry) {
  if (const auto* bundle = std::get_if<SignedBundle>(&entry->second.item)) {
    bytes_ -= entry->second.size;
    const auto share = hospital_bytes_.find(bundle->bundle.hospital);
    share->second -= entry->second.size;
    if (share->second == 0) hospital_bytes_.erase(share);
  } else if (const auto* call = std::get_if<SignedCall>(&entry->second.item)) {
    --call_count_;
    const auto of_account = calls_.find(call->call.account);
    of_account->second.erase(call->call.number);
    if (of_account->second.empty()) calls_.erase(of_account);
  } else {
    --evidence_count_;
  }
  by_arrival_.erase(entry->second.number);
  items_.erase(entry);
}

void Mempool::sweep(const State& state, const BlockPlace& next) {
  Transition after(state, next);
  std::vector<ItemId> gone;
  for (const auto& [number, id] : by_arrival_) {
    const Item& item = items_.at(id).item;
    bool stays = true;
    if (const auto* bundle = std::get_if<SignedBundle>(&item)) {
      stays = after.apply(bundle->bundle).has_value();
    } else if (const auto* call = std::get_if<SignedCall>(&item)) {
      stays = call->call.number >= state.next_call(call->call.account) && !state.is_retired(call->call.account);
    } else {
      stays = !state.is_retired(std::get<ReuseEvidence>(item).signer);
    }
    if (!stays) gone.push_back(id);
  }
  for (const ItemId& id : gone) remove(items_.find(id));
}

Signed<MedBody> Mempool::assemble(const NetworkId& net, const State& parent, const BlockPlace& place) const {
  Transition after(parent, place);
  std::vector<const SignedBundle*> bundles;
  std::vector<const SignedCall*> calls;
  std::set<std::pair<Identity, SignatureNonce>> nonces;  // of the calls
  std::vector<ReuseEvidence> evidence;
  std::size_t left = MedBody::most_bytes - 1024;  // for the lists' lengths
  for (const auto& [number, id] : by_arrival_) {
    const Entry& entry = items_.at(id);
    if (entry.size > left) continue;
    if (const auto* bundle = std::get_if<SignedBundle>(&entry.item)) {
      if (bundles.size() == MedBody::most_bundles || !after.apply(bundle->bundle)) continue;
      bundles.push_back(bundle);
    } else if (const auto* call = std::get_if<SignedCall>(&entry.item)) {
      // Of an account's calls under one nonce a block has one: (ID, w) counts once in an aggregate (R4).
      const std::pair nonce(call->call.account, call->call.nonce);
      if (calls.size() == MedBody::most_calls || nonces.contains(nonce) || !after.apply(call->call)) continue;
      nonces.insert(nonce);
      calls.push_back(call);
    } else {
      const auto& found = std::get<ReuseEvidence>(entry.item);
      if (evidence.size() == MedBody::most_evidence || !after.apply(found)) continue;
      evidence.push_back(found);
    }
    left -= entry.size;
  }
  auto body = make_body(net, bundles, calls, std::move(evidence));
  CHECK(body.has_value());  // all of it was verified
  return Signed<MedBody>(*std::move(body));
}

}  // namespace caduceus::med
