#include "core/chain/med_transaction.h"

#include "core/chain/merkle_tree.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Checked<void> check_role(const Identity& identity, Role role) {
  if (identity.role != role) return reject(Reject::transaction_parties);
  return {};
}

constexpr std::array<Byte, 1> lambda{RecordTerms::lambda};

}  // namespace

Checked<void> RecordTerms::check() const {
  TRY_VOID(check_role(doctor, Role::doctor));
  return check_role(hospital, Role::hospital);
}

Checked<void> RecordGroup::check() const { return check_role(doctor, Role::doctor); }
Checked<void> Bundle::check() const { return check_role(hospital, Role::hospital); }
Checked<void> Call::check() const { return check_role(account, Role::patient_med); }

Checked<void> ReuseEvidence::check() const {
  if (first >= second) return reject(Reject::evidence_order);
  return {};
}

std::size_t Bundle::records() const {
  std::size_t count = 0;
  for (const RecordGroup& group : groups.items) count += group.records.items.size();
  return count;
}

std::vector<TransactionHash> record_hashes(const Identity& hospital, const RecordGroup& group) {
  // As hash_of(RecordTerms), with the two identities encoded once.
  const Bytes doctor = encode(group.doctor), issuer = encode(hospital);
  std::vector<TransactionHash> hashes;
  hashes.reserve(group.records.items.size());
  for (const RecordLine& line : group.records.items) {
    hashes.push_back(hash({lambda, doctor, issuer, line.record, big_endian(line.written.value())}));
  }
  return hashes;
}

Bytes32 group_message(const Identity& hospital, const RecordGroup& group) { return MerkleTree(record_hashes(hospital, group)).root(); }

std::vector<TransactionHash> record_hashes(const Bundle& bundle) {
  std::vector<TransactionHash> all;
  all.reserve(bundle.records());
  for (const RecordGroup& group : bundle.groups.items) {
    const auto hashes = record_hashes(bundle.hospital, group);
    all.insert(all.end(), hashes.begin(), hashes.end());
  }
  return all;
}

BundleHead head_of(const Bundle& bundle) {
  return {bundle.hospital, MerkleTree(record_hashes(bundle)).root(), bundle.closed, bundle.slot, sha256(encode(bundle.groups))};
}

TransactionHash bundle_hash(const BundleHead& head) {
  return hash({lambda, encode(head.hospital), head.records, big_endian(head.closed.value())});
}

TransactionHash call_hash(const Call& call) {
  return hash({as_bytes(Call::purpose), encode(call.account), big_endian(call.number), as_bytes(call.contract.value), call.input.value});
}

NonceTerms nonce_terms(const NetworkId& net, const Call& call) { return {net, "MED", Call::purpose, {call.account}, {call.nonce}}; }

std::vector<SignedMessage> signed_messages(const NetworkId& net, const Bundle& bundle) {
  std::vector<SignedMessage> messages;
  messages.reserve(bundle.groups.items.size() + 1);
  std::vector<TransactionHash> all;
  all.reserve(bundle.records());
  for (const RecordGroup& group : bundle.groups.items) {
    const auto hashes = record_hashes(bundle.hospital, group);
    all.insert(all.end(), hashes.begin(), hashes.end());
    messages.push_back({group.doctor, MerkleTree(hashes).root(), slot_string(net, group.slot)});
  }
  const BundleHead head{bundle.hospital, MerkleTree(all).root(), bundle.closed, bundle.slot, {}};
  messages.push_back({bundle.hospital, bundle_hash(head), slot_string(net, bundle.slot)});
  return messages;
}

SignedMessage signed_message(const NetworkId& net, const Call& call) {
  return {call.account, call_hash(call), nonce_string(nonce_terms(net, call))};
}

}  // namespace caduceus
