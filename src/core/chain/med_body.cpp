#include "core/chain/med_body.h"

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

template <class T>
Bytes leaf(Byte kind, const T& content) {
  Writer writer;
  write(writer, kind);
  write(writer, content);
  return writer.take();
}

Bytes bundle_leaf(const BundleHead& head) { return leaf(0, head); }

}  // namespace

MedBody::MedBody() : aggregate{encode_aggregate({})} {}

std::vector<SignedMessage> signed_messages(const NetworkId& net, const MedBody& body) {
  std::vector<SignedMessage> all;
  for (const Bundle& bundle : body.bundles.items) {
    auto messages = signed_messages(net, bundle);
    all.insert(all.end(), std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
  }
  for (const Call& call : body.calls.items) all.push_back(signed_message(net, call));
  return all;
}

MerkleTree transaction_tree(const MedBody& body) {
  std::vector<Bytes> leaves;
  leaves.reserve(body.bundles.items.size() + body.calls.items.size() + body.evidence.items.size() + 1);
  for (const Bundle& bundle : body.bundles.items) leaves.push_back(bundle_leaf(head_of(bundle)));
  for (const Call& call : body.calls.items) leaves.push_back(leaf(1, sha256(encode(call))));
  for (const ReuseEvidence& evidence : body.evidence.items) leaves.push_back(leaf(2, sha256(encode(evidence))));
  leaves.push_back(leaf(3, sha256(body.aggregate.value)));
  return MerkleTree(leaves);
}

RecordProof prove_record(const MedBody& body, std::size_t bundle, std::size_t record) {
  CHECK(bundle < body.bundles.items.size());
  const Bundle& holder = body.bundles.items[bundle];
  CHECK(record < holder.records());
  std::size_t place = record;
  const RecordGroup* group = holder.groups.items.data();
  while (place >= group->records.items.size()) place -= (group++)->records.items.size();
  const RecordLine& line = group->records.items[place];
  return {{group->doctor, holder.hospital, line.record, line.written},
          MerkleTree(record_hashes(holder)).prove(record),
          head_of(holder),
          transaction_tree(body).prove(bundle)};
}

Checked<void> verify(const Bytes32& transactions, const TransactionHash& htxm, const RecordProof& proof) {
  if (hash_of(proof.terms) != htxm || proof.bundle.hospital != proof.terms.hospital) return reject(Reject::record_proof_other);
  TRY_VOID(verify(proof.bundle.records, htxm, proof.in_bundle));
  return verify(transactions, bundle_leaf(proof.bundle), proof.in_block);
}

}  // namespace caduceus
