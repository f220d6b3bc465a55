// MED's transactions (PROTOCOL.md §3, §5): records in bundles, patients' calls of contracts, evidence of a w that was used twice. They stand
// here as they do on chain: without signatures, which a block adds up to one aggregate. What each signature covers, signed_messages() says.
#pragma once

#include "core/base/encoded.h"
#include "core/chain/sup_transaction.h"

namespace caduceus {

// tx_mr's terms; htxM = hash_of(them) = H(λ0, ID_DN, ID_HN, hEMR, ts1).
struct RecordTerms {
  static constexpr Byte lambda = 0;

  Identity doctor;  // pseudonymous; the hospital knows the name
  Identity hospital;
  Bytes32 record{};  // hEMR = H(salt ‖ EMR)
  Time written;  // ts1

  static auto fields(auto& self) { return std::tie(self.doctor, self.hospital, self.record, self.written); }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const RecordTerms&, const RecordTerms&) = default;
};

// What of a record stands on chain; the rest follows from where it stands.
struct RecordLine {
  Bytes32 record{};
  Time written;

  static auto fields(auto& self) { return std::tie(self.record, self.written); }
  friend bool operator==(const RecordLine&, const RecordLine&) = default;
};

// Records under one signature of their doctor: on the Merkle root over their htxM's, under the slot. A single one is a group of one.
struct RecordGroup {
  static constexpr std::size_t most_records = 1U << 16U;

  Identity doctor;
  Slot slot;
  List<RecordLine, most_records, 1> records;

  static auto fields(auto& self) { return std::tie(self.doctor, self.slot, self.records); }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const RecordGroup&, const RecordGroup&) = default;
};

// In the order of the lines.
[[nodiscard]] std::vector<TransactionHash> record_hashes(const Identity& hospital, const RecordGroup& group);
// What the doctor signs.
[[nodiscard]] Bytes32 group_message(const Identity& hospital, const RecordGroup& group);

// (T/σ): the new records of a hospital, of all its patients, shuffled by it. TX_mr's own fields stand before the groups.
struct Bundle {
  static constexpr std::size_t most_groups = 1U << 16U;

  Identity hospital;
  Time closed;  // ts2
  Slot slot;
  List<RecordGroup, most_groups, 1> groups;

  static auto fields(auto& self) { return std::tie(self.hospital, self.closed, self.slot, self.groups); }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  [[nodiscard]] std::size_t records() const;
  friend bool operator==(const Bundle&, const Bundle&) = default;
};

// Of all its records, group by group.
[[nodiscard]] std::vector<TransactionHash> record_hashes(const Bundle& bundle);

// What a block commits to of a bundle.
struct BundleHead {
  Identity hospital;
  Bytes32 records{};  // rootM: the Merkle root over the htxM's
  Time closed;
  Slot slot;
  Bytes32 groups{};  // H of the groups as they are encoded

  static auto fields(auto& self) { return std::tie(self.hospital, self.records, self.closed, self.slot, self.groups); }
  friend bool operator==(const BundleHead&, const BundleHead&) = default;
};
[[nodiscard]] BundleHead head_of(const Bundle& bundle);
// hTXM = H(λ0, ID_HN, rootM, ts2): what the hospital signs, and what a bundle is known by.
[[nodiscard]] TransactionHash bundle_hash(const BundleHead& head);

// A patient's call of a contract.
struct Call {
  static constexpr std::string_view purpose = "call";
  static constexpr std::size_t most_input = 20'000;

  Identity account;  // on MED
  std::uint64_t number = 0;  // the account's calls count from 0, and none can be left out
  Text<1, 32> contract;
  Blob<0, most_input> input;
  SignatureNonce nonce{};  // of w; not under the hash

  static auto fields(auto& self) { return std::tie(self.account, self.number, self.contract, self.input, self.nonce); }
  // Reject::transaction_parties.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const Call&, const Call&) = default;
};
[[nodiscard]] TransactionHash call_hash(const Call& call);
// w = (net, "MED", "call", the account, nonce)
[[nodiscard]] NonceTerms nonce_terms(const NetworkId& net, const Call& call);

// That an identity signed two messages under one w (R5): it retires.
struct ReuseEvidence {
  Identity signer;
  Blob<1, 1024> w;
  Bytes32 first{};  // the messages, ascending
  Bytes32 second{};
  EncodedSum first_signature;
  EncodedSum second_signature;

  static auto fields(auto& self) {
    return std::tie(self.signer, self.w, self.first, self.second, self.first_signature, self.second_signature);
  }
  // Reject::evidence_order.
  [[nodiscard]] Checked<void> check() const;
  friend bool operator==(const ReuseEvidence&, const ReuseEvidence&) = default;
};

// Who signed what under which w: the doctors of the groups in their order, then the hospital; the account.
[[nodiscard]] std::vector<SignedMessage> signed_messages(const NetworkId& net, const Bundle& bundle);
[[nodiscard]] SignedMessage signed_message(const NetworkId& net, const Call& call);

}  // namespace caduceus
