// What a block of MED carries (PROTOCOL.md §9), how its header commits to all of it, and how a light client is shown a record.
#pragma once

#include "core/chain/mblock_header.h"
#include "core/chain/med_transaction.h"
#include "core/chain/merkle_tree.h"

namespace caduceus {

struct MedBody {
  static constexpr std::size_t most_bytes = 8U << 20U;  // §10
  static constexpr std::size_t most_bundles = 4096;
  static constexpr std::size_t most_calls = 1U << 14U;
  static constexpr std::size_t most_evidence = 64;

  List<Bundle, most_bundles> bundles;
  List<Call, most_calls> calls;
  List<ReuseEvidence, most_evidence> evidence;
  Blob<4, most_bytes> aggregate;  // encode_aggregate() of all signatures of bundles and calls

  MedBody();  // with nothing in it
  static auto fields(auto& self) { return std::tie(self.bundles, self.calls, self.evidence, self.aggregate); }
  friend bool operator==(const MedBody&, const MedBody&) = default;
};

struct MedBlock {
  MblockHeader header;
  MedBody body;

  static auto fields(auto& self) { return std::tie(self.header, self.body); }
  friend bool operator==(const MedBlock&, const MedBlock&) = default;
};

// Everything that is signed in it: bundles in their order, then calls.
[[nodiscard]] std::vector<SignedMessage> signed_messages(const NetworkId& net, const MedBody& body);

// The tree whose root stands in the header. Leaves: (0, head) a bundle, (1, H(call)) a call, (2, H(evidence)) a piece of evidence, and last (3, H(aggregate)).
// So a header has one body, signatures included.
[[nodiscard]] MerkleTree transaction_tree(const MedBody& body);

// That a record is in the block whose header has this transaction root: from htxM up to its bundle's rootM, and from the bundle up.
struct RecordProof {
  RecordTerms terms;
  MerkleProof in_bundle;
  BundleHead bundle;
  MerkleProof in_block;

  static auto fields(auto& self) { return std::tie(self.terms, self.in_bundle, self.bundle, self.in_block); }
  friend bool operator==(const RecordProof&, const RecordProof&) = default;
};

// Of the record at this place of this bundle (CHECK: both are there).
[[nodiscard]] RecordProof prove_record(const MedBody& body, std::size_t bundle, std::size_t record);

// Whether it is of htxM, and under this root. Reject::record_proof_other (of another record, or in another hospital's bundle),
// merkle_….
[[nodiscard]] Checked<void> verify(const Bytes32& transactions, const TransactionHash& htxm, const RecordProof& proof);

}  // namespace caduceus
