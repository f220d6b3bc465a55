#include "core/chain/med_body.h"

#include <gmock/gmock.h>

#include "test/attacks/refusal.h"

namespace caduceus {
namespace {

// Unsigned: how a body is committed to has nothing to do with who signed.
struct med_body : testing::Test {
  static Identity doctor(const std::string& name) { return {Role::doctor, {name}, 1}; }
  static Bundle bundle(const std::string& hospital, std::size_t groups, std::size_t records) {
    Bundle one{{Role::hospital, {hospital}, 1}, Time(5), {Epoch(1), 0}, {}};
    for (std::size_t g = 0; g < groups; ++g) {
      RecordGroup group{doctor("d" + std::to_string(g)), {Epoch(1), static_cast<std::uint16_t>(16 * g)}, {}};
      for (std::size_t i = 0; i < records; ++i) group.records.items.push_back({{static_cast<Byte>(g), static_cast<Byte>(i)}, Time(i)});
      one.groups.items.push_back(group);
    }
    return one;
  }
  static MedBody filled() {
    MedBody body;
    body.bundles.items = {bundle("a", 3, 4), bundle("b", 1, 1), bundle("c", 2, 2)};
    body.calls.items = {{{Role::patient_med, {"p"}, 1}, 7, {"emr-index"}, {{1, 2, 3}}, {}}};
    ReuseEvidence evidence{doctor("d"), {{1}}, {1}, {2}, {}, {}};
    body.evidence.items = {evidence};
    return body;
  }
};

TEST_F(med_body, proves_every_record) {
  const MedBody body = filled();
  const Bytes32 root = transaction_tree(body).root();
  std::size_t proven = 0;
  for (std::size_t b = 0; b < body.bundles.items.size(); ++b) {
    const auto hashes = record_hashes(body.bundles.items[b]);
    for (std::size_t i = 0; i < hashes.size(); ++i, ++proven) {
      const RecordProof proof = prove_record(body, b, i);
      EXPECT_EQ(hash_of(proof.terms), hashes[i]);
      EXPECT_TRUE(verify(root, hashes[i], proof));
    }
  }
  EXPECT_EQ(proven, 17);
}

TEST_F(med_body, proof_of_another_record_hospital_or_block_is_refused) {
  const MedBody body = filled();
  const Bytes32 root = transaction_tree(body).root();
  const RecordProof proof = prove_record(body, 0, 5);
  const TransactionHash htxm = hash_of(proof.terms);
  EXPECT_THAT(verify(root, record_hashes(body.bundles.items[0])[6], proof), refused_as(Reject::record_proof_other));

  RecordProof changed = proof;
  changed.bundle.hospital.name.value = "b";
  EXPECT_THAT(verify(root, htxm, changed), refused_as(Reject::record_proof_other));
  changed = proof;
  changed.bundle.closed = Time(6);
  EXPECT_THAT(verify(root, htxm, changed), refused_as(Reject::merkle_root));
  changed = proof;
  changed.in_bundle.index += 1;
  EXPECT_THAT(verify(root, htxm, changed), refused_as(Reject::merkle_root));
  EXPECT_THAT(verify({}, htxm, proof), refused_as(Reject::merkle_root));
}

// R9's duplicated leaf: with RFC 6962 hashing a body with a bundle twice has another root, not the same.
TEST_F(med_body, duplicated_leaf_changes_the_root) {
  MedBody body = filled();
  const Bytes32 root = transaction_tree(body).root();
  body.bundles.items.push_back(body.bundles.items.back());
  EXPECT_NE(transaction_tree(body).root(), root);
  MedBody line = filled();
  line.bundles.items[2].groups.items[1].records.items.push_back(line.bundles.items[2].groups.items[1].records.items.back());
  EXPECT_NE(transaction_tree(line).root(), root);
}

// A header has one body: whatever is changed in it, the root is another.
TEST_F(med_body, root_is_of_everything_in_it) {
  const Bytes encoded = encode(filled());
  const Bytes32 root = transaction_tree(filled()).root();
  std::size_t changed = 0;
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    Bytes other = encoded;
    other[at] ^= 1;
    const auto body = decode<MedBody>(other);
    if (!body) continue;
    ++changed;
    EXPECT_NE(transaction_tree(*body).root(), root) << at;
  }
  EXPECT_GT(changed, 500);
}

// Each part of what a doctor or a hospital signs is under the signature.
TEST_F(med_body, messages_depend_on_every_field) {
  const NetworkId net{1};
  const Bundle bundle = filled().bundles.items[0];
  const auto messages = signed_messages(net, bundle);
  ASSERT_EQ(messages.size(), 4);
  EXPECT_EQ(messages[3].signer, bundle.hospital);
  Bundle other = bundle;
  other.hospital.name.value = "z";  // another hospital's tx_mr's in this bundle
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NE(signed_messages(net, other)[i].message, messages[i].message);
  other = bundle;
  other.groups.items[1].records.items[0].written = Time(77);
  EXPECT_NE(signed_messages(net, other)[1].message, messages[1].message);
  EXPECT_EQ(signed_messages(net, other)[0].message, messages[0].message);
  EXPECT_NE(signed_messages(net, other)[3].message, messages[3].message);
  other = bundle;
  std::swap(other.groups.items[0], other.groups.items[1]);
  EXPECT_NE(signed_messages(net, other)[3].message, messages[3].message);
  EXPECT_NE(signed_messages({2}, bundle)[0].w, messages[0].w);
}

TEST_F(med_body, parties_are_what_they_are_named) {
  MedBody body = filled();
  body.bundles.items[0].hospital.role = Role::doctor;
  EXPECT_THAT(decode<MedBody>(encode(body)), refused_as(Reject::transaction_parties));
  body = filled();
  body.bundles.items[0].groups.items[0].doctor.role = Role::hospital;
  EXPECT_THAT(decode<MedBody>(encode(body)), refused_as(Reject::transaction_parties));
  body = filled();
  body.calls.items[0].account.role = Role::patient;
  EXPECT_THAT(decode<MedBody>(encode(body)), refused_as(Reject::transaction_parties));
  body = filled();
  std::swap(body.evidence.items[0].first, body.evidence.items[0].second);
  EXPECT_THAT(decode<MedBody>(encode(body)), refused_as(Reject::evidence_order));
}

}  // namespace
}  // namespace caduceus
