#include "core/sup/transition.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"
#include "core/chain/merkle_tree.h"

namespace caduceus::sup {

// So many records of Sblocks that no Mblock may name any more go in a block: more than one, so that in the end all do.
constexpr std::size_t most_forgotten = 64;

Transition::Transition(const SupState& parent, const BlockPlace& place, const AnchorRules& rules)
    : place_(place),
      state_(parent.state()),
      revocations_(parent.revocations()),
      tip_(parent.tip()),
      observed_(parent.observed()),
      anchor_(parent.anchor()) {
  expire();
  tick(rules.fresh_step);
  anchor(rules);
  forget_sblocks();
}

void Transition::expire() {
  std::vector<Bytes> over;
  state_.base().for_each_from(StateKey::table(Table::expiry), [&](ByteView key, ByteView /*value*/) {
    // Table, time, key of the list.
    if (key[0] != static_cast<Byte>(Table::expiry) || as_record<Time>(key.subspan(1, 8)) > place_.time) return false;
    over.emplace_back(key.begin(), key.end());
    return true;
  });
  for (Bytes& key : over) {
    revocations_.remove(Bytes(key.begin() + 9, key.end()));
    state_.remove(std::move(key));
  }
}

// The parent becomes one that Mblocks may name, this block the newest.
void Transition::tick(std::uint64_t fresh_step) {
  state_.put(StateKey::sblock(tip_.height), encode(SblockRecord{place_.parent, tip_.time, tip_.beacon.count}));
  tip_.height = place_.height;
  tip_.time = place_.time;
  tip_.beacon.advance(place_.time, fresh_step);
}

void Transition::forget_sblocks() {
  std::vector<Bytes> old;
  state_.base().for_each_from(StateKey::table(Table::sblock), [&](ByteView key, ByteView /*value*/) {
    if (key[0] != static_cast<Byte>(Table::sblock) || as_record<Height>(key.subspan(1)) >= tip_.oldest) return false;
    old.emplace_back(key.begin(), key.end());
    return old.size() < most_forgotten;
  });
  for (Bytes& key : old) state_.remove(std::move(key));
}

void Transition::anchor(const AnchorRules& rules) {
  if (observed_.empty()) return;
  next_observed_ = observed_.back().number + 1;
  const auto place = block_to_anchor(rules, {anchor_.block, place_.parent, observed_});
  if (!place) return;
  anchored_ = branch_of(observed_, *place);
  anchor_ = {anchored_.back(), anchor_.height + anchored_.size()};
  tip_.oldest = observed_[*place].header.sblock_height;

  // What does not grow on it goes.
  std::set<MblockHash> growing{anchor_.block};
  std::erase_if(observed_, [&](const ObservedBlock& block) {
    if (growing.contains(block.header.previous)) {
      growing.insert(block.hash);
      return false;
    }
    state_.remove(StateKey::observed(block.number));
    return true;
  });
}

Checked<void> Transition::apply(const SupTransaction& transaction) {
  return std::visit([&](const auto& one) { return apply(one.terms, hash_of(one.terms)); }, transaction);
}

Checked<const Transition::Signer*> Transition::signer(const Identity& identity) {
  if (const auto known = signers_.find(identity); known != signers_.end()) return &known->second;
  auto account = state_.record<Account>(StateKey::account(identity));
  if (!account) return reject(Reject::account_unknown);
  const Bytes32 revocation = revocation_key(account->hospital, identity);
  return &signers_.emplace(identity, Signer{*std::move(account), {revocation.begin(), revocation.end()}}).first->second;
}

Checked<void> Transition::apply(const EmergencyTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::emergency(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  if (distance(terms.ts3, place_.time) > emergency_window) return reject(Reject::transaction_time);
  TRY(const Signer* doctor, signer(terms.doctor));
  TRY_VOID(signer(terms.hospital));
  if (doctor->account.hospital != terms.hospital) return reject(Reject::account_hospital);
  if (revocations_.contains(doctor->revocation)) return reject(Reject::doctor_revoked);
  state_.put(std::move(key), encode(EmergencyRecord{now(), terms}));
  emergencies_.push_back(htx);
  return {};
}

Checked<void> Transition::apply(const RevocationTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::transaction(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  TRY(const Signer* hospital, signer(terms.hospital));
  // The licence's signature begins with the L it was verified under.
  if (!std::ranges::equal(hospital->account.public_point.bytes, std::span(terms.licence_signature.bytes).first(G1::encoded_size))) {
    return reject(Reject::signature_other_key);
  }
  const Bytes32 hash = revocation_key(terms.hospital, terms.doctor);
  const Bytes entry_key(hash.begin(), hash.end());
  std::optional<RevocationEntry> listed;
  if (const auto value = revocations_.get(entry_key)) {
    const auto entry = decode_entry(*value);
    CHECK(entry.has_value());
    listed = *entry;
  }
  if (terms.action == RevocationAction::take_off) {
    if (!listed) return reject(Reject::revocation_redundant);
    revocations_.remove(entry_key);
  } else {
    if (terms.expires <= place_.time) return reject(Reject::revocation_expired);
    if (listed && listed->expires >= terms.expires) return reject(Reject::revocation_redundant);
    revocations_.put(entry_key, encode_entry({terms.expires, place_.height}));
    state_.put(StateKey::expiry(terms.expires, hash), {1});
  }
  if (listed) state_.remove(StateKey::expiry(listed->expires, hash));
  state_.put(std::move(key), encode(now()));
  return {};
}

Checked<void> Transition::apply(const DisputeTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::dispute(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  if (!state_.contains(StateKey::patient_account(terms.account))) return reject(Reject::account_unknown);
  if (!state_.contains(StateKey::emergency(terms.htxu))) return reject(Reject::dispute_request);
  Bytes by_account = StateKey::disputed_by(terms.htxu, terms.account);
  if (state_.contains(by_account)) return reject(Reject::dispute_repeated);
  state_.put(std::move(key), encode(DisputeRecord{now(), terms, {}}));
  state_.put(std::move(by_account), encode(htx));
  return {};
}

Checked<void> Transition::apply(const DisputeAnswerTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::transaction(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  TRY_VOID(signer(terms.hospital));
  Bytes dispute_key = StateKey::dispute(terms.dispute);
  auto dispute = state_.record<DisputeRecord>(dispute_key);
  if (!dispute) return reject(Reject::dispute_unknown);
  const auto request = state_.record<EmergencyRecord>(StateKey::emergency(dispute->terms.htxu));
  CHECK(request.has_value());
  if (request->terms.hospital != terms.hospital) return reject(Reject::dispute_hospital);
  if (dispute->answer) return reject(Reject::dispute_answered);
  dispute->answer = htx;
  state_.put(std::move(dispute_key), encode(*dispute));
  state_.put(std::move(key), encode(now()));
  return {};
}

Checked<void> Transition::apply(const RegistrationTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::transaction(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  Bytes account_key = StateKey::account(terms.identity);
  if (state_.contains(account_key)) return reject(Reject::account_taken);
  state_.put(std::move(account_key), encode(Account{place_.height, terms.public_point, terms.sealing_key, terms.hospital}));
  state_.put(std::move(key), encode(now()));
  return {};
}

Checked<void> Transition::apply(const PatientRegistrationTerms& terms, const TransactionHash& htx) {
  Bytes key = StateKey::transaction(htx);
  if (state_.contains(key)) return reject(Reject::transaction_known);
  Bytes account_key = StateKey::patient_account(terms.account);
  if (state_.contains(account_key)) return reject(Reject::account_taken);
  state_.put(std::move(account_key), encode(PatientAccount{place_.height, terms.key_hash}));
  state_.put(std::move(key), encode(now()));
  return {};
}

Checked<void> Transition::apply(Place replica, const Equivocation& evidence) {
  Bytes key = StateKey::evidence(replica);
  if (state_.contains(key)) return reject(Reject::evidence_known);
  state_.put(std::move(key), encode(evidence));
  return {};
}

Checked<void> Transition::may_observe(const MblockHeader& header) const {
  const MblockHash hash = mblock_hash(header);
  if (hash == anchor_.block || place_of(observed_, hash)) return reject(Reject::observed_known);
  Height parent = anchor_.height;
  if (header.previous != anchor_.block) {
    const auto place = place_of(observed_, header.previous);
    if (!place) return reject(Reject::observed_parent);
    parent = observed_[*place].header.height;
  }
  if (header.height != parent + 1) return reject(Reject::observed_height);
  TRY_VOID(check_named(state_.record<SblockRecord>(StateKey::sblock(header.sblock_height)), header));
  if (header.time > place_.time + observed_window) return reject(Reject::observed_ahead);
  return {};
}

Checked<void> Transition::observe(const MblockHeader& header) {
  TRY_VOID(may_observe(header));
  const auto named = state_.record<SblockRecord>(StateKey::sblock(header.sblock_height));
  const std::uint64_t age = tip_.beacon.count - named->beacon;
  state_.put(StateKey::observed(next_observed_), encode(ObservedRecord{header, place_.height, age}));
  observed_.push_back({mblock_hash(header), header, place_.height, age, next_observed_, header.work()});
  ++next_observed_;
  return {};
}

std::shared_ptr<const SupState> Transition::state() {
  state_.put(StateKey::tip(), encode(tip_));
  std::ranges::sort(emergencies_);  // so that what does not depend on each other leaves one state in any order
  for (std::size_t begin = 0; begin < emergencies_.size(); begin += most_in_page) {
    EmergencyPage page;
    const auto from = emergencies_.begin() + static_cast<std::ptrdiff_t>(begin);
    page.items.assign(from, from + static_cast<std::ptrdiff_t>(std::min(most_in_page, emergencies_.size() - begin)));
    state_.put(StateKey::emergency_page(place_.height, static_cast<std::uint16_t>(begin / most_in_page)), encode(page));
  }
  PatriciaTrie state = state_.updated(), revocations = revocations_.updated();
  const SupRoots roots{anchor_.block, anchor_.height, MerkleTree(anchored_).root(), revocations.root(), state.root()};
  return std::make_shared<const SupState>(roots, std::move(state), std::move(revocations));
}

}  // namespace caduceus::sup
