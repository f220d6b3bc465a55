#include "core/med/transition.h"

#include <algorithm>

namespace caduceus::med {
namespace {

// A contract sees what the block's earlier calls left.
class DraftStorage final : public StorageView {
 public:
  DraftStorage(const TrieDraft& draft, std::string_view contract) : draft_(draft), contract_(contract) {}
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override { return draft_.get(StateKey::storage(contract_, key)); }

 private:
  const TrieDraft& draft_;
  std::string_view contract_;
};

Epoch epoch_at(const BlockPlace& place) { return Epoch(place.median_time_past.value() / place.epoch_length); }

// No slot of it is valid any more.
bool is_over(Epoch epoch, Epoch now) { return epoch + epochs_back < now; }

}  // namespace

bool is_spent(const State& parent, const BlockPlace& place, const Identity& signer, const Slot& slot) {
  return is_over(slot.epoch, epoch_at(place)) || parent.is_used(signer, slot) || parent.is_retired(signer);
}

Transition::Transition(const State& parent, const BlockPlace& place) : place_(place), now_(epoch_at(place)), draft_(parent.trie()) {
  std::vector<Bytes> over;
  draft_.base().for_each_from(StateKey::table(Table::used), [&](ByteView key, ByteView /*value*/) {
    if (key[0] != static_cast<Byte>(Table::used)) return false;
    if (!is_over(as_record<Epoch>(key.subspan(1, 8)), now_)) return false;
    over.emplace_back(key.begin(), key.end());
    return true;
  });
  for (Bytes& key : over) draft_.remove(std::move(key));
}

Checked<void> Transition::check_signer(const Identity& signer) const {
  if (draft_.contains(StateKey::retired(signer))) return reject(Reject::signer_retired);
  return {};
}

Checked<void> Transition::use(const Identity& signer, const Slot& slot, UsedByKey& used) const {
  if (is_over(slot.epoch, now_) || slot.epoch > now_ + epochs_ahead) return reject(Reject::slot_epoch);
  const auto [place, is_new] = used.try_emplace(StateKey::used(slot.epoch, signer));
  if (is_new) {
    TRY_VOID(check_signer(signer));
    place->second = draft_.record<UsedSlots>(place->first).value_or(UsedSlots{});
  }
  auto& numbers = place->second.items;
  const auto at = std::ranges::lower_bound(numbers, slot.number);
  if (at != numbers.end() && *at == slot.number) return reject(Reject::slot_used);
  numbers.insert(at, slot.number);
  return {};
}

Checked<void> Transition::apply(const Bundle& bundle) {
  UsedByKey used;
  // First: that tells a bundle that is on chain already by one look-up.
  TRY_VOID(use(bundle.hospital, bundle.slot, used));
  for (const RecordGroup& group : bundle.groups.items) TRY_VOID(use(group.doctor, group.slot, used));
  for (const auto& [key, slots] : used) draft_.put(key, encode(slots));
  return {};
}

Checked<void> Transition::apply(const Call& call) {
  TRY_VOID(check_signer(call.account));
  Bytes next_key = StateKey::calls(call.account);
  if (call.number != draft_.record<std::uint64_t>(next_key).value_or(0)) return reject(Reject::call_number);
  const Contract* contract = find_contract(call.contract.value);
  if (contract == nullptr) return reject(Reject::contract_unknown);
  TRY(auto changes, contract->run(DraftStorage(draft_, contract->name), call));
  for (StorageChange& change : changes) draft_.put(StateKey::storage(contract->name, change.key), std::move(change.value));
  draft_.put(std::move(next_key), encode(call.number + 1));
  return {};
}

Checked<void> Transition::apply(const ReuseEvidence& evidence) {
  TRY_VOID(check_signer(evidence.signer));
  draft_.put(StateKey::retired(evidence.signer), encode(place_.height));
  return {};
}

Checked<void> Transition::apply(const MedBody& body) {
  for (const Bundle& bundle : body.bundles.items) TRY_VOID(apply(bundle));
  for (const Call& call : body.calls.items) TRY_VOID(apply(call));
  for (const ReuseEvidence& evidence : body.evidence.items) TRY_VOID(apply(evidence));
  return {};
}

}  // namespace caduceus::med
